//! How far from its anchor a text stands, by which part of it lies there: in units of its layout.

use crate::render::text::EM;
use crate::style::expression::value::Anchor;

/// From the bottom of an em to the line that letters stand on: a text's offset counts from there.
const BASELINE: f64 = 7.0;

/// Sideways and down, for an anchor: -1, 0 or 1.
fn signs(anchor: Anchor) -> [f64; 2] {
    let x = match anchor {
        Anchor::Left | Anchor::TopLeft | Anchor::BottomLeft => 1.0,
        Anchor::Right | Anchor::TopRight | Anchor::BottomRight => -1.0,
        Anchor::Center | Anchor::Top | Anchor::Bottom => 0.0,
    };
    let y = match anchor {
        Anchor::Top | Anchor::TopLeft | Anchor::TopRight => 1.0,
        Anchor::Bottom | Anchor::BottomLeft | Anchor::BottomRight => -1.0,
        Anchor::Center | Anchor::Left | Anchor::Right => 0.0,
    };
    [x, y]
}

/// By `text-radial-offset`, in em: as far in every direction.
pub fn radial(anchor: Anchor, offset: f64) -> [f64; 2] {
    let offset = offset.max(0.0) * EM;
    let [x, y] = signs(anchor);
    let share = if x != 0.0 && y != 0.0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
    [x * offset * share, y * (offset * share - BASELINE)]
}

/// By `text-offset`, in em, whose signs then follow from the anchor.
pub fn outwards(anchor: Anchor, offset: [f64; 2]) -> [f64; 2] {
    let [x, y] = signs(anchor);
    [x * offset[0].abs() * EM, y * (offset[1].abs() * EM - BASELINE)]
}

/// By `text-variable-anchor-offset`, in em.
pub fn given(anchor: Anchor, offset: [f64; 2]) -> [f64; 2] {
    let [_, y] = signs(anchor);
    [offset[0] * EM, offset[1] * EM - y * BASELINE]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_moves_away_from_its_anchor() {
        assert_eq!(radial(Anchor::Left, 1.0), [24.0, 0.0]);
        assert_eq!(radial(Anchor::Bottom, 1.0), [0.0, -17.0]);
        assert_eq!(radial(Anchor::Bottom, -1.0), [0.0, 7.0]);
        let [x, y] = radial(Anchor::TopLeft, 1.0);
        assert!((x - 16.97).abs() < 0.01 && (y - 9.97).abs() < 0.01);
        assert_eq!(outwards(Anchor::TopRight, [-1.0, 1.0]), [-24.0, 17.0]);
        assert_eq!(given(Anchor::Top, [1.0, 1.0]), [24.0, 17.0]);
    }
}
