//! The features around a tile, as the pages of detail have them: what overviews are made of.

use hashbrown::HashSet;

use super::classes::{Class, Classes};
use super::polygons::overlap_much;
use super::recipe::Recipe;
use crate::geo::shape::{RingRole, Shape, ShapeKind};
use crate::geo::world::{WorldBox, WorldPoint};
use crate::segment::geometry::Visitor;
use crate::segment::page::{Order, Page};
use crate::segment::parts::Part;

/// The features of a layer, to be generalised.
#[derive(Debug)]
pub struct Ground<'a> {
    /// Its features, and those of each part that a later one replaces.
    pub parts: &'a [Part],
    replaced: Vec<HashSet<u64>>,
    /// The classes that they are of.
    pub classes: &'a Classes,
    /// How they are to be generalised.
    pub recipe: &'a Recipe,
    /// The zoom from which they are shown as they are.
    pub detail_from: u8,
    /// Whether its polygons lie side by side, as those of a land cover.
    pub is_coverage: bool,
    /// How many editions lie over each other: one where the layer has none.
    pub editions: u16,
    /// The edition of each class, from class 1 on, where there are several.
    edition_of: Vec<u16>,
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
    /// The part that holds the page.
    pub part: usize,
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
    /// The ground of the features that some parts hold. Whether it is a coverage is found out where it is
    /// not known.
    pub fn new(
        parts: &'a [Part],
        classes: &'a Classes,
        recipe: &'a Recipe,
        detail_from: u8,
        is_coverage: Option<bool>,
    ) -> Ground<'a> {
        let values = recipe.edition.and_then(|column| classes.values_in(column));
        let values: Vec<&[u8]> = values.into_iter().flatten().collect();
        let mut editions = values.clone();
        editions.sort_unstable();
        editions.dedup();
        let edition_of = |value| editions.partition_point(|edition| edition < value) as u16;
        let edition_of = values.iter().map(edition_of).collect();
        let editions = editions.len().max(1) as u16;
        let replaced = (1..=parts.len()).map(|later| {
            parts[later..].iter().flat_map(|part| part.replaces.iter().copied()).collect()
        });
        let mut ground = Ground {
            parts,
            replaced: replaced.collect(),
            classes,
            recipe,
            detail_from,
            is_coverage: true,
            editions,
            edition_of,
        };
        ground.is_coverage = is_coverage.unwrap_or_else(|| !overlap_much(&ground));
        ground
    }

    /// The edition that a class belongs to.
    pub fn edition(&self, class: Class) -> u16 {
        self.edition_of.get(usize::from(class).wrapping_sub(1)).copied().unwrap_or_default()
    }

    /// Visits the features of some kind whose boxes meet a window, page by page.
    pub fn visit(&self, window: WorldBox, kind: ShapeKind, mut visit: impl FnMut(Feature<'a>)) {
        let mut pages = Vec::new();
        for (part, Part { segment, .. }) in self.parts.iter().enumerate() {
            let replaced = &self.replaced[part];
            let is_replaced = |order: Order| order.id().is_some_and(|id| replaced.contains(&id));
            segment.pages_in(window, &mut pages);
            for page in pages.iter().filter_map(|number| segment.page(*number)) {
                for place in 0..page.len() {
                    let order = page.order(place);
                    if page.kind(place) == kind
                        && page.bounds(place).intersects(window)
                        && (replaced.is_empty() || !is_replaced(order))
                    {
                        visit(Feature { order, page, place, part });
                    }
                }
            }
        }
    }

    /// The class of a feature.
    pub fn class(&self, feature: &Feature<'_>, scratch: &mut Vec<u32>) -> Class {
        self.classes.class(feature, scratch)
    }

    /// The encoded value of a feature in a column, if it has one.
    pub fn value(&self, feature: &Feature<'_>, column: usize) -> Option<&'a [u8]> {
        let code = feature.page.code(column, feature.place);
        self.parts[feature.part].segment.dictionary().get(code)
    }
}

struct Read<'a> {
    shape: &'a mut Shape,
    part: Vec<WorldPoint>,
}

impl Visitor for Read<'_> {
    fn vertices(&mut self, points: &[WorldPoint]) {
        self.part.extend_from_slice(points);
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
