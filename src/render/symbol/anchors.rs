//! Where on a line labels stand: every so often, with room for each before the line's ends, and not
//! where it turns too sharply for a text to be read. Units are the tile's.

use std::f64::consts::{PI, TAU};

use super::cut::{Point, round};

/// A place for a label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    /// Where.
    pub point: Point,
    /// On which edge of its line, if it is on one.
    pub edge: Option<usize>,
}

/// What a label asks of the line under it.
#[derive(Clone, Copy, Debug)]
pub struct Demands {
    /// Its length, before it is scaled.
    pub length: f64,
    /// Units to one of its length.
    pub scale: f64,
    /// Whether it is a text: that may not turn sharply.
    pub is_text: bool,
    /// How far a text may turn within the width of a letter or so, in radians.
    pub most_turn: f64,
}

/// The size of letters, before it is scaled.
const GLYPH: f64 = 24.0;

impl Demands {
    /// Over what length of the line turns are summed up.
    fn window(&self) -> f64 {
        if self.is_text { 3.0 / 5.0 * GLYPH * self.scale } else { 0.0 }
    }

    fn scaled_length(&self) -> f64 {
        self.length * self.scale
    }

    fn accepts(&self, line: &[Point], anchor: Anchor) -> bool {
        self.window() == 0.0 || turns_gently(line, anchor, self)
    }
}

/// The anchor in the middle of a line.
pub fn middle(line: &[Point], demands: &Demands) -> Option<Anchor> {
    let half = length(line) / 2.0;
    let mut passed = 0.0;
    for (i, edge) in line.windows(2).enumerate() {
        let distance = distance(edge[0], edge[1]);
        if passed + distance > half {
            let point = along(edge, (half - passed) / distance).map(round);
            let anchor = Anchor { point, edge: Some(i) };
            return demands.accepts(line, anchor).then_some(anchor);
        }
        passed += distance;
    }
    None
}

/// Anchors along a line that was cut to its tile, `spacing` apart; `overscaling` tells how much larger
/// than at its own zoom the tile is drawn.
pub fn every(
    line: &[Point],
    spacing: f64,
    demands: &Demands,
    overscaling: f64,
    extent: f64,
) -> Vec<Anchor> {
    let Some(first) = line.first() else { return Vec::new() };
    // It comes from the tile beside, where its beginning was labelled.
    let is_continued = first.iter().any(|ordinate| *ordinate == 0.0 || *ordinate == extent);
    let label = demands.scaled_length();
    // At least a quarter of the spacing between the ends of two labels.
    let spacing = if spacing - label < spacing / 4.0 { label + spacing / 4.0 } else { spacing };
    let offset = if is_continued {
        spacing / 2.0 * overscaling
    } else {
        // Somewhat away from the start, which often is a junction.
        (demands.length / 2.0 + GLYPH * 2.0) * demands.scale * overscaling
    };
    let found = resample(line, offset % spacing, spacing, demands, extent);
    if found.is_empty() && !is_continued {
        // A short line: in its middle.
        return resample(line, length(line) / 2.0, spacing, demands, extent);
    }
    found
}

fn resample(
    line: &[Point],
    offset: f64,
    spacing: f64,
    demands: &Demands,
    extent: f64,
) -> Vec<Anchor> {
    let half = demands.scaled_length() / 2.0;
    let whole = length(line);
    let mut anchors = Vec::new();
    let mut passed = 0.0;
    let mut marked = offset - spacing;
    for (i, edge) in line.windows(2).enumerate() {
        let distance = distance(edge[0], edge[1]);
        while marked + spacing < passed + distance {
            marked += spacing;
            let point = along(edge, (marked - passed) / distance);
            let is_within = point.iter().all(|ordinate| (0.0..extent).contains(ordinate));
            if is_within && marked - half >= 0.0 && marked + half <= whole {
                let anchor = Anchor { point: point.map(round), edge: Some(i) };
                anchors.extend(Some(anchor).filter(|anchor| demands.accepts(line, *anchor)));
            }
        }
        passed += distance;
    }
    anchors
}

/// Whether no stretch of the line under a label turns too far, and there is line enough under it.
fn turns_gently(line: &[Point], anchor: Anchor, demands: &Demands) -> bool {
    let label = demands.scaled_length();
    let Some(edge) = anchor.edge.filter(|_| label != 0.0) else { return true };
    let mut index = edge + 1;
    let mut at = anchor.point;
    let mut passed = 0.0;
    // Back to the edge where the label begins.
    while passed > -label / 2.0 {
        let Some(before) = index.checked_sub(1) else { return false };
        index = before;
        passed -= distance(line[index], at);
        at = line[index];
    }
    passed += distance(line[index], line[index + 1]);
    index += 1;
    let mut corners = std::collections::VecDeque::new();
    let mut turned = 0.0;
    while passed < label / 2.0 {
        let (before, here) = (line[index - 1], line[index]);
        let Some(next) = line.get(index + 1).copied() else { return false };
        let turn = direction(before, here) - direction(here, next);
        let turn = ((turn + 3.0 * PI) % TAU - PI).abs();
        corners.push_back((passed, turn));
        turned += turn;
        while let Some((_, turn)) = corners.pop_front_if(|(at, _)| passed - *at > demands.window())
        {
            turned -= turn;
        }
        if turned > demands.most_turn {
            return false;
        }
        index += 1;
        passed += distance(here, next);
    }
    true
}

/// The direction from a point to another, seen backwards; only differences matter.
fn direction(from: Point, to: Point) -> f64 {
    (from[1] - to[1]).atan2(from[0] - to[0])
}

fn along(edge: &[Point], share: f64) -> Point {
    std::array::from_fn(|axis| edge[0][axis] + (edge[1][axis] - edge[0][axis]) * share)
}

/// Between two points.
pub fn distance(a: Point, b: Point) -> f64 {
    ((b[0] - a[0]).powi(2) + (b[1] - a[1]).powi(2)).sqrt()
}

fn length(line: &[Point]) -> f64 {
    line.windows(2).map(|edge| distance(edge[0], edge[1])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: Demands = Demands { length: 4.0, scale: 1.0, is_text: true, most_turn: 0.5 };
    const EXTENT: f64 = 100.0;

    fn places(line: &[Point], spacing: f64, demands: &Demands) -> Vec<f64> {
        every(line, spacing, demands, 1.0, EXTENT).iter().map(|anchor| anchor.point[0]).collect()
    }

    #[test]
    fn labels_stand_evenly_and_away_from_the_start() {
        // Half the label and the width of two letters.
        let line = [[1.0, 5.0], [99.0, 5.0]];
        assert_eq!(places(&line, 60.0, &TEXT), [51.0]);
        // Continued from the tile beside: half the spacing.
        let line = [[0.0, 5.0], [90.0, 5.0]];
        assert_eq!(places(&line, 20.0, &TEXT), [10.0, 30.0, 50.0, 70.0]);
    }

    #[test]
    fn a_short_line_has_its_label_in_the_middle_and_a_shorter_one_none() {
        assert_eq!(places(&[[1.0, 5.0], [7.0, 5.0]], 250.0, &TEXT), [4.0]);
        assert!(places(&[[1.0, 5.0], [4.0, 5.0]], 250.0, &TEXT).is_empty());
    }

    #[test]
    fn a_text_does_not_turn_a_corner_and_an_icon_does() {
        let corner = [[1.0, 5.0], [5.0, 5.0], [5.0, 9.0]];
        let icon = Demands { is_text: false, ..TEXT };
        assert!(middle(&corner, &TEXT).is_none());
        assert_eq!(middle(&corner, &icon).map(|anchor| anchor.edge), Some(Some(1)));
    }

    #[test]
    fn long_labels_keep_a_quarter_of_the_spacing_apart() {
        let line = [[0.0, 5.0], [99.0, 5.0]];
        let long = Demands { length: 30.0, ..TEXT };
        // 30 and 40 / 4 from one to the next.
        assert_eq!(places(&line, 32.0, &long), [19.0, 57.0]);
    }
}
