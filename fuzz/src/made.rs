//! Layers and tiles of shapes, through the same steps as a load and a request.

use tuilerie::config::Overview;
use tuilerie::geo::shape::{Shape, ShapeKind};
use tuilerie::geo::tile::{TileId, ZoomRange};
use tuilerie::source::{About, Column, ColumnKind, FeatureSink, Value};
use tuilerie::segment::builder::SegmentBuilder;
use tuilerie::catalogue::features::Features;
use tuilerie::segment::kept::{Description, Reading};
use tuilerie::segment::mapping::Bytes;
use tuilerie::overview::Recipe;
use tuilerie::segment::reader::Segment;
use tuilerie::catalogue::snapshot::ReadyLayer;
use tuilerie::tile::TileMaker;
use tuilerie::tile::budget::Budget;
use tuilerie::tile::select::Pages;

use crate::mvt::{self, Feature};
use crate::validity;

/// How far beyond a tile its features reach, in tile units.
pub const BUFFER: u16 = 64;

/// What a layer carries.
pub const COLUMNS: [&str; 3] = ["nom", "hauteur", "bâti"];

/// One feature: its id, its shape, its values.
pub type Made<'a> = (Option<u64>, Shape, [Value<'a>; COLUMNS.len()]);

fn description() -> Description {
    let column = |name: &str| Column { name: name.to_owned(), kind: ColumnKind::Text };
    Description {
        id: "couche".to_owned(),
        about: About::default(),
        columns: COLUMNS.map(column).to_vec(),
        zooms: ZoomRange::new(0, 24).unwrap(),
        buffer: BUFFER,
    }
}

/// The bytes of a segment that shows features as they are from `detail` on.
pub fn segment<'a>(features: impl IntoIterator<Item = Made<'a>>, detail: u8) -> Vec<u8> {
    let mut builder = SegmentBuilder::new(COLUMNS.len(), false, None);
    for (id, shape, values) in features {
        builder.feature(id, &shape, &values).unwrap();
    }
    let Description { columns, zooms, buffer, .. } = description();
    let overview = Overview { detail: Some(detail), ..Overview::default() };
    let recipe = Recipe::new(&overview, &columns, zooms, buffer);
    builder.finish(Vec::new(), &recipe, &[]).unwrap()
}

/// The layer in a segment, if that is one.
pub fn open(segment: Vec<u8>) -> Option<ReadyLayer> {
    let (segment, _) = Segment::open(Bytes::Owned(segment)).ok()?;
    let (layer, reading) = (description(), Reading::default());
    Some(ReadyLayer { layer, features: Features::new(segment), reading, is_stale: false })
}

/// A layer of any name and columns, of features shown as they are from `detail` on.
pub fn described<'a>(
    layer: Description,
    features: impl IntoIterator<Item = (Option<u64>, Shape, Vec<Value<'a>>)>,
    detail: Option<u8>,
) -> ReadyLayer {
    let mut builder = SegmentBuilder::new(layer.columns.len(), false, None);
    for (id, shape, values) in features {
        builder.feature(id, &shape, &values).unwrap();
    }
    let overview = Overview { detail, ..Overview::default() };
    let recipe = Recipe::new(&overview, &layer.columns, layer.zooms, layer.buffer);
    let segment = builder.finish(Vec::new(), &recipe, &[]).unwrap();
    let (segment, _) = Segment::open(Bytes::Owned(segment)).unwrap();
    let reading = Reading::default();
    ReadyLayer { layer, features: Features::new(segment), reading, is_stale: false }
}

/// The layer of some features as they are.
pub fn layer<'a>(features: impl IntoIterator<Item = Made<'a>>) -> ReadyLayer {
    open(segment(features, 0)).unwrap()
}

/// A layer's tile.
pub fn tile(layer: &ReadyLayer, tile: TileId) -> Vec<u8> {
    TileMaker::default().make(&[(layer, &Pages::of(layer, tile))], tile, Budget::UNLIMITED).bytes
}

/// Reads a tile, and panics on whatever a tile must not hold: beyond what the reader refuses,
/// vertices outside the tile and its buffer, lines that stand still, polygons that are not valid.
pub fn checked(tile: &[u8]) -> Vec<Feature> {
    let features: Vec<_> = mvt::decode(tile).into_iter().flat_map(|layer| layer.features).collect();
    let within = -i64::from(BUFFER)..=4096 + i64::from(BUFFER);
    for feature in &features {
        for part in &feature.parts {
            let is_inside = part.iter().all(|(x, y)| within.contains(x) && within.contains(y));
            assert!(is_inside, "beyond the buffer: {}", feature.wkt());
        }
        match feature.kind {
            1 => assert!(feature.parts.iter().all(|part| part.len() == 1)),
            2 => assert!(feature.parts.iter().all(|part| part.len() > 1 && !stands_still(part))),
            _ => validity::check(&feature.polygons()),
        }
    }
    features
}

fn stands_still(line: &[(i64, i64)]) -> bool {
    line.windows(2).any(|pair| pair[0] == pair[1])
}

/// The tiles of some zooms in which a shape's box has its middle and its corners.
pub fn tiles_at(shape: &Shape, zooms: &[u8]) -> Vec<TileId> {
    let bounds = shape.bounds();
    let at = |zoom: u8| {
        let place = move |world: u32| (u64::from(world) >> (32 - u32::from(zoom))) as u32;
        [bounds.centre(), bounds.min, bounds.max]
            .map(|point| TileId::new(zoom, place(point.x), place(point.y)).unwrap())
    };
    let mut tiles: Vec<_> = zooms.iter().flat_map(|zoom| at(*zoom)).collect();
    tiles.sort_unstable();
    tiles.dedup();
    tiles
}

/// The kind of a shape as a tile writes it.
pub fn number_of(kind: ShapeKind) -> u64 {
    match kind {
        ShapeKind::Point => 1,
        ShapeKind::Line => 2,
        ShapeKind::Polygon => 3,
    }
}
