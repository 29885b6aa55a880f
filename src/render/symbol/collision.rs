//! What lies where on the picture already: boxes of labels that stand at points and circles along
//! those that follow lines, in a grid of cells, so that a new one is compared with its neighbours
//! only. Units are pixels of CSS; all around the picture a margin belongs to it.

use super::cut::Point;
use crate::render::text::bounds::Bounds;
use crate::style::layer::choice::Overlap;

/// How far around the picture labels are placed, so that one that is seen in part only is placed as
/// it is on a picture beside.
pub const MARGIN: f64 = 100.0;
/// The side of a cell: most labels lie in a few.
const CELL: f64 = 25.0;
/// Boxes made in different ways may differ by this though they touch.
const TOLERANCE: f64 = 1e-6;

/// What a label covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// A box.
    Box(Bounds),
    /// A circle: its centre and radius.
    Circle(Point, f64),
}

/// What is there.
#[derive(Clone, Copy, Debug)]
struct Taken {
    shape: Shape,
    overlap: Overlap,
    group: u32,
}

/// Where labels lie.
#[derive(Debug)]
pub struct Collisions {
    size: Point,
    margin: f64,
    columns: usize,
    rows: usize,
    cells: Vec<Vec<u32>>,
    taken: Vec<Taken>,
}

impl Collisions {
    /// Nothing, on a picture of a size and around it.
    pub fn new(size: Point, margin: f64) -> Collisions {
        let size = size.map(|side| side + 2.0 * margin);
        let [columns, rows] = size.map(|side| (side / CELL).ceil() as usize);
        let cells = vec![Vec::new(); columns * rows];
        Collisions { size, margin, columns, rows, cells, taken: Vec::new() }
    }

    /// Whether a shape lies on the picture or its margin, in part at least.
    pub fn is_near(&self, shape: Shape) -> bool {
        let Bounds { left, top, right, bottom } = around(shape);
        right >= -self.margin
            && left < self.size[0] - self.margin
            && bottom >= -self.margin
            && top < self.size[1] - self.margin
    }

    /// Whether nothing is in the way of a shape, among those of a group.
    pub fn is_free(&self, shape: Shape, overlap: Overlap, group: u32) -> bool {
        overlap == Overlap::Always
            || !self.cells_of(shape).any(|cell| {
                self.cells[cell].iter().any(|at| {
                    let taken = &self.taken[*at as usize];
                    taken.group == group
                        && !may_overlap(overlap, taken.overlap)
                        && touch(shape, taken.shape)
                })
            })
    }

    /// Takes what a shape covers.
    pub fn take(&mut self, shape: Shape, overlap: Overlap, group: u32) {
        let at = self.taken.len() as u32;
        self.taken.push(Taken { shape, overlap, group });
        let cells: Vec<usize> = self.cells_of(shape).collect();
        cells.into_iter().for_each(|cell| self.cells[cell].push(at));
    }

    /// The cells that a shape lies in; what is beyond the margin counts to the outermost.
    fn cells_of(&self, shape: Shape) -> impl Iterator<Item = usize> + use<> {
        let Bounds { left, top, right, bottom } = around(shape);
        let margin = self.margin;
        let cell = move |ordinate: f64, count: usize| {
            let cell = ((ordinate + margin) / CELL).floor().clamp(0.0, (count - 1) as f64);
            cell as usize
        };
        let (columns, rows) = (self.columns, self.rows);
        let across = cell(left, columns)..=cell(right, columns);
        let down = cell(top, rows)..=cell(bottom, rows);
        down.flat_map(move |row| across.clone().map(move |column| row * columns + column))
    }
}

/// Whether a label may lie on one that is there.
fn may_overlap(new: Overlap, there: Overlap) -> bool {
    match new {
        Overlap::Always => true,
        Overlap::Never => false,
        Overlap::Cooperative => there != Overlap::Never,
    }
}

/// The box around a shape.
pub fn around(shape: Shape) -> Bounds {
    match shape {
        Shape::Box(bounds) => bounds,
        Shape::Circle([x, y], radius) => {
            Bounds { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }
        }
    }
}

fn touch(a: Shape, b: Shape) -> bool {
    match (a, b) {
        (Shape::Box(a), Shape::Box(b)) => {
            a.left <= b.right + TOLERANCE
                && a.top <= b.bottom + TOLERANCE
                && a.right >= b.left - TOLERANCE
                && a.bottom >= b.top - TOLERANCE
        }
        (Shape::Circle(a, r), Shape::Circle(b, s)) => {
            (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) < (r + s).powi(2)
        }
        (Shape::Circle(centre, radius), Shape::Box(bounds))
        | (Shape::Box(bounds), Shape::Circle(centre, radius)) => {
            let x = centre[0] - centre[0].clamp(bounds.left, bounds.right.max(bounds.left));
            let y = centre[1] - centre[1].clamp(bounds.top, bounds.bottom.max(bounds.top));
            x * x + y * y <= radius * radius
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(left: f64, top: f64, side: f64) -> Shape {
        Shape::Box(Bounds { left, top, right: left + side, bottom: top + side })
    }

    #[test]
    fn what_is_taken_is_not_free_and_what_lies_apart_is() {
        let mut collisions = Collisions::new([256.0, 256.0], MARGIN);
        collisions.take(bounds(10.0, 10.0, 20.0), Overlap::Never, 0);
        let is_free = |shape| collisions.is_free(shape, Overlap::Never, 0);
        assert!(!is_free(bounds(25.0, 25.0, 50.0)));
        assert!(!is_free(bounds(30.0, 30.0, 5.0)), "they touch");
        assert!(is_free(bounds(31.0, 10.0, 5.0)));
        assert!(!is_free(Shape::Circle([34.0, 20.0], 4.5)));
        assert!(is_free(Shape::Circle([34.0, 34.0], 5.0)), "the corner is farther");
        assert!(collisions.is_free(bounds(10.0, 10.0, 5.0), Overlap::Never, 1), "another group");
    }

    #[test]
    fn who_may_overlap_depends_on_both() {
        let mut collisions = Collisions::new([256.0, 256.0], MARGIN);
        collisions.take(bounds(0.0, 0.0, 20.0), Overlap::Never, 0);
        collisions.take(bounds(100.0, 0.0, 20.0), Overlap::Always, 0);
        let at = |left: f64, overlap| collisions.is_free(bounds(left, 0.0, 20.0), overlap, 0);
        assert_eq!([0.0, 100.0].map(|x| at(x, Overlap::Never)), [false, false]);
        assert_eq!([0.0, 100.0].map(|x| at(x, Overlap::Cooperative)), [false, true]);
        assert_eq!([0.0, 100.0].map(|x| at(x, Overlap::Always)), [true, true]);
    }

    #[test]
    fn the_margin_belongs_to_the_picture() {
        let collisions = Collisions::new([256.0, 256.0], MARGIN);
        assert!(collisions.is_near(bounds(-110.0, 0.0, 20.0)));
        assert!(!collisions.is_near(bounds(-150.0, 0.0, 20.0)));
        assert!(!collisions.is_near(bounds(356.0, 0.0, 20.0)));
        assert!(collisions.is_free(bounds(1e9, f64::NAN, 20.0), Overlap::Never, 0));
    }
}
