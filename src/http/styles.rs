//! Styles and their legends: `/styles/{id}`, `/styles/{id}/legend`, for what is served at the moment of
//! the request.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, Uri};
use serde_json::{Map, Value, json};

use super::App;
use super::address::{self, MAX_LAYERS};
use super::base::PublicUrl;
use super::content::Content;
use super::error::HttpError;
use super::qgis;
use super::rendered;
use super::sprites::SPRITE;
use super::tilejson;
use super::tilesets;
use crate::catalogue::snapshot::{LayerState, Snapshot};
use crate::map::generated;
use crate::map::subject::{self, Drawn, Shown, by_role, served};
use crate::style::document::{ALL_LAYERS, Bilingual, DARK, SOURCE, Source};
use crate::style::layer::Layer;
use crate::style::legend;
use crate::style::qgis::definition::definition;
use crate::tile::format::Format;

/// A style follows the layers: cheap to make, and the ETag spares sending it.
const STYLE: Content =
    Content { media_type: "application/json", cache_control: "no-cache", packed: false };

/// What the address of a style as a layer definition of QGIS ends with.
const DEFINITION: &str = ".qlr";
/// The pixels of its images to one of the screen's: they are printed, too.
const DEFINITION_SCALE: u32 = 4;
/// QGIS has registered no media type for it.
const LAYER_DEFINITION: Content =
    Content { media_type: "application/xml", cache_control: "no-cache", packed: false };

/// Answers with a style, as MapLibre or (`?profile=qgis`, `.qlr`) as QGIS takes it; with the TileJSON of its drawn
/// tiles (`.json`).
///
/// # Errors
/// For an id that no style has, and while none of its layers can be served.
pub async fn answer(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let format = address::encoding(uri.query())?;
    if let Ok(Path(id)) = &id
        && let Some(id) = id.strip_suffix(rendered::EXTENSION)
    {
        return rendered::answer(&app, id, &headers);
    }
    let is_definition = matches!(&id, Ok(Path(id)) if id.ends_with(DEFINITION));
    let for_qgis = is_definition || address::for_qgis(uri.query())?;
    let id = id.map(|Path(id)| Path(id.trim_end_matches(DEFINITION).to_owned()));
    let snapshot = app.0.store.snapshot();
    let Shown { mut style, binding, layers, tilesets } = find(&app, &snapshot, id)?;
    if for_qgis {
        // Milliseconds to tenths of a second: other requests must not wait for this thread.
        let made = tokio::task::block_in_place(|| qgis::style(&style, &binding, &snapshot));
        style = Arc::new(made?);
    }
    let base = app.0.public_url.clone().unwrap_or_else(|| PublicUrl::of_request(&headers));
    let mut sources = sources(&layers, &snapshot, &base, format);
    sources.extend(tilesets.iter().map(|drawn| archive(drawn, &base)));
    let style = style.assemble(&sources, &binding, &base.glyphs(), &base.sprite(SPRITE));
    if is_definition {
        let images = |name: &str| app.0.shipped.sprite.image(name, DEFINITION_SCALE);
        let definition = definition(&style, &images);
        return Ok(LAYER_DEFINITION.respond(&app, &headers, definition.into_bytes()));
    }
    Ok(STYLE.respond(&app, &headers, style.to_string().into_bytes()))
}

/// Answers with a style's legend: of what it draws at a zoom, or else of all that it draws at some.
///
/// # Errors
/// As [`answer`], and for a zoom that is none.
pub async fn legend(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let zoom = address::zoom(uri.query())?;
    let snapshot = app.0.store.snapshot();
    let Shown { style, binding, layers, tilesets } = find(&app, &snapshot, id)?;
    let has_role =
        |role: &str| binding.layer(role).is_some_and(|id| layers.iter().any(|layer| layer == id));
    let is_shown = |layer: &Layer| match layer.source.as_deref() {
        None => true,
        Some(SOURCE) => layer.source_layer.as_deref().is_none_or(has_role),
        Some(name) => tilesets.iter().any(|drawn| drawn.archived.name == name),
    };
    let base = app.0.public_url.clone().unwrap_or_else(|| PublicUrl::of_request(&headers));
    let legend = json!({
        "title": style.title.to_json(),
        "sprite": base.sprite(SPRITE),
        "ground": legend::ground(&style, zoom).map(|color| color.to_string()),
        "entries": legend::legend(&style, zoom, is_shown),
    });
    Ok(STYLE.respond(&app, &headers, legend.to_string().into_bytes()))
}

/// A style, what stands for its roles, and which of those layers are served now.
fn find<'s>(
    app: &App,
    snapshot: &'s Arc<Snapshot>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Shown<'s>, HttpError> {
    let Path(id) = id.map_err(|_| HttpError::BadAddress("the style's name is no text".into()))?;
    app.0.styles.shown(snapshot, &id).map_err(|error| HttpError::not_shown(error, id))
}

/// What the catalogue says of the styles that can be served now or are about to be: which layers they
/// show, whether that is all that they will show, and where their drawn tiles are described.
pub fn catalog(app: &App, snapshot: &Snapshot, base: &PublicUrl) -> Map<String, Value> {
    let with_tiles = |(id, mut about): (String, Value)| {
        about["tilejson"] = json!(base.drawn_tilejson(&id));
        (id, about)
    };
    offered(app, snapshot).into_iter().map(with_tiles).collect()
}

fn offered(app: &App, snapshot: &Snapshot) -> Map<String, Value> {
    let binding = by_role(snapshot);
    let shipped = app.0.shipped.styles.iter().filter_map(|style| {
        let state = |role: &&str| snapshot.get(binding.layer(role)?);
        let is_loading = |state| matches!(state, &LayerState::Loading(..));
        let loading = style.roles().iter().filter_map(state).any(is_loading);
        let layers = served(style, &binding, snapshot);
        let has_archive = !subject::tilesets(style, snapshot).is_empty();
        (loading || has_archive || !layers.is_empty()).then(|| {
            let is_ready = !loading && !snapshot.is_incomplete();
            let dark = app.0.shipped.dark_id(style);
            let about = about(&style.title, &style.description, style.rank, layers, is_ready, dark);
            (style.id.clone(), about)
        })
    });
    // Not made for this: it takes milliseconds.
    let (title, description) = (generated::title(), generated::description());
    let all = snapshot.ready().map(|(id, _)| id.to_owned()).collect();
    let dark = format!("{ALL_LAYERS}{DARK}");
    let (rank, is_ready) = (generated::RANK, snapshot.is_settled());
    let all = about(&title, &description, rank, all, is_ready, Some(&dark));
    shipped.chain([(ALL_LAYERS.to_owned(), all)]).collect()
}

/// The id of the map that clients show first: of those that show anything, the one of the lowest rank.
pub fn first(app: &App, snapshot: &Snapshot) -> Option<String> {
    let begun = |about: &Value| about["layers"].as_array().is_some_and(|layers| !layers.is_empty());
    let styles = offered(app, snapshot).into_iter().filter(|(_, about)| begun(about));
    styles.min_by_key(|(_, about)| about["rank"].as_i64()).map(|(id, _)| id)
}

fn about(
    title: &Bilingual,
    description: &Bilingual,
    rank: i64,
    layers: Vec<String>,
    is_ready: bool,
    dark: Option<&str>,
) -> Value {
    json!({
        "title": title.to_json(),
        "description": description.to_json(),
        "rank": rank,
        "layers": layers,
        "ready": is_ready,
        // The id of the same by night.
        "dark": dark,
    })
}

/// One source for all layers, so that a place on the map is one request; more where one address
/// cannot hold them.
fn sources(
    layers: &[String],
    snapshot: &Snapshot,
    base: &PublicUrl,
    format: Format,
) -> Vec<Source> {
    let names = std::iter::once(SOURCE.to_owned()).chain((2..).map(|n| format!("{SOURCE}-{n}")));
    names
        .zip(layers.chunks(MAX_LAYERS))
        .map(|(name, ids)| {
            let ready: Vec<_> = ids
                .iter()
                .filter_map(|id| match snapshot.get(id) {
                    Some(LayerState::Ready(ready)) => Some(ready.clone()),
                    _ => None,
                })
                .collect();
            let mut written = tilejson::extent(ids, &ready, base, format);
            written["type"] = json!("vector");
            // Maps take it for HTML, and it may hold anything.
            let attribution = written["attribution"].as_str().map(escaped);
            written["attribution"] = json!(attribution);
            Source { name, layers: ids.to_vec(), written }
        })
        .collect()
}

/// An archive as a source of a style.
fn archive(Drawn { archived, ready }: &Drawn, base: &PublicUrl) -> Source {
    let mut written = tilesets::extent(&ready.tileset, base);
    written["type"] = json!(if archived.is_raster { "raster" } else { "vector" });
    if let Some(size) = archived.tile_size {
        written["tileSize"] = json!(size);
    }
    let attribution = written["attribution"].as_str().map(escaped);
    written["attribution"] = json!(attribution);
    Source { name: archived.name.clone(), layers: Vec::new(), written }
}

/// A text as HTML shows it.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribution_is_text() {
        assert_eq!(escaped("<b>\"A&B\"</b>"), "&lt;b&gt;&quot;A&amp;B&quot;&lt;/b&gt;");
    }
}
