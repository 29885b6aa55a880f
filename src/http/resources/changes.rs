//! What changes: `/changes`, server-sent events, one a change of a layer's tiles:
//!
//! ```text
//! id: 1764111111-42
//! event: change
//! data: {"layer":"bornes","minzoom":14,"maxzoom":20,"bbox":[[2.34,48.85,2.35,48.86]]}
//! ```
//!
//! `bbox` holds boxes of west, south, east, north in degrees; without it all tiles of the layer may have
//! changed. A client that comes back with `Last-Event-ID` gets what it has missed, or `event: reload`
//! where that is no longer known: anything may have changed.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use futures_util::stream::{self, Stream};
use serde_json::json;
use tokio::sync::watch;

use crate::answer::Answers;
use crate::catalogue::news::News;
use crate::geo::world::{WorldBox, WorldPoint};
use crate::http::App;

/// Proxies give up on a connection that is silent for a minute.
const ALIVE: Duration = Duration::from_secs(15);

/// How soon a client comes back that was cut off.
const RETRY: Duration = Duration::from_secs(1);

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Answers with what changes from now on, until the client leaves or the server stops.
pub async fn answer(State(app): State<App>, headers: HeaderMap) -> impl IntoResponse {
    let events = Sse::new(events(&app, &headers));
    // nginx would gather them.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    ([unbuffered], events)
}

struct Reader {
    answers: Arc<Answers>,
    started: u64,
    signal: watch::Receiver<u64>,
    /// The number of the last one that was told.
    last: u64,
    waiting: VecDeque<Event>,
}

fn events(app: &App, headers: &HeaderMap) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let (answers, started) = (app.answers().clone(), app.started());
    let mut signal = answers.news().subscribe();
    let now = *signal.borrow_and_update();
    let asked = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok());
    let known = asked.and_then(|id| number_of(id, started)).filter(|number| *number <= now);
    let first = Event::default().retry(RETRY).id(format!("{started}-{now}"));
    let first = match (asked, known) {
        (Some(_), None) => first.event("reload").data("{}"),
        _ => first.comment("changes of tiles are told here"),
    };
    let mut reader =
        Reader { answers, started, signal, last: known.unwrap_or(now), waiting: [first].into() };
    // The first one's id is that of now: what was missed is told before.
    if known.is_some_and(|number| number < now) {
        reader.waiting.clear();
        reader.fetch();
    }
    stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok(event), reader))
    })
}

impl Reader {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            match tokio::time::timeout(ALIVE, self.signal.changed()).await {
                Ok(changed) => changed.ok()?,
                Err(_elapsed) => return Some(Event::default().comment("")),
            }
            if self.answers.news().is_closed() {
                return None;
            }
            self.fetch();
        }
    }

    fn fetch(&mut self) {
        let started = self.started;
        let id = |number: u64| format!("{started}-{number}");
        match self.answers.news().since(self.last) {
            Some(missed) => {
                self.last = missed.last().map_or(self.last, |news| news.number);
                self.waiting.extend(missed.iter().map(|news| event(news).id(id(news.number))));
            }
            None => {
                self.last = *self.signal.borrow();
                let event = Event::default().event("reload").data("{}").id(id(self.last));
                self.waiting.push_back(event);
            }
        }
    }
}

/// The number in an id that this process gave.
fn number_of(id: &str, started: u64) -> Option<u64> {
    let (process, number) = id.split_once('-')?;
    number.parse().ok().filter(|_| process.parse() == Ok(started))
}

fn event(news: &News) -> Event {
    let mut data = json!({
        "layer": news.layer,
        "minzoom": news.zooms.min(),
        "maxzoom": news.zooms.max(),
    });
    if let Some(boxes) = &news.boxes {
        data["bbox"] = boxes.iter().map(degrees).collect();
    }
    Event::default().event("change").data(data.to_string())
}

fn degrees(WorldBox { min, max }: &WorldBox) -> serde_json::Value {
    // World units grow to the south.
    let (west, north) = WorldPoint { x: min.x, y: min.y }.to_lonlat();
    let (east, south) = WorldPoint { x: max.x, y: max.y }.to_lonlat();
    json!([west, south, east, north])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_another_process_is_none() {
        assert_eq!(number_of("7-12", 7), Some(12));
        for id in ["8-12", "7", "-12", "7-", "7-x", ""] {
            assert_eq!(number_of(id, 7), None, "{id}");
        }
    }
}
