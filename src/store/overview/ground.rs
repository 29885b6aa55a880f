//! The features around a tile, as the pages of detail have them: what overviews are made of.

use super::classes::{Class, Classes};
use super::polygons::overlap_much;
use super::recipe::Recipe;
use crate::geo::shape::{RingRole, Shape, ShapeKind};
use crate::geo::world::{WorldBox, WorldPoint};
use crate::store::geometry::Visitor;
use crate::store::page::{Order, Page};
use crate::store::segment::Segment;

/// The features of a layer, to be generalised.
#[derive(Debug)]
pub struct Ground<'a> {
    /// Its features.
    pub segment: &'a Segment,
    /// The classes that they are of.
    pub classes: &'a Classes,
    /// How they are to be generalised.
    pub recipe: &'a Recipe,
    /// The zoom from which they are shown as they are.
    pub detail_from: u8,
    /// Whether its polygons lie side by side, as those of a land cover.
    pub is_coverage: bool,
    /// The editions that lie over each other, as codes of the edition's column; one `None` where
    /// the layer has none.
    pub editions: Vec<Option<u32>>,
}

/// A feature of the ground.
#[derive(Clone, Copy, Debug)]
pub struct Feature<'a> {
    /// Its place among others.
    pub order: Order,
    /// The page that holds it.
    pub page: Page<'a>,
    /// Its place there.
    pub place: usize,
}

impl Feature<'_> {
    /// What it is made of.
    pub fn kind(&self) -> ShapeKind {
        self.page.kind(self.place)
    }

    /// The box around it.
    pub fn bounds(&self) -> WorldBox {
        self.page.bounds(self.place)
    }

    /// Puts its vertices that appear at a zoom into `shape`.
    pub fn read(&self, zoom: u8, window: WorldBox, shape: &mut Shape) {
        shape.reset(self.kind());
        let mut read = Read { shape, part: Vec::new() };
        self.page.geometry(self.place).walk(zoom, window, &mut read);
    }
}

impl<'a> Ground<'a> {
    /// The ground of the features that a segment holds.
    pub fn new(
        segment: &'a Segment,
        classes: &'a Classes,
        recipe: &'a Recipe,
        detail_from: u8,
    ) -> Ground<'a> {
        let mut editions: Vec<Option<u32>> = match recipe.edition {
            Some(column) if classes.columns().contains(&column) => {
                (1..=classes.len() as Class).map(|class| classes.code(class, column)).collect()
            }
            _ => vec![None],
        };
        editions.sort_unstable();
        editions.dedup();
        let mut ground =
            Ground { segment, classes, recipe, detail_from, is_coverage: true, editions };
        ground.is_coverage = recipe.coverage.unwrap_or_else(|| !overlap_much(&ground));
        ground
    }

    /// The edition that a class belongs to.
    pub fn edition(&self, class: Class) -> Option<u32> {
        if self.editions.len() == 1 {
            return self.editions[0];
        }
        self.recipe.edition.and_then(|column| self.classes.code(class, column))
    }

    /// Visits the features of some kind whose boxes meet a window, page by page.
    pub fn visit(&self, window: WorldBox, kind: ShapeKind, mut visit: impl FnMut(Feature<'a>)) {
        let mut pages = Vec::new();
        self.segment.pages_in(window, &mut pages);
        for page in pages.iter().filter_map(|number| self.segment.page(*number)) {
            for place in 0..page.len() {
                if page.kind(place) == kind && page.bounds(place).intersects(window) {
                    visit(Feature { order: page.order(place), page, place });
                }
            }
        }
    }

    /// The class of a feature.
    pub fn class(&self, feature: &Feature<'_>, scratch: &mut Vec<u32>) -> Class {
        self.classes.class(&feature.page, feature.place, scratch)
    }
}

struct Read<'a> {
    shape: &'a mut Shape,
    part: Vec<WorldPoint>,
}

impl Visitor for Read<'_> {
    fn vertex(&mut self, point: WorldPoint) {
        self.part.push(point);
    }

    fn end_part(&mut self, role: RingRole) {
        match self.shape.kind() {
            ShapeKind::Point => self.part.iter().for_each(|point| self.shape.push_point(*point)),
            ShapeKind::Line => self.shape.push_line(&self.part),
            ShapeKind::Polygon => {
                self.shape.push_ring(&self.part, role);
            }
        }
        self.part.clear();
    }
}
