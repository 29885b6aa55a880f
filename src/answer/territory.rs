//! Territories: communes, intercommunalités and whatever else a layer has the outlines of, by their codes.
//! All features are looked at, for a country's communes some 35,000: not for an async thread.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::describe::lonlat_bounds;
use super::error::Unanswered;
use super::seen::Seen;
use crate::catalogue::snapshot::ReadyLayer;
use crate::config::role;
use crate::geo::world::WorldPoint;
use crate::query::outline::{self, Columns, Outline};

/// The role whose layer has territories without saying so, and the columns that it may have them in.
const ROLE: &str = "communes";
const CODES: [&str; 4] = ["code_insee", "insee_com", "insee", "id"];
const NAMES: [&str; 2] = ["nom_officiel", "nom"];

/// The outline of a code, and the layer that has it.
///
/// # Errors
/// When none has it, or none yet.
pub fn find(seen: &Seen, code: String) -> Result<(String, Outline, String), Unanswered> {
    for (id, ready, columns) in layers(seen) {
        if let Some(outline) = outline::outline(&ready.features, columns, &code) {
            return Ok((id.to_owned(), outline, code));
        }
    }
    match seen.is_settled() {
        true => Err(Unanswered::NoSuchTerritory(code)),
        false => Err(Unanswered::StillLoading(code)),
    }
}

fn layers(seen: &Seen) -> impl Iterator<Item = (&str, &Arc<ReadyLayer>, Columns)> {
    seen.ready().filter_map(|(id, ready)| Some((id, ready, columns(ready)?)))
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

/// The codes and names of all territories.
pub fn list(seen: &Seen) -> Value {
    let mut found: BTreeMap<String, (String, &str)> = BTreeMap::new();
    for (id, ready, columns) in layers(seen) {
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

/// A territory as GeoJSON (RFC 7946).
pub fn feature(layer: &str, outline: &Outline, code: &str) -> Value {
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
