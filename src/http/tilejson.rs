//! TileJSON 3.0.0: `/tiles/{layers}`, what clients need to show some layers.
//!
//! Source: <https://github.com/mapbox/tilejson-spec/tree/master/3.0.0>

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use serde_json::{Map, Value, json};

use super::App;
use super::address;
use super::base::PublicUrl;
use super::error::{self, HttpError};
use super::tiles::{find_layers, find_tileset};
use super::tilesets;
use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::shape::ShapeKind;
use crate::geo::tile::ZoomRange;
use crate::geo::world::WorldBox;
use crate::source::ColumnKind;
use crate::source::archive::WORLD;
use crate::source::archive::tileset::Tileset;
use crate::tile::format::Format;

/// Answers with the TileJSON of one layer or of several together.
///
/// # Errors
/// For layers that are not served, or not yet.
pub async fn tilejson(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let ids = address::layers(uri.path())?;
    let format = address::encoding(uri.query())?;
    let snapshot = app.0.store.snapshot();
    let base = app.0.public_url.clone().unwrap_or_else(|| PublicUrl::of_request(&headers));
    let described = match find_tileset(&snapshot, &ids) {
        Some(ready) => tilesets::tilejson(&ready.tileset, &base),
        None => describe(&ids, &find_layers(&snapshot, &ids, None)?, &base, format),
    };
    let mut response = error::json(StatusCode::OK, &described);
    // It follows the data (bounds) and the configuration: cheap to make, so never kept.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
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
    let mut attributions: Vec<&str> = Vec::new();
    for attribution in layers.iter().filter_map(|ready| ready.layer.about.attribution.as_deref()) {
        if !attributions.contains(&attribution) {
            attributions.push(attribution);
        }
    }
    let mut extent = json!({
        "tiles": [base.tiles(ids, format.name())],
        "minzoom": zooms.min(),
        "maxzoom": zooms.max(),
        "bounds": bounds(layers, []),
        "attribution": attributions.join(" · "),
    });
    // TileJSON 3.0.0 has no such field, for it knows but MVT; MapLibre reads it there and in a source.
    if format != Format::Mvt {
        extent["encoding"] = json!(format.name());
    }
    extent
}

/// West, south, east and north of layers and archives together, in degrees; all of the world where nothing says
/// it.
pub fn bounds<'a>(
    layers: impl IntoIterator<Item = &'a Arc<ReadyLayer>>,
    archives: impl IntoIterator<Item = &'a Tileset>,
) -> [f64; 4] {
    let layers = layers.into_iter().filter_map(|ready| ready.features.bounds());
    let layers = layers.reduce(WorldBox::union).map(lonlat_bounds);
    let archives = archives.into_iter().map(|tileset| tileset.archive.bounds());
    let both = |[a, b, c, d]: [f64; 4], [west, south, east, north]: [f64; 4]| {
        [a.min(west), b.min(south), c.max(east), d.max(north)]
    };
    layers.into_iter().chain(archives).reduce(both).unwrap_or(WORLD)
}

fn describe(ids: &[String], layers: &[Arc<ReadyLayer>], base: &PublicUrl, format: Format) -> Value {
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

/// What people call a layer.
pub fn name(ready: &ReadyLayer) -> &str {
    ready.layer.about.title.as_deref().unwrap_or(&ready.layer.id)
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

/// West, south, east, north in degrees. Rounded outwards to 1e-6° (a decimetre), so that nothing
/// is cut off and the numbers stay readable.
pub fn lonlat_bounds(bounds: WorldBox) -> [f64; 4] {
    let (west, north) = bounds.min.to_lonlat();
    let (east, south) = bounds.max.to_lonlat();
    let down = |degrees: f64| (degrees * 1e6).floor() / 1e6;
    let up = |degrees: f64| (degrees * 1e6).ceil() / 1e6;
    [down(west), down(south), up(east), up(north)]
}
