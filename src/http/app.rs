//! What all requests share.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use super::pages::Pages;
use crate::answer::Answers;
use crate::answer::key::Scope;
use crate::answer::public_url::PublicUrl;
use crate::answer::seen::Seen;
use crate::config;
use crate::segment::kept;

/// Some 100,000 recorded times at full load, a megabyte.
const HOUSEKEEPING: Duration = Duration::from_secs(5);

/// What all requests share.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    answers: Arc<Answers>,
    /// How many pixels a drawn map may have along a side.
    map_pixels: u32,
    /// How large a body may be that is laid over one.
    overlay_bytes: usize,
    pages: Pages,
    public_url: Option<PublicUrl>,
    /// When this process started, in seconds since 1970: it tells its events from those of another.
    started: u64,
    /// What tiles say of how long they may be kept.
    cache_control: HeaderValue,
}

impl App {
    /// The application that gives these answers, as configured.
    pub fn new(answers: Answers, server: &config::Server) -> App {
        App(Arc::new(Shared {
            answers: Arc::new(answers),
            map_pixels: server.map_pixels,
            overlay_bytes: usize::try_from(server.overlay_bytes).unwrap_or(usize::MAX),
            pages: Pages::built_in(&server.frame_ancestors),
            public_url: server.public_url.clone().map(PublicUrl::configured),
            started: kept::now(),
            cache_control: cache_control(server.max_age),
        }))
    }

    /// What must be done now and then, for ever.
    pub async fn housekeeping(self) {
        let mut clock = tokio::time::interval(HOUSEKEEPING);
        loop {
            clock.tick().await;
            self.0.answers.fold_times();
        }
    }

    /// Who answers.
    pub fn answers(&self) -> &Arc<Answers> {
        &self.0.answers
    }

    /// What a request sees. There is one scope, everybody.
    pub fn seen(&self) -> Seen {
        self.0.answers.seen(Scope::Public)
    }

    /// The address that a client uses: `public_url` when it is configured, else the request's `Host`. Forwarded
    /// headers are not believed: anyone can send them.
    pub fn public_url(&self, headers: &HeaderMap) -> PublicUrl {
        let host = || headers.get(header::HOST).and_then(|host| host.to_str().ok());
        self.0.public_url.clone().unwrap_or_else(|| PublicUrl::of_host(host()))
    }

    /// How many pixels a drawn map may have along a side.
    pub fn map_pixels(&self) -> u32 {
        self.0.map_pixels
    }

    /// How large a body may be that is laid over one.
    pub fn overlay_bytes(&self) -> usize {
        self.0.overlay_bytes
    }

    /// The pages.
    pub fn pages(&self) -> &Pages {
        &self.0.pages
    }

    /// When this process started, in seconds since 1970.
    pub fn started(&self) -> u64 {
        self.0.started
    }

    /// What tiles say of how long they may be kept.
    pub fn cache_control(&self) -> &HeaderValue {
        &self.0.cache_control
    }
}

/// Whoever keeps an answer asks again after this time; the ETag makes that cheap.
fn cache_control(max_age: Duration) -> HeaderValue {
    let text = format!("public, max-age={}, must-revalidate", max_age.as_secs());
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("no-cache"))
}
