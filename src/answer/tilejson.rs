//! TileJSON 3.0.0: what clients need to show some layers, an archive, or the drawn tiles of a style.
//!
//! Source: <https://github.com/mapbox/tilejson-spec/tree/master/3.0.0>

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::answers::Answers;
use super::describe::{bounds, name, tileset_name};
use super::error::Unanswered;
use super::public_url::PublicUrl;
use super::seen::Seen;
use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::shape::ShapeKind;
use crate::geo::tile::ZoomRange;
use crate::map::subject::{Drawn, Groups, Subject};
use crate::map::view::TILE_SIDES;
use crate::source::ColumnKind;
use crate::source::archive::format::TileFormat;
use crate::source::archive::tileset::Tileset;
use crate::source::attribution::Attribution;
use crate::tile::format::Format;

/// Of the sides that drawn tiles may have that one which clients take for granted.
const SIDE: u32 = TILE_SIDES[1];
/// Beyond the layers' last zoom they are drawn larger, until here: a pixel is a few centimetres.
const MAXZOOM: u8 = 22;

/// The TileJSON of one layer, of several together, or of an archive.
///
/// # Errors
/// For layers that are not served, or not yet.
pub fn tilejson(
    seen: &Seen,
    ids: &[String],
    base: &PublicUrl,
    format: Format,
) -> Result<Value, Unanswered> {
    Ok(match seen.only_tileset(ids) {
        Some(ready) => of_tileset(&ready.tileset, base),
        None => of_layers(ids, &seen.layers_of(ids, None)?, base, format),
    })
}

/// The TileJSON of a style's drawn tiles.
///
/// # Errors
/// For an id that no style has, and while none of its layers can be served.
pub fn drawn(
    answers: &Answers,
    seen: &Seen,
    style: &str,
    base: &PublicUrl,
) -> Result<Value, Unanswered> {
    let subject = answers.subject(seen, style, &Groups::default())?;
    Ok(of_drawn(style, &subject, base))
}

/// What TileJSON and a style's source both say of some layers.
pub fn extent(
    ids: &[String],
    layers: &[Arc<ReadyLayer>],
    base: &PublicUrl,
    format: Format,
) -> Value {
    let zooms = layers.iter().map(|ready| ready.layer.zooms).reduce(ZoomRange::union);
    let zooms = zooms.unwrap_or(ZoomRange::DEFAULT);
    let named = layers.iter().filter_map(|ready| ready.layer.about.attribution.as_ref());
    let mut extent = json!({
        "tiles": [base.tiles(ids, format.name())],
        "minzoom": zooms.min(),
        "maxzoom": zooms.max(),
        "bounds": bounds(layers, []),
        "attribution": Attribution::together(named).html(),
    });
    // TileJSON 3.0.0 has no such field, for it knows but MVT; MapLibre reads it there and in a source.
    if format != Format::Mvt {
        extent["encoding"] = json!(format.name());
    }
    extent
}

/// What TileJSON and a style's source both say of an archive.
pub fn tileset_extent(tileset: &Tileset, base: &PublicUrl) -> Value {
    let archive = &tileset.archive;
    let format = archive.format();
    let mut extent = json!({
        "tiles": [base.tiles(std::slice::from_ref(&tileset.id), format.extension())],
        "minzoom": tileset.zooms.min(),
        "maxzoom": tileset.zooms.max(),
        "bounds": archive.bounds(),
        "attribution": tileset.about.attribution.as_ref().map_or("", Attribution::html),
    });
    if format.is_raster() {
        // MapLibre reads it in TileJSON too.
        extent["tileSize"] = json!(archive.tile_size());
    }
    if format == TileFormat::Mlt {
        extent["encoding"] = json!("mlt");
    }
    extent
}

fn of_layers(
    ids: &[String],
    layers: &[Arc<ReadyLayer>],
    base: &PublicUrl,
    format: Format,
) -> Value {
    let names: Vec<&str> = layers.iter().map(|ready| name(ready)).collect();
    let mut described = extent(ids, layers, base, format);
    let degrees = |index: usize| described["bounds"][index].as_f64().unwrap_or_default();
    let middle = [(degrees(0) + degrees(2)) / 2.0, (degrees(1) + degrees(3)) / 2.0];
    described["tilejson"] = json!("3.0.0");
    described["name"] = json!(names.join(", "));
    described["center"] = json!([middle[0], middle[1], described["minzoom"]]);
    described["vector_layers"] = layers.iter().map(|ready| vector_layer(ready)).collect();
    if let [only] = layers
        && let Some(description) = &only.layer.about.description
    {
        described["description"] = json!(description);
    }
    described
}

fn vector_layer(ready: &ReadyLayer) -> Value {
    let layer = &ready.layer;
    let fields: Map<String, Value> = layer
        .columns
        .iter()
        .map(|column| {
            let kind = match column.kind {
                ColumnKind::Boolean => "Boolean",
                ColumnKind::Number => "Number",
                ColumnKind::Text => "String",
            };
            (column.name.clone(), Value::from(kind))
        })
        .collect();
    json!({
        "id": layer.id,
        "fields": fields,
        "description": layer.about.description.as_deref().unwrap_or_default(),
        "minzoom": layer.zooms.min(),
        "maxzoom": layer.zooms.max(),
        "geometry_type": geometry_type(ready),
    })
}

fn geometry_type(ready: &ReadyLayer) -> &'static str {
    match ready.features.only_kind() {
        Some(ShapeKind::Point) => "point",
        Some(ShapeKind::Line) => "line",
        Some(ShapeKind::Polygon) => "polygon",
        None => "mixed",
    }
}

fn of_tileset(tileset: &Tileset, base: &PublicUrl) -> Value {
    let [west, south, east, north] = tileset.archive.bounds();
    let middle = [f64::midpoint(west, east), f64::midpoint(south, north)];
    let mut described = tileset_extent(tileset, base);
    described["tilejson"] = json!("3.0.0");
    described["name"] = json!(tileset_name(tileset));
    described["center"] = json!([middle[0], middle[1], tileset.zooms.min()]);
    if !tileset.archive.format().is_raster() {
        described["vector_layers"] = json!(tileset.archive.vector_layers());
    }
    if let Some(description) = &tileset.about.description {
        described["description"] = json!(description);
    }
    described
}

fn of_drawn(id: &str, subject: &Subject, base: &PublicUrl) -> Value {
    let layers = subject.layers.iter().map(|(_, ready)| ready);
    let archives = subject.tilesets.iter().map(|Drawn { ready, .. }| &ready.tileset);
    let bounds = bounds(layers, archives.clone());
    let zooms = subject.zooms().into_iter().chain(archives.map(|tileset| tileset.zooms));
    // A tile of 256 pixels shows what one of 512 does of the zoom before.
    let minzoom = match zooms.map(|zooms| zooms.min()).min() {
        None | Some(0) => 0,
        Some(least) => (least + 1).min(MAXZOOM),
    };
    let [west, south, east, north] = bounds;
    let middle = [f64::midpoint(west, east), f64::midpoint(south, north)];
    json!({
        "tilejson": "3.0.0",
        "name": subject.style.title.fr,
        "description": subject.style.description.fr,
        "attribution": subject.attribution().html(),
        "tiles": [base.drawn_tiles(id, SIDE)],
        "tileSize": SIDE,
        "minzoom": minzoom,
        "maxzoom": MAXZOOM,
        "bounds": bounds,
        "center": [middle[0], middle[1], minzoom],
    })
}
