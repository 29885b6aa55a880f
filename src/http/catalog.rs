//! The catalogue: everything served, in the shape that Martin's users know.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use super::App;
use super::base::PublicUrl;
use super::error;
use super::fonts;
use super::sprites;
use super::styles;
use super::tilejson::name;
use super::tilesets;
use crate::catalogue::snapshot::ReadyLayer;
use crate::source::About;

/// Answers with all that is ready to be served.
pub async fn catalog(State(app): State<App>, headers: HeaderMap) -> Response<Body> {
    let snapshot = app.0.store.snapshot();
    let layers = snapshot.ready().map(|(id, ready)| (id.to_owned(), describe(ready)));
    let archives = snapshot.tilesets();
    let archives = archives.map(|(id, ready)| (id.to_owned(), tilesets::catalog(&ready.tileset)));
    let tiles: Map<String, Value> = layers.chain(archives).collect();
    let base = app.0.public_url.clone().unwrap_or_else(|| PublicUrl::of_request(&headers));
    let body = json!({
        "tiles": tiles,
        "styles": styles::catalog(&app, &snapshot, &base),
        "sprites": sprites::catalog(&app),
        "fonts": fonts::catalog(&app),
    });
    let mut response = error::json(StatusCode::OK, &body);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Writes what people read of something beside its title.
pub fn write(about: &About, described: &mut Value) {
    let texts = [
        ("description", &about.description),
        ("attribution", &about.attribution),
        ("licence", &about.licence),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            described[key] = json!(text);
        }
    }
}

fn describe(ready: &ReadyLayer) -> Value {
    let about = &ready.layer.about;
    let mut described = json!({
        "content_type": "application/vnd.mapbox-vector-tile",
        "title": name(ready),
        "features": ready.features.len(),
    });
    write(about, &mut described);
    described
}
