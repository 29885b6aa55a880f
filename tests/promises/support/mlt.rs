//! Reads MapLibre Tiles, for tests: by `mlt-core`, into what [`super::mvt`] makes of a vector tile.

use mlt_core::geo_types::{Geometry, LineString, Point, Polygon};
use mlt_core::{Decoder, Layer, Parser, PropValue, TileFeature, TileLayer};

use super::mvt::{Feature, Value};

/// A layer as far as both formats have it: its name, extent and features.
pub type Comparable = (String, u64, Vec<Feature>);

/// Reads a tile.
pub fn decode(bytes: &[u8]) -> Vec<Comparable> {
    tables(bytes)
        .iter()
        .map(|layer| {
            let features =
                layer.features().iter().map(|feature| read(feature, layer.property_names()));
            (layer.name().to_owned(), layer.extent().get().into(), features.collect())
        })
        .collect()
}

/// The layers of a tile as the decoder gives them.
pub fn tables(bytes: &[u8]) -> Vec<TileLayer> {
    let layers = Parser::default().parse_layers(bytes).unwrap();
    layers
        .into_iter()
        .map(|layer| {
            let Layer::Tag01(layer) = layer else { panic!("an unknown layer") };
            layer.into_tile(&mut Decoder::default()).unwrap()
        })
        .collect()
}

fn read(feature: &TileFeature, names: &[String]) -> Feature {
    let line = |line: &LineString<i32>| -> Vec<(i64, i64)> {
        line.coords().map(|at| (at.x.into(), at.y.into())).collect()
    };
    let rings = |polygon: &Polygon<i32>| -> Vec<_> {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(line).collect()
    };
    let point = |point: &Point<i32>| vec![(point.x().into(), point.y().into())];
    let (kind, parts) = match feature.geometry() {
        Geometry::Point(only) => (1, vec![point(only)]),
        Geometry::MultiPoint(points) => (1, points.iter().map(point).collect()),
        Geometry::LineString(only) => (2, vec![line(only)]),
        Geometry::MultiLineString(lines) => (2, lines.iter().map(line).collect()),
        Geometry::Polygon(only) => (3, rings(only)),
        Geometry::MultiPolygon(polygons) => (3, polygons.iter().flat_map(rings).collect()),
        other => panic!("{other:?}"),
    };
    let values = names.iter().zip(feature.properties());
    let properties =
        values.filter_map(|(name, value)| Some((name.clone(), said(value)?))).collect();
    Feature { id: feature.id(), kind, parts, properties }
}

fn said(value: &PropValue) -> Option<Value> {
    Some(match value {
        PropValue::Str(text) => Value::Text(text.clone()?),
        PropValue::Bool(truth) => Value::Bool((*truth)?),
        PropValue::I8(number) => Value::Number((*number)?.into()),
        PropValue::U8(number) => Value::Number((*number)?.into()),
        PropValue::I32(number) => Value::Number((*number)?.into()),
        PropValue::U32(number) => Value::Number((*number)?.into()),
        PropValue::I64(number) => Value::Number((*number)? as f64),
        PropValue::U64(number) => Value::Number((*number)? as f64),
        PropValue::F32(number) => Value::Number((*number)?.into()),
        PropValue::F64(number) => Value::Number((*number)?),
    })
}
