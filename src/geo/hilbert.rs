//! The Hilbert curve over the quantised world: near on the curve is near on the ground.

use super::world::WorldPoint;

/// The position of a point along a Hilbert curve of order 32 over the whole world.
///
/// Source: J. Skilling, "Programming the Hilbert curve" (2004), in its two-dimensional form of
/// one quadrant a step.
pub fn index(point: WorldPoint) -> u64 {
    let (mut x, mut y) = (point.x, point.y);
    let mut index = 0;
    for bit in (0..32).rev() {
        let (right, lower) = ((x >> bit) & 1, (y >> bit) & 1);
        index = (index << 2) | u64::from((3 * right) ^ lower);
        if lower == 0 {
            if right == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_along_the_curve_is_a_step_on_the_ground() {
        let side = 32u32;
        let mut cells: Vec<_> = (0..side * side)
            .map(|i| (i % side, i / side))
            .map(|(x, y)| (index(WorldPoint { x: x << 27, y: y << 27 }), x, y))
            .collect();
        cells.sort_unstable();
        for pair in cells.windows(2) {
            let (_, ax, ay) = pair[0];
            let (_, bx, by) = pair[1];
            assert_eq!(ax.abs_diff(bx) + ay.abs_diff(by), 1, "{pair:?}");
        }
    }
}
