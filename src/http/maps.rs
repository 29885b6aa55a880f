//! Drawn maps: tiles at `/styles/{style}/{z}/{x}/{y}`, whole maps at `/styles/{style}/static/…`, under markers and
//! GeoJSON where a request has some.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, Uri, header};
use serde_json::Value;

use super::App;
use super::address;
use super::error::HttpError;
use super::map_address::{self, Wanted};
use super::telemetry::Found;
use super::tiles::respond;
use crate::cache::entry::Entry;
use crate::cache::flight::{FlightError, IsWanted, Place};
use crate::cache::key::{ImageKey, Key, Scope};
use crate::cache::queue::Queue;
use crate::cache::tiles::{MakeError, Unmakeable};
use crate::catalogue::snapshot::Snapshot;
use crate::map::data::Needs;
use crate::map::furniture::Furniture;
use crate::map::overlay::Overlay;
use crate::map::subject::{Groups, NotShown, Subject};
use crate::map::{self, NotDrawn, Order, image};
use crate::render::view::Size;
use crate::style::layer::mistake::Mistake;

/// What may be under way for each core, in tiles: two or three seconds of drawing, longer than which nobody looks
/// at a map that stays empty. A map of the largest size weighs half of it.
const MOST_WAITING: u32 = 128;

/// A drawing's weight: how many tiles of 512 pixels along a side its pixels are.
pub fn weight(size: Size) -> u32 {
    let [width, height] = size.pixels();
    (width * height).div_ceil(512 * 512).min(MOST_WAITING)
}

type Segments<T> = Result<Path<T>, PathRejection>;

/// Answers with a tile of 512 pixels along a side.
///
/// # Errors
/// For what is no such address, and as [`HttpError`] says.
pub async fn tile(
    State(app): State<App>,
    path: Segments<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path((style, z, x, y)) = path.map_err(no_text)?;
    let wanted = map_address::tile("512", &z, &x, &y)?;
    answer(app, style, wanted, Extras::default(), headers).await
}

/// Answers with a tile of as many pixels along a side as the address says.
///
/// # Errors
/// As [`tile`].
pub async fn tile_of_side(
    State(app): State<App>,
    path: Segments<(String, String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path((style, side, z, x, y)) = path.map_err(no_text)?;
    let wanted = map_address::tile(&side, &z, &x, &y)?;
    answer(app, style, wanted, Extras::default(), headers).await
}

/// What is asked for beside the place: what lies and stands on the map, and what of the style is drawn.
#[derive(Default)]
struct Extras {
    overlay: Option<Laid>,
    furniture: Furniture,
    groups: Groups,
}

/// What a request lays over a map, and as it was written.
struct Laid {
    overlay: Overlay,
    text: Arc<str>,
}

/// Answers with a map of a place or a box. It says whom its layers name; with `?scale=true` there is a scale
/// bar on it, with `?markers=` are markers; of groups of the style nothing that `?hide=` names is, and what
/// `?show=` names is, though the style hides it.
///
/// # Errors
/// As [`tile`], and for markers that are none.
pub async fn map(
    State(app): State<App>,
    path: Segments<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path((style, place, size)) = path.map_err(no_text)?;
    let wanted = map_address::map(&place, &size, app.0.map_pixels)?;
    let overlay = map_address::markers(uri.query())?.map(|(text, json)| laid(text, &json));
    let groups = address::groups(uri.query())?;
    let extras = Extras { overlay: overlay.transpose()?, furniture: furniture(&uri), groups };
    answer(app, style, wanted, extras, headers).await
}

/// Answers with such a map under GeoJSON, which is the request's body.
///
/// # Errors
/// As [`map`], and for a body that is too large, comes too slowly, or is no GeoJSON.
pub async fn map_under_body(
    State(app): State<App>,
    path: Segments<(String, String, String)>,
    uri: Uri,
    body: Body,
) -> Result<Response<Body>, HttpError> {
    let Path((style, place, size)) = path.map_err(no_text)?;
    let wanted = map_address::map(&place, &size, app.0.map_pixels)?;
    let bytes = tokio::time::timeout(BODY_TIME, to_bytes(body, app.0.overlay_bytes)).await;
    let bytes = bytes.map_err(|_| HttpError::BodyTooSlow)?.map_err(|_| HttpError::BodyTooLarge)?;
    // Milliseconds, or a second or two of what somebody made for that.
    let place = app.0.easels.place(1).await.ok_or(HttpError::Busy)?;
    let read = move || {
        let text = String::from_utf8(bytes.into()).map_err(|_| no_json("is not UTF-8"))?;
        let json = serde_json::from_str(&text).map_err(|error| no_json(&error.to_string()))?;
        let laid = laid(text, &json);
        drop(place);
        laid
    };
    let overlay = tokio::task::spawn_blocking(read).await.map_err(|_| HttpError::Internal)??;
    let groups = address::groups(uri.query())?;
    let extras = Extras { overlay: Some(overlay), furniture: furniture(&uri), groups };
    // To what is no GET nobody has an answer already.
    let mut response = answer(app, style, wanted, extras, HeaderMap::new()).await?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.remove(header::ETAG);
    Ok(response)
}

/// A body comes within this time.
const BODY_TIME: Duration = Duration::from_secs(10);

fn no_json(message: &str) -> HttpError {
    HttpError::BadBody(vec![Mistake { pointer: String::new(), message: message.to_owned() }])
}

fn laid(text: String, json: &Value) -> Result<Laid, HttpError> {
    let overlay = Overlay::read(json).map_err(HttpError::BadBody)?;
    Ok(Laid { overlay, text: text.into() })
}

fn furniture(uri: &Uri) -> Furniture {
    let mut pairs = uri.query().unwrap_or_default().split('&');
    Furniture { attribution: true, scale: pairs.any(|pair| pair == "scale=true") }
}

/// What a style shows of a snapshot, with groups as asked for.
///
/// # Errors
/// When it shows nothing, as [`HttpError`] says.
pub fn subject(
    app: &App,
    snapshot: &Arc<Snapshot>,
    style: &str,
    groups: &Groups,
) -> Result<Subject, HttpError> {
    let failed = |error: NotShown| HttpError::not_shown(error, style.to_owned());
    let found = app.0.styles.shown(snapshot, style).map_err(failed)?;
    let subject = Subject::new(&found, snapshot);
    if *groups == Groups::default() {
        return Ok(subject);
    }
    // A style with other groups is read anew, which may take milliseconds: others must not wait for this thread.
    let subject = tokio::task::block_in_place(|| subject.with_groups(groups));
    subject.map_err(|error| failed(error.into()))
}

fn no_text(_: PathRejection) -> HttpError {
    HttpError::BadAddress("the address is no text".to_owned())
}

async fn answer(
    app: App,
    style: String,
    wanted: Wanted,
    Extras { overlay, furniture, groups }: Extras,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Wanted { shot, format } = wanted;
    let snapshot = app.0.store.snapshot();
    let subject = subject(&app, &snapshot, &style, &groups)?;
    let needs = Needs::of(&subject, &shot);
    let view = &shot.view;
    let ([x, y], size) = (view.centre(), view.size());
    let key = Key::Image(ImageKey {
        style,
        casting: subject.casting(),
        edition: needs.changed_last(&subject),
        place: [x, y, view.zoom(), view.bearing()].map(f64::to_bits),
        size: size.css().map(|side| side as u32),
        ratio: size.ratio().to_bits(),
        is_tile: shot.tile.is_some(),
        overlay: overlay.as_ref().map(|laid| laid.text.clone()),
        furniture,
        format,
        scope: Scope::Public,
    });
    let (entry, found) = match app.0.cache.get(&key) {
        Some(entry) => (entry, Found::Hit),
        None => {
            let work = Work { app: app.clone(), subject, needs, wanted, overlay, furniture };
            (make(&app, key, work).await?, Found::Miss)
        }
    };
    app.0.telemetry.image_found(found);
    Ok(respond(&entry, format.media_type(), found, &headers, &app.0.cache_control))
}

/// What a drawing takes.
struct Work {
    app: App,
    subject: Subject,
    needs: Needs,
    wanted: Wanted,
    overlay: Option<Laid>,
    furniture: Furniture,
}

/// So many draw at a time; for each, as much may be under way as [`MOST_WAITING`] says.
pub fn easels(count: usize) -> Queue {
    Queue::new(count, count * MOST_WAITING as usize)
}

async fn make(app: &App, key: Key, work: Work) -> Result<Arc<Entry>, HttpError> {
    let place = Place::Queued(app.0.easels.clone(), weight(work.wanted.shot.view.size()));
    let made = app.0.cache.make(key, place, move |is_wanted| work.done(is_wanted)).await;
    made.map_err(|error| refused(app, error))
}

impl Work {
    fn done(&self, is_wanted: IsWanted<'_>) -> Result<Entry, Unmakeable> {
        let shared = &self.app.0;
        let order = Order {
            subject: &self.subject,
            shot: &self.wanted.shot,
            needs: &self.needs,
            overlay: self.overlay.as_ref().map(|laid| &laid.overlay),
            furniture: self.furniture,
            most_features: shared.budget.features,
        };
        drawn(&self.app, &self.subject, || {
            let picture = map::draw(&order, &shared.materials, &shared.labels, is_wanted)?;
            Ok(image::encode(picture, self.wanted.format)?)
        })
    }
}

/// What a drawing of a subject made, with the time that it took; a fault is logged here, once.
pub fn drawn(
    app: &App,
    subject: &Subject,
    draw: impl FnOnce() -> Result<Vec<u8>, NotDrawn>,
) -> Result<Entry, Unmakeable> {
    let started = Instant::now();
    let bytes = draw().map_err(unmade)?;
    if subject.is_damaged() {
        return Err(Unmakeable::Damaged);
    }
    app.0.telemetry.image_made(started.elapsed());
    Ok(Entry::image(bytes))
}

/// Why a drawing is not made, with those counted that there was no room for.
pub fn refused(app: &App, error: MakeError) -> HttpError {
    if error == MakeError::Flight(FlightError::Busy) {
        app.0.telemetry.image_refused();
    }
    error.into()
}

fn unmade(error: NotDrawn) -> Unmakeable {
    let unmade = match error {
        NotDrawn::Unwanted => return Unmakeable::Unwanted,
        NotDrawn::Archive(_) | NotDrawn::NoTile { .. } => Unmakeable::Unreadable,
        NotDrawn::Unwritable(_) => Unmakeable::Unwritable,
    };
    tracing::error!("a map is not drawn: {error}");
    unmade
}
