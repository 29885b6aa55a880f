//! http: addresses in, answers out. The only place that knows axum, and the only one where an
//! error becomes a response.
//!
//! A request passes through the limits of [`server`], then the [`front`], then the route of its
//! resource. No route waits for a database.
//!
//! - [`server`]: accepting, time limits, draining at the end
//! - [`front`]: what every request passes before its route, and every answer after it:
//!   [`limits`], [`cors`], panics caught
//! - [`routes`]: the table of all addresses, of which [`openapi`] tells programs
//! - [`address`]: a path → layers and tile
//! - [`negotiation`]: `Accept`, `Accept-Encoding`, `If-None-Match`
//! - [`base`]: the address that clients use
//! - [`error`]: errors as responses
//! - [`content`]: answers that are no tiles
//! - [`map_address`]: what of the world a drawn map shows, and how large
//! - [`tiles`], [`tilesets`], [`maps`], [`print`], [`changes`], [`explain`], [`tilejson`], [`styles`], [`rendered`],
//!   [`fonts`], [`sprites`], [`territories`], [`catalog`], [`health`], [`telemetry`], [`viewer`], [`embed`]: the resources

pub mod address;
pub mod base;
pub mod catalog;
pub mod changes;
pub mod content;
pub mod cors;
pub mod embed;
pub mod error;
pub mod explain;
pub mod fonts;
pub mod front;
pub mod health;
pub mod limits;
pub mod map_address;
pub mod maps;
pub mod negotiation;
pub mod openapi;
pub mod print;
mod qgis;
pub mod rendered;
pub mod routes;
pub mod server;
pub mod sprites;
pub mod styles;
pub mod telemetry;
pub mod territories;
pub mod tilejson;
pub mod tiles;
pub mod tilesets;
pub mod viewer;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::HeaderValue;

use crate::cache::encoding::Compressors;
use crate::cache::labels::LabelCache;
use crate::cache::queue::Queue;
use crate::cache::tiles::TileCache;
use crate::catalogue::snapshot::Store;
use crate::config;
use crate::map::materials::Materials;
use crate::map::subject::Styles;
use crate::segment::cores;
use crate::segment::kept;
use crate::style::shipped::Shipped;
use crate::tile::TileMaker;
use crate::tile::budget::Budget;
use base::PublicUrl;
use telemetry::Telemetry;
use viewer::Viewer;

/// Some 100,000 recorded times at full load, a megabyte.
const HOUSEKEEPING: Duration = Duration::from_secs(5);

/// What all requests share.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    store: Arc<Store>,
    cache: TileCache,
    benches: Workbenches,
    shipped: Arc<Shipped>,
    styles: Styles,
    /// What maps are drawn with.
    materials: Materials,
    /// Labels of drawn tiles.
    labels: LabelCache,
    /// Those who draw.
    easels: Queue,
    /// How many pixels a drawn map may have along a side.
    map_pixels: u32,
    /// How large a body may be that is laid over one.
    overlay_bytes: usize,
    viewer: Viewer,
    public_url: Option<PublicUrl>,
    /// When this process started, in seconds since 1970: it tells its events from those of another.
    started: u64,
    /// What a tile may hold.
    budget: Budget,
    /// What tiles say of how long they may be kept.
    cache_control: HeaderValue,
    telemetry: Telemetry,
}

impl App {
    /// The application over a store, as configured.
    pub fn new(
        store: Arc<Store>,
        server: &config::Server,
        shipped: Arc<Shipped>,
        telemetry: Telemetry,
    ) -> App {
        App(Arc::new(Shared {
            store,
            cache: TileCache::new(server.cache, server.tile_timeout),
            benches: Workbenches::default(),
            styles: Styles::new(shipped.clone()),
            materials: Materials::new(shipped.clone()),
            labels: LabelCache::default(),
            shipped,
            easels: maps::easels(cores::count()),
            map_pixels: server.map_pixels,
            overlay_bytes: usize::try_from(server.overlay_bytes).unwrap_or(usize::MAX),
            viewer: Viewer::built_in(&server.frame_ancestors),
            public_url: server.public_url.clone().map(PublicUrl::configured),
            started: kept::now(),
            budget: Budget {
                bytes: usize::try_from(server.tile_bytes).unwrap_or(usize::MAX),
                features: server.tile_features,
            },
            cache_control: tiles::cache_control(server.max_age),
            telemetry,
        }))
    }

    /// What must be done now and then, for ever.
    pub async fn housekeeping(self) {
        let mut clock = tokio::time::interval(HOUSEKEEPING);
        loop {
            clock.tick().await;
            self.0.telemetry.fold();
        }
    }
}

/// What a thread needs to make tiles: memory that is kept between them. As many are made as are
/// in use at one time.
#[derive(Default)]
struct Workbenches(Mutex<Vec<Workbench>>);

#[derive(Default)]
struct Workbench {
    maker: TileMaker,
    compressors: Compressors,
}

impl Workbenches {
    /// Lends a workbench for some work. One that panics is not used again.
    fn with<T>(&self, work: impl FnOnce(&mut Workbench) -> T) -> T {
        let idle = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let mut bench = taken.unwrap_or_default();
        let result = work(&mut bench);
        idle().push(bench);
        result
    }
}
