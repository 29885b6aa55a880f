//! The features of a layer in a tile, straight from the store's pages: what passes a filter is cut when its
//! geometry is asked for first, and its attributes are read where they lie.

use std::cmp::Reverse;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::grid;
use crate::geo::shape::ShapeKind;
use crate::geo::tile::TileId;
use crate::geo::world::WorldBox;
use crate::render::source::features::{Features, Geometry, TileFeature};
use crate::render::view::EXTENT;
use crate::segment::cut::{Cutter, Frame};
use crate::segment::dictionary;
use crate::segment::page::{NULL_CODE, Page};
use crate::segment::reader::Segment;
use crate::source::{Column, Value as Stored};
use crate::style::expression::value::{Object, Value};
use crate::style::expression::{Attribute, Feature, GeometryType, Key, Keys};
use crate::tile::select::{Candidate, Opened, Pages, select};

/// Units of what is drawn to one of a tile's grid.
const SCALE: f64 = EXTENT / grid::EXTENT as f64;

/// The features of a layer in a tile.
pub struct StoreFeatures {
    ready: Arc<ReadyLayer>,
    tile: TileId,
    frame: Frame,
    /// The column here of each property that the style reads.
    columns: Vec<Option<usize>>,
    pages: Pages,
    candidates: Vec<Candidate>,
    /// What they show of themselves in the tile: several layers of a style draw one feature.
    shapes: Vec<OnceLock<Geometry>>,
    cutter: Mutex<Cutter>,
}

impl StoreFeatures {
    /// Those of a layer in a tile, cut at its frame, that lie in a box around what is drawn; none where the layer
    /// is not served at the tile's zoom, or has none there. Of more than `most` the least important are left out.
    pub fn of(
        ready: &Arc<ReadyLayer>,
        (tile, frame): (TileId, Frame),
        around: WorldBox,
        keys: &Keys,
        most: u64,
    ) -> Option<StoreFeatures> {
        let layer = &ready.layer;
        let window = frame.window().intersection(around);
        if window.is_empty() {
            return None;
        }
        let view = ready.features.view(tile);
        let pages = Pages::in_window(ready, tile, window);
        let opened = pages.open(&view);
        let mut candidates = Vec::new();
        select(&view, &opened, window, &mut candidates);
        thin(&opened, &mut candidates, usize::try_from(most).unwrap_or(usize::MAX));
        if candidates.is_empty() {
            return None;
        }
        let column =
            |name: &Arc<str>| layer.columns.iter().position(|column| *column.name == **name);
        let columns = keys.names().iter().map(column).collect();
        let shapes = candidates.iter().map(|_| OnceLock::new()).collect();
        let cutter = Mutex::default();
        Some(StoreFeatures {
            ready: ready.clone(),
            tile,
            frame,
            columns,
            pages,
            candidates,
            shapes,
            cutter,
        })
    }
}

/// Keeps the most important ones, in their order.
fn thin(opened: &[Opened<'_>], candidates: &mut Vec<Candidate>, most: usize) {
    if candidates.len() <= most {
        return;
    }
    let mut ranked: Vec<_> = candidates
        .iter()
        .map(|candidate| (Reverse(candidate.importance(opened)), *candidate))
        .collect();
    if ranked.len() > most {
        ranked.select_nth_unstable(most);
        ranked.truncate(most);
    }
    candidates.clear();
    candidates.extend(ranked.into_iter().map(|(_, candidate)| candidate));
    candidates.sort_unstable();
}

impl Features for StoreFeatures {
    fn each(&self, visit: &mut dyn FnMut(&dyn TileFeature)) {
        let opened = self.pages.open(&self.ready.features.view(self.tile));
        for (candidate, shape) in self.candidates.iter().zip(&self.shapes) {
            let Opened { segment, page, .. } = opened[candidate.page as usize];
            let place = candidate.feature as usize;
            visit(&Read { of: self, segment, page, place, candidate, shape });
        }
    }
}

/// A value of the store as expressions take it.
pub fn attribute(value: Stored<'_>) -> Attribute<'_> {
    match value {
        Stored::Null => Attribute::Null,
        Stored::Bool(truth) => Attribute::Boolean(truth),
        Stored::Int(number) => Attribute::Number(number as f64),
        Stored::UInt(number) => Attribute::Number(number as f64),
        Stored::Float(number) => Attribute::Number(number.into()),
        Stored::Double(number) => Attribute::Number(number),
        Stored::Text(text) => Attribute::Text(text),
    }
}

/// One of them.
struct Read<'f> {
    of: &'f StoreFeatures,
    segment: &'f Segment,
    page: Page<'f>,
    place: usize,
    candidate: &'f Candidate,
    shape: &'f OnceLock<Geometry>,
}

impl Read<'_> {
    fn attribute(&self, column: usize) -> Option<Attribute<'_>> {
        let code = self.page.code(column, self.place);
        let bytes = self.segment.dictionary().get(code).filter(|_| code != NULL_CODE)?;
        let value = dictionary::decode(bytes);
        (value != Stored::Null).then(|| attribute(value))
    }

    fn cut(&self) -> Geometry {
        let mut cutter = self.of.cutter.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = cutter.cut(&self.page, self.place, &self.of.frame);
        let is_area = self.page.kind(self.place) == ShapeKind::Polygon;
        let rings = parts.parts().count();
        // A ring ends with its first point again.
        let mut geometry = Geometry::with_capacity(parts.points().len() + rings, rings);
        for part in parts.parts() {
            let place = |ordinate: i32| f64::from(ordinate) * SCALE;
            part.iter().for_each(|point| geometry.push([place(point.x), place(point.y)]));
            if is_area {
                geometry.finish_ring();
            } else {
                geometry.finish_part();
            }
        }
        geometry
    }

    fn shape(&self) -> &Geometry {
        self.shape.get_or_init(|| self.cut())
    }
}

impl Feature for Read<'_> {
    fn property(&self, key: Key) -> Option<Attribute<'_>> {
        self.attribute(self.of.columns.get(key.index()).copied()??)
    }

    fn property_named(&self, name: &str) -> Option<Attribute<'_>> {
        let columns = &self.of.ready.layer.columns;
        self.attribute(columns.iter().position(|column| column.name == name)?)
    }

    fn properties(&self) -> Arc<Object> {
        let columns = self.of.ready.layer.columns.iter().enumerate();
        let property = |(at, column): (usize, &Column)| {
            let value = Value::from(self.attribute(at)?).into_shared();
            Some((Arc::from(column.name.as_str()), value))
        };
        Arc::new(columns.filter_map(property).collect())
    }

    fn id(&self) -> Option<Attribute<'_>> {
        self.candidate.order.id().map(|id| Attribute::Number(id as f64))
    }

    fn geometry_type(&self) -> Option<GeometryType> {
        Some(match self.page.kind(self.place) {
            ShapeKind::Point => GeometryType::Point,
            ShapeKind::Line => GeometryType::LineString,
            ShapeKind::Polygon => GeometryType::Polygon,
        })
    }

    fn geometry(&self) -> Option<Vec<Vec<[f64; 2]>>> {
        Some(self.shape().to_parts())
    }
}

impl TileFeature for Read<'_> {
    fn read_geometry(&self, into: &mut Geometry) {
        into.clone_from(self.shape());
    }
}
