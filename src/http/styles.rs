//! Styles: `/styles/{id}`, for what is served at the moment of the request.

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
use super::sprites::SPRITE;
use super::tilejson;
use crate::store::snapshot::{LayerState, Snapshot};
use crate::style::document::{Bilingual, SOURCE, Source, Style};
use crate::style::generated::{self, ALL_LAYERS};
use crate::tile::format::Format;

/// A style follows the layers: cheap to make, and the ETag spares sending it.
const STYLE: Content =
    Content { media_type: "application/json", cache_control: "no-cache", packed: false };

/// Answers with a style.
///
/// # Errors
/// For an id that no style has, and while none of its layers can be served.
pub async fn answer(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path(id) = id.map_err(|_| HttpError::BadAddress("the style's name is no text".into()))?;
    let format = address::encoding(uri.query())?;
    let snapshot = app.0.store.snapshot();
    let generated;
    let style = if id == ALL_LAYERS {
        generated = all_layers(&snapshot)?;
        &generated
    } else {
        let known = app.0.shipped.styles.iter().find(|style| style.id == id);
        known.ok_or_else(|| HttpError::NoSuchStyle(id.clone()))?
    };
    let layers = layers(style, &snapshot);
    if layers.is_empty() && !snapshot.is_settled() {
        return Err(HttpError::StillLoading(style.id.clone()));
    }
    if layers.is_empty() && style.id != ALL_LAYERS {
        return Err(HttpError::NoSuchStyle(id));
    }
    let base = app.0.public_url.clone().unwrap_or_else(|| PublicUrl::of_request(&headers));
    let sources = sources(&layers, &snapshot, &base, format);
    let style = style.assemble(&sources, &base.glyphs(), &base.sprite(SPRITE));
    Ok(STYLE.respond(&app, &headers, style.to_string().into_bytes()))
}

/// What the catalogue says of the styles that can be served now or are about to be: which layers they
/// show, and whether that is all that they will show.
pub fn catalog(app: &App, snapshot: &Snapshot) -> Map<String, Value> {
    let shipped = app.0.shipped.styles.iter().filter_map(|style| {
        let is_loading = |id: &&str| matches!(snapshot.get(id), Some(LayerState::Loading(..)));
        let loading = style.source_layers().iter().any(is_loading);
        let layers = layers(style, snapshot);
        (loading || !layers.is_empty()).then(|| {
            let is_ready = !loading && !snapshot.is_incomplete();
            let about = about(&style.title, &style.description, style.rank, layers, is_ready);
            (style.id.clone(), about)
        })
    });
    // Not made for this: it takes milliseconds.
    let (title, description) = (generated::title(), generated::description());
    let all = snapshot.ready().map(|(id, _)| id.to_owned()).collect();
    let all = about(&title, &description, generated::RANK, all, snapshot.is_settled());
    shipped.chain([(ALL_LAYERS.to_owned(), all)]).collect()
}

fn about(
    title: &Bilingual,
    description: &Bilingual,
    rank: i64,
    layers: Vec<String>,
    is_ready: bool,
) -> Value {
    json!({
        "title": title.to_json(),
        "description": description.to_json(),
        "rank": rank,
        "layers": layers,
        "ready": is_ready,
    })
}

fn all_layers(snapshot: &Snapshot) -> Result<Style, HttpError> {
    let layers = snapshot.ready().map(|(_, ready)| ready.as_ref());
    generated::all_layers(layers).map_err(|error| {
        tracing::error!("{error}");
        HttpError::Internal
    })
}

/// The layers of a style that are served now.
fn layers(style: &Style, snapshot: &Snapshot) -> Vec<String> {
    let is_ready = |id: &&str| matches!(snapshot.get(id), Some(LayerState::Ready(_)));
    style.source_layers().into_iter().filter(is_ready).map(str::to_owned).collect()
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

fn escaped(text: &str) -> String {
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
