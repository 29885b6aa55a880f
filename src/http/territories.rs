//! Territories: communes, intercommunalités and whatever else a layer has the outlines of, by their codes.
//! `/territories` lists them, `/territories/{code}` is one of them as GeoJSON (RFC 7946), simplified: what a
//! map is framed on, and dimmed around.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};
use serde_json::{Value, json};

use super::App;
use super::content::Content;
use super::error::HttpError;
use super::tilejson::lonlat_bounds;
use crate::catalogue::snapshot::{ReadyLayer, Snapshot};
use crate::config::role;
use crate::geo::world::WorldPoint;
use crate::query::outline::{self, Columns, Outline};

/// Outlines follow the layers, and change once in a few years.
const GEOJSON: Content =
    Content { media_type: "application/geo+json", cache_control: "no-cache", packed: false };
const LIST: Content =
    Content { media_type: "application/json", cache_control: "no-cache", packed: false };

/// The role whose layer has territories without saying so, and the columns that it may have them in.
const ROLE: &str = "communes";
const CODES: [&str; 4] = ["code_insee", "insee_com", "insee", "id"];
const NAMES: [&str; 2] = ["nom_officiel", "nom"];

/// Answers with the codes and names of all territories.
///
/// # Errors
/// When listing them panics.
pub async fn list(State(app): State<App>, headers: HeaderMap) -> Result<Response<Body>, HttpError> {
    let snapshot = app.0.store.snapshot();
    let listed = aside(move || listed(&snapshot)).await?;
    Ok(LIST.respond(&app, &headers, listed.to_string().into_bytes()))
}

/// Answers with the outline of a territory.
///
/// # Errors
/// For a code that none has.
pub async fn answer(
    State(app): State<App>,
    code: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path(code) = code.map_err(|_| HttpError::BadAddress("the code is no text".into()))?;
    let snapshot = app.0.store.snapshot();
    let (layer, outline, code) = aside(move || find(&snapshot, code)).await??;
    let feature = feature(&layer, &outline, &code);
    Ok(GEOJSON.respond(&app, &headers, feature.to_string().into_bytes()))
}

/// The outline of a code, and the layer that has it.
///
/// # Errors
/// When none has it, or none yet.
pub fn find(snapshot: &Snapshot, code: String) -> Result<(String, Outline, String), HttpError> {
    for (id, ready, columns) in layers(snapshot) {
        if let Some(outline) = outline::outline(&ready.features, columns, &code) {
            return Ok((id.to_owned(), outline, code));
        }
    }
    match snapshot.is_settled() {
        true => Err(HttpError::NoSuchTerritory(code)),
        false => Err(HttpError::StillLoading(code)),
    }
}

/// All features are looked at, for a country's communes some 35,000: other requests must not wait for this thread.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, HttpError> {
    tokio::task::spawn_blocking(work).await.map_err(|_panic| HttpError::Internal)
}

fn layers(snapshot: &Snapshot) -> impl Iterator<Item = (&str, &Arc<ReadyLayer>, Columns)> {
    snapshot.ready().filter_map(|(id, ready)| Some((id, ready, columns(ready)?)))
}

/// Where a layer has its codes and names, if it has any.
fn columns(ready: &ReadyLayer) -> Option<Columns> {
    let layer = &ready.layer;
    let place = |name: &str| layer.columns.iter().position(|column| column.name == name);
    let written = layer.about.territory.as_deref();
    let role = layer.about.role.as_deref().or(role::named(&layer.id));
    let code = match written {
        Some(column) => place(column)?,
        None if role == Some(ROLE) => CODES.into_iter().find_map(place)?,
        None => return None,
    };
    let name = match layer.about.territory_name.as_deref() {
        Some(column) => place(column),
        None => NAMES.into_iter().find_map(place),
    };
    Some(Columns { code, name })
}

fn listed(snapshot: &Snapshot) -> Value {
    let mut found: BTreeMap<String, (String, &str)> = BTreeMap::new();
    for (id, ready, columns) in layers(snapshot) {
        for (code, name) in outline::names(&ready.features, columns) {
            found.entry(code).or_insert((name, id));
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by(|(_, (a, _)), (_, (b, _))| a.cmp(b));
    let territories: Value = found
        .into_iter()
        .map(|(code, (name, layer))| json!({ "code": code, "name": name, "layer": layer }))
        .collect();
    json!({ "territories": territories })
}

fn feature(layer: &str, outline: &Outline, code: &str) -> Value {
    let coordinates: Value = outline
        .polygons
        .iter()
        .map(|rings| rings.iter().map(|ring| closed(ring)).collect::<Value>())
        .collect();
    json!({
        "type": "Feature",
        "id": code,
        "bbox": lonlat_bounds(outline.bounds),
        "properties": { "code": code, "name": outline.name, "layer": layer },
        "geometry": { "type": "MultiPolygon", "coordinates": coordinates },
    })
}

/// A ring as GeoJSON has it: closed, and exteriors counterclockwise, where the store's go clockwise.
fn closed(ring: &[WorldPoint]) -> Value {
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
    ring.iter()
        .rev()
        .chain(ring.last())
        .map(|point| {
            let (lon, lat) = point.to_lonlat();
            json!([round(lon), round(lat)])
        })
        .collect()
}
