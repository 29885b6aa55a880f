//! Polygons of an overview: those that lie side by side become a mosaic ([`super::mosaic`]); others,
//! such as zones that overlap, are each cut and simplified as in detail, without those too small
//! to see.

use super::classes::Class;
use super::ground::{Feature, Ground};
use super::mosaic::{self, Mosaic};
use super::recipe::Recipe;
use super::sketch::Sketch;
use crate::geo::shape::{Shape, ShapeKind};
use crate::geo::tile::TileId;
use crate::geo::world::{WorldBox, WorldPoint};
use crate::segment::cut::{Cutter, Frame};
use crate::segment::importance::importance;

/// Polygons whose box is narrower than this on both sides are left out: 2 of a tile's 512 pixels.
const TOO_SMALL: u8 = 4;

/// So many polygons a tile shows, the largest first.
const MOST: usize = 4000;

/// A mosaic is made of the vertices of the next zoom, which are within a sixteenth of a cell, but at
/// least of this one's, within a metre: simplified ring by ring, polygons no larger than a cell left
/// gaps of 1.7 % of the made-up département at z6, which became holes.
const FINE: u8 = 12;

/// So many polygons tell whether a layer's overlap.
const PROBES: usize = 1000;

/// Makes the polygons of tiles; keeps its memory between them.
#[derive(Debug)]
pub struct Sketcher {
    cutter: Cutter,
    /// One for each edition.
    mosaics: Vec<Mosaic>,
}

/// The polygons of one edition, for a zoom.
struct Edition<'a> {
    ground: &'a Ground<'a>,
    number: u16,
    zoom: u8,
}

impl mosaic::Ground for Edition<'_> {
    fn polygons_in(&self, window: WorldBox, visit: &mut dyn FnMut(Class, &Shape)) {
        let (mut found, mut scratch) = (Vec::new(), Vec::new());
        let mut shape = Shape::new(ShapeKind::Polygon);
        // The same for all: neighbours share a border only then.
        let vertices_of = (self.zoom + 1).max(FINE);
        self.ground.visit(window, ShapeKind::Polygon, |feature| {
            let leaves_a_trace = mosaic::holds_a_centre(feature.bounds(), self.zoom);
            if !leaves_a_trace && self.zoom < mosaic::MEASURED_FROM {
                return;
            }
            let class = self.ground.class(&feature, &mut scratch);
            if self.ground.edition(class) != self.number {
                return;
            }
            if leaves_a_trace {
                found.push((feature.order, class, feature));
            } else {
                feature.read(vertices_of, window, &mut shape);
                visit(class, &shape);
            }
        });
        found.sort_unstable_by_key(|(order, class, _)| (*order, *class));
        for (_, class, feature) in found {
            feature.read(vertices_of, window, &mut shape);
            visit(class, &shape);
        }
    }

    fn seed(&self, class: Class) -> u64 {
        self.ground.classes.seed(class)
    }
}

impl Sketcher {
    /// One for this ground.
    pub fn new(ground: &Ground<'_>) -> Sketcher {
        let mosaics = (0..ground.editions).map(|_| Mosaic::new(ground.recipe.buffer)).collect();
        Sketcher { cutter: Cutter::default(), mosaics }
    }

    /// Another one for the same ground, which shares what it has made.
    pub fn beside(&self) -> Sketcher {
        let mosaics = self.mosaics.iter().map(Mosaic::beside).collect();
        Sketcher { cutter: Cutter::default(), mosaics }
    }

    /// Adds the polygons of a tile.
    pub fn sketch(&mut self, ground: &Ground<'_>, tile: TileId, sketch: &mut Sketch) {
        if !ground.is_coverage {
            return self.sketch_each(ground, tile, sketch);
        }
        for (number, mosaic) in (0..).zip(&mut self.mosaics) {
            let edition = Edition { ground, number, zoom: tile.z() };
            mosaic.tile(&edition, tile, |class, faces| {
                sketch.push(ShapeKind::Polygon, class, None, faces);
            });
        }
    }

    fn sketch_each(&mut self, ground: &Ground<'_>, tile: TileId, sketch: &mut Sketch) {
        let frame = Frame::new(tile, ground.recipe.buffer);
        let smallest = 1u32 << (32 - u32::from(tile.z()) - 12 + u32::from(TOO_SMALL));
        let mut found = Vec::new();
        ground.visit(frame.window(), ShapeKind::Polygon, |feature| {
            let WorldBox { min, max } = feature.bounds();
            if (max.x - min.x).max(max.y - min.y) >= smallest {
                let importance = importance(ShapeKind::Polygon, feature.bounds(), feature.order);
                found.push((importance, feature));
            }
        });
        found.sort_unstable_by_key(|(importance, feature)| {
            (std::cmp::Reverse(*importance), feature.order)
        });
        found.truncate(MOST);
        found.sort_unstable_by_key(|(_, feature)| feature.order);
        let mut scratch = Vec::new();
        for (_, feature) in found {
            let class = ground.class(&feature, &mut scratch);
            let parts = self.cutter.cut(&feature.page, feature.place, &frame);
            sketch.push(ShapeKind::Polygon, class, None, parts);
        }
    }
}

/// How far around a tile what it shows of polygons depends on others, in grid units.
pub fn halo(recipe: &Recipe, is_coverage: bool) -> i64 {
    if is_coverage { mosaic::REACH } else { i64::from(recipe.buffer) }
}

/// Whether many of the polygons of a layer just read lie over others of their edition: of a sample, more than one in
/// fifty with a point in the middle that another one holds too. (Not the share of area: it takes
/// an overlay to know, and polygons that touch at their borders are no trouble to a mosaic.)
pub fn overlap_much(ground: &Ground<'_>) -> bool {
    let segment = &ground.parts[0].segment;
    let pages = segment.detail_pages();
    let step = (pages.len() / PROBES).max(1);
    let (mut probes, mut covered) = (0, 0);
    let (mut shape, mut scratch) = (Shape::new(ShapeKind::Polygon), Vec::new());
    for number in pages.step_by(step) {
        let Some(page) = segment.page(number) else { continue };
        let polygons = (0..page.len()).filter(|place| page.kind(*place) == ShapeKind::Polygon);
        // A few of each page: a layer of a few pages has no more.
        for place in polygons.step_by(8) {
            let feature = Feature { order: page.order(place), page, place, part: 0 };
            let class = ground.class(&feature, &mut scratch);
            let edition = ground.edition(class);
            feature.read(FINEST, EVERYWHERE, &mut shape);
            let Some(middle) = middle(&shape) else { continue };
            probes += 1;
            let mut others = 0;
            ground.visit(WorldBox::around(&[middle]), ShapeKind::Polygon, |other| {
                let class = ground.class(&other, &mut scratch);
                if other.order != feature.order && ground.edition(class) == edition {
                    other.read(FINEST, EVERYWHERE, &mut shape);
                    others += usize::from(holds(&shape, middle));
                }
            });
            covered += usize::from(others > 0);
        }
    }
    covered * 50 > probes
}

const FINEST: u8 = crate::geo::grid::FINEST_ZOOM;
const EVERYWHERE: WorldBox =
    WorldBox { min: WorldPoint { x: 0, y: 0 }, max: WorldPoint { x: u32::MAX, y: u32::MAX } };

/// A point well inside a polygon: the middle of its widest stretch at half its height.
fn middle(shape: &Shape) -> Option<WorldPoint> {
    let row = shape.bounds().centre().y;
    let mut crossings = crossings(shape, row);
    crossings.sort_unstable_by(f64::total_cmp);
    let stretches = crossings.as_chunks::<2>().0.iter();
    let widest = stretches.max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
    Some(WorldPoint { x: f64::midpoint(widest[0], widest[1]) as u32, y: row })
}

/// Whether a polygon holds a point, by its rings alike: those of a polygon do not cross.
fn holds(shape: &Shape, point: WorldPoint) -> bool {
    let west = crossings(shape, point.y).into_iter().filter(|x| *x < f64::from(point.x));
    west.count() % 2 == 1
}

/// Where the edges of a polygon cross the line just below a row.
fn crossings(shape: &Shape, row: u32) -> Vec<f64> {
    let mut found = Vec::new();
    for ring in shape.parts() {
        let mut from = ring[ring.len() - 1];
        for &to in ring {
            if (from.y > row) != (to.y > row) {
                let [ax, ay, bx, by] = [from.x, from.y, to.x, to.y].map(f64::from);
                found.push(ax + (f64::from(row) + 0.5 - ay) / (by - ay) * (bx - ax));
            }
            from = to;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::shape::RingRole;

    #[test]
    fn the_middle_of_a_polygon_lies_in_it_and_not_in_its_hole() {
        let mut shape = Shape::new(ShapeKind::Polygon);
        let square = |low: u32, high: u32| {
            [(low, low), (high, low), (high, high), (low, high)].map(|(x, y)| WorldPoint { x, y })
        };
        shape.push_ring(&square(0, 1000), RingRole::Exterior);
        shape.push_ring(&square(300, 800), RingRole::Interior);
        let middle = middle(&shape).unwrap();
        assert_eq!(middle, WorldPoint { x: 150, y: 500 });
        assert!(holds(&shape, middle) && !holds(&shape, WorldPoint { x: 500, y: 500 }));
    }
}
