//! Drawn maps: tiles at `/styles/{style}/{z}/{x}/{y}`, whole maps at `/styles/{style}/static/…`.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, Uri};

use super::App;
use super::address;
use super::error::HttpError;
use super::map_address::{self, Wanted};
use super::telemetry::Found;
use super::tiles::respond;
use crate::cache::entry::Entry;
use crate::cache::flight::{IsWanted, Place};
use crate::cache::key::{ImageKey, Key, Scope};
use crate::cache::tiles::Unmakeable;
use crate::map::data::Needs;
use crate::map::furniture::Furniture;
use crate::map::subject::{Groups, NotShown, Subject};
use crate::map::{self, Order, image};
use crate::store::snapshot::Snapshot;

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

/// Answers with a map of a place or a box. It says whom its layers name; with `?scale=true` there is a scale
/// bar on it; of groups of the style nothing that `?hide=` names is, and what `?show=` does though the style hides it.
///
/// # Errors
/// As [`tile`].
pub async fn map(
    State(app): State<App>,
    path: Segments<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path((style, place, size)) = path.map_err(no_text)?;
    let wanted = map_address::map(&place, &size, app.0.map_pixels)?;
    let mut pairs = uri.query().unwrap_or_default().split('&');
    let scale = pairs.any(|pair| pair == "scale=true");
    let furniture = Furniture { attribution: true, scale };
    let extras = Extras { furniture, groups: address::groups(uri.query())? };
    answer(app, style, wanted, extras, headers).await
}

/// What is asked for beside the place.
#[derive(Default)]
struct Extras {
    furniture: Furniture,
    groups: Groups,
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
    Extras { furniture, groups }: Extras,
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
        furniture,
        format,
        scope: Scope::Public,
    });
    let (entry, found) = match app.0.cache.get(&key) {
        Some(entry) => (entry, Found::Hit),
        None => {
            let work = Work { app: app.clone(), subject, needs, wanted, furniture };
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
    furniture: Furniture,
}

async fn make(app: &App, key: Key, work: Work) -> Result<Arc<Entry>, HttpError> {
    let place = Place::Queued(app.0.easels.clone());
    Ok(app.0.cache.make(key, place, move |is_wanted| work.done(is_wanted)).await?)
}

impl Work {
    fn done(&self, is_wanted: IsWanted<'_>) -> Result<Entry, Unmakeable> {
        let started = Instant::now();
        let shared = &self.app.0;
        let order = Order {
            subject: &self.subject,
            shot: &self.wanted.shot,
            needs: &self.needs,
            furniture: self.furniture,
            most_features: shared.budget.features,
        };
        let picture =
            map::draw(&order, &shared.materials, is_wanted).ok_or(Unmakeable::Unwanted)?;
        if self.subject.is_damaged() {
            return Err(Unmakeable::Damaged);
        }
        let bytes = image::encode(picture, self.wanted.format).map_err(|error| {
            tracing::error!("{error}");
            Unmakeable::Unwritable
        })?;
        shared.telemetry.image_made(started.elapsed());
        Ok(Entry::image(bytes))
    }
}
