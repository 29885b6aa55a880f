//! Dashes: how far a place along a line lies from where a dash begins or ends. Distances are those of
//! MapLibre's atlas, whose rows are 256 texels wide for one turn of the pattern.

/// Texels of a turn of the pattern.
const WIDTH: f64 = 256.0;

/// A pattern of dashes.
#[derive(Clone, Debug, PartialEq)]
pub struct Dash {
    parts: Vec<Part>,
    /// The length of a turn, in widths of the line.
    length: f64,
    is_round: bool,
}

/// A dash or a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    left: f64,
    right: f64,
    is_dash: bool,
}

impl Dash {
    /// Dashes and gaps by turns, in widths of the line; none, where they have no length.
    pub fn new(lengths: &[f64], is_round: bool) -> Option<Dash> {
        let length: f64 = lengths.iter().sum();
        if !(length.is_finite() && length > 0.0) {
            return None;
        }
        let stretch = WIDTH / length;
        let mut parts = Vec::new();
        // Where their number is odd, the last dash and the first are one.
        let is_odd = lengths.len() % 2 == 1;
        let mut left = if is_odd { -lengths[lengths.len() - 1] * stretch } else { 0.0 };
        let mut travelled = 0.0;
        for (index, part) in lengths.iter().enumerate() {
            travelled += part * stretch;
            parts.push(Part { left, right: travelled, is_dash: index % 2 == 0 });
            left = travelled;
        }
        if !is_round {
            joined(&mut parts, lengths);
        }
        Some(Dash { parts, length, is_round })
    }

    /// The length of a turn, in widths of the line.
    pub fn length(&self) -> f64 {
        self.length
    }

    /// How far a place lies in a dash, from 0 to 1, its edge at a half: after so many turns, and so far
    /// across the line, from -1 to 1.
    pub fn at(&self, turns: f64, across: f64) -> f64 {
        let x = (turns * WIDTH - 0.5).rem_euclid(WIDTH);
        let Some(part) = self.parts.iter().find(|part| x <= part.right).or(self.parts.last())
        else {
            return 0.0;
        };
        let to_edge = (x - part.left).abs().min((x - part.right).abs());
        let signed = if self.is_round {
            let half = WIDTH / self.length / 2.0;
            let aside = across * (half + 1.0);
            if part.is_dash {
                to_edge.hypot(half - aside.abs())
            } else {
                half - to_edge.hypot(aside)
            }
        } else if part.is_dash {
            to_edge
        } else {
            -to_edge
        };
        (signed + 128.0).clamp(0.0, 255.0) / 255.0
    }
}

/// Leaves out what has no length, makes one of neighbours of one kind, also over the end of the turn.
fn joined(parts: &mut Vec<Part>, lengths: &[f64]) {
    let mut kept: Vec<Part> = Vec::new();
    for (part, _) in parts.iter().zip(lengths).filter(|(_, length)| **length != 0.0) {
        match kept.last_mut() {
            Some(last) if last.is_dash == part.is_dash => last.right = part.right,
            _ => kept.push(*part),
        }
    }
    if let (Some(first), Some(last)) = (kept.first().copied(), kept.last().copied())
        && first.is_dash == last.is_dash
    {
        let end = kept.len() - 1;
        kept[0].left = last.left - WIDTH;
        kept[end].right = first.right + WIDTH;
    }
    *parts = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_is_followed_by_its_gap() {
        let dash = Dash::new(&[3.0, 1.0], false).unwrap();
        assert_eq!(dash.length(), 4.0);
        assert!(dash.at(0.4, 0.0) > 0.5 && dash.at(0.9, 0.0) < 0.5 && dash.at(5.4, 0.0) > 0.5);
    }

    #[test]
    fn an_odd_number_joins_its_last_dash_with_the_first() {
        let dash = Dash::new(&[1.0, 2.0, 1.0], false).unwrap();
        assert!(dash.at(0.0, 0.0) > 0.7 && dash.at(0.999, 0.0) > 0.7);
    }

    #[test]
    fn dashes_without_length_are_none() {
        assert!(Dash::new(&[], false).is_none());
        assert!(Dash::new(&[0.0, 0.0], true).is_none());
    }
}
