//! What several documents say of a layer or an archive: its name, its texts, its bounds.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::world::WorldBox;
use crate::source::About;
use crate::source::archive::WORLD;
use crate::source::archive::tileset::Tileset;
use crate::source::attribution::Attribution;

/// What people call a layer.
pub fn name(ready: &ReadyLayer) -> &str {
    ready.layer.about.title.as_deref().unwrap_or(&ready.layer.id)
}

/// What people call an archive.
pub fn tileset_name(tileset: &Tileset) -> &str {
    tileset.about.title.as_deref().unwrap_or(&tileset.id)
}

/// Writes what people read of something beside its title.
pub fn write(about: &About, described: &mut Value) {
    let texts = [
        ("description", about.description.as_deref()),
        ("attribution", about.attribution.as_ref().map(Attribution::html)),
        ("licence", about.licence.as_deref()),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            described[key] = json!(text);
        }
    }
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

/// West, south, east, north in degrees. Rounded outwards to 1e-6° (a decimetre), so that nothing
/// is cut off and the numbers stay readable.
pub fn lonlat_bounds(bounds: WorldBox) -> [f64; 4] {
    let (west, north) = bounds.min.to_lonlat();
    let (east, south) = bounds.max.to_lonlat();
    let down = |degrees: f64| (degrees * 1e6).floor() / 1e6;
    let up = |degrees: f64| (degrees * 1e6).ceil() / 1e6;
    [down(west), down(south), up(east), up(north)]
}
