//! What is counted of answers. Handles are made once: a look-up by name and label at every tile would cost more
//! than the counting.

use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::seen::Seen;
use crate::catalogue::features::Features;
use crate::catalogue::lookout::Lookout;
use crate::tile::Tile;

/// The counters of one server; a copy counts on the same ones.
#[derive(Clone)]
pub struct Telemetry {
    handle: PrometheusHandle,
    tile_hits: Counter,
    tile_misses: Counter,
    tiles_made: Counter,
    tile_features: Counter,
    tile_bytes: Counter,
    tile_left_out: Counter,
    tile_seconds: Histogram,
    image_hits: Counter,
    image_misses: Counter,
    images_refused: Counter,
    image_seconds: Histogram,
    cache_bytes: Gauge,
    cache_entries: Gauge,
    layers_ready: Gauge,
    features: Gauge,
    store_bytes: Gauge,
    changed_features: Gauge,
    lag_seconds: Gauge,
    edits: Counter,
    folds: Counter,
    remade: Counter,
}

/// Whether an answer was there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It was in the cache.
    Hit,
    /// It had to be made, by this request or by one that it joined.
    Miss,
}

/// What is the case when the metrics are read.
pub struct Figures {
    cache_bytes: u64,
    cache_entries: u64,
    layers_ready: usize,
    features: u64,
    store_bytes: usize,
    changed_features: u64,
    lag: Duration,
    /// Changes taken in, foldings, overview tiles made anew.
    counts: [u64; 3],
}

impl Figures {
    /// Those of what is seen, of the cache's bytes and answers, and of how the sources are watched.
    pub fn of(seen: &Seen, (cache_bytes, cache_entries): (u64, u64), lookout: &Lookout) -> Figures {
        let layers = || seen.ready().map(|(_, ready)| &ready.features);
        Figures {
            cache_bytes,
            cache_entries,
            layers_ready: layers().count(),
            features: layers().map(Features::len).sum(),
            store_bytes: layers().map(Features::size).sum(),
            changed_features: layers().map(Features::changed).sum(),
            lag: lookout.longest_lag(),
            counts: lookout.counts(),
        }
    }
}

/// From half a tile's usual time to a time-out's.
const SECONDS: [f64; 12] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0, 10.0];

impl Telemetry {
    /// Counters that go to `/metrics` of this process. To be called once.
    ///
    /// # Errors
    /// When the process has a recorder already.
    pub fn install() -> Result<Telemetry, BuildError> {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("seconds".to_owned()), &SECONDS)?
            .install_recorder()?;
        Ok(Telemetry::with(handle))
    }

    fn with(handle: PrometheusHandle) -> Telemetry {
        let requests = "tuilerie_tile_requests_total";
        metrics::describe_counter!(requests, "Tile requests answered, by cache result");
        metrics::describe_counter!("tuilerie_tiles_made_total", "Tiles made");
        metrics::describe_counter!("tuilerie_tile_features_total", "Features in tiles made");
        metrics::describe_counter!("tuilerie_tile_bytes_total", "Uncompressed bytes of tiles made");
        let left_out = "tuilerie_tile_features_left_out_total";
        metrics::describe_counter!(left_out, "Features that the budget left out of tiles made");
        metrics::describe_histogram!("tuilerie_tile_make_seconds", "Making a tile, uncompressed");
        let images = "tuilerie_image_requests_total";
        metrics::describe_counter!(images, "Requests of drawn maps answered, by cache result");
        metrics::describe_histogram!("tuilerie_image_make_seconds", "Drawing a map and writing it");
        let refused = "tuilerie_images_refused_total";
        metrics::describe_counter!(refused, "Drawn maps refused because too many were waiting");
        metrics::describe_gauge!("tuilerie_cache_bytes", "Memory of the tile cache in use");
        metrics::describe_gauge!("tuilerie_cache_entries", "Tiles in the cache");
        metrics::describe_gauge!("tuilerie_layers_ready", "Layers that are served");
        metrics::describe_gauge!("tuilerie_features", "Features in all layers");
        metrics::describe_gauge!(
            "tuilerie_store_bytes",
            "Bytes of all segments, in memory or mapped into it"
        );
        let changed = "tuilerie_changed_features";
        metrics::describe_gauge!(changed, "Changes that lie over segments, not folded in yet");
        let lag = "tuilerie_lag_seconds";
        metrics::describe_gauge!(lag, "How long ago all changes of the watched layers were seen");
        let edits = "tuilerie_edits_total";
        metrics::describe_counter!(
            edits,
            "Changes taken in, each of any number of rows of a layer"
        );
        let folds = "tuilerie_folds_total";
        metrics::describe_counter!(folds, "Times that changes were folded into a segment");
        let remade = "tuilerie_overview_tiles_remade_total";
        metrics::describe_counter!(remade, "Overview tiles made anew around changes");
        Telemetry {
            handle,
            tile_hits: metrics::counter!(requests, "cache" => "hit"),
            tile_misses: metrics::counter!(requests, "cache" => "miss"),
            tiles_made: metrics::counter!("tuilerie_tiles_made_total"),
            tile_features: metrics::counter!("tuilerie_tile_features_total"),
            tile_bytes: metrics::counter!("tuilerie_tile_bytes_total"),
            tile_left_out: metrics::counter!(left_out),
            tile_seconds: metrics::histogram!("tuilerie_tile_make_seconds"),
            image_hits: metrics::counter!(images, "cache" => "hit"),
            image_misses: metrics::counter!(images, "cache" => "miss"),
            images_refused: metrics::counter!(refused),
            image_seconds: metrics::histogram!("tuilerie_image_make_seconds"),
            cache_bytes: metrics::gauge!("tuilerie_cache_bytes"),
            cache_entries: metrics::gauge!("tuilerie_cache_entries"),
            layers_ready: metrics::gauge!("tuilerie_layers_ready"),
            features: metrics::gauge!("tuilerie_features"),
            store_bytes: metrics::gauge!("tuilerie_store_bytes"),
            changed_features: metrics::gauge!(changed),
            lag_seconds: metrics::gauge!(lag),
            edits: metrics::counter!(edits),
            folds: metrics::counter!(folds),
            remade: metrics::counter!(remade),
        }
    }

    /// Folds recorded times into their histograms; without it they pile up in memory until
    /// somebody reads `/metrics`.
    pub fn fold(&self) {
        self.handle.run_upkeep();
    }

    /// Counts a tile that was made.
    pub fn tile_made(&self, tile: &Tile, took: Duration) {
        self.tiles_made.increment(1);
        self.tile_features.increment(tile.features);
        self.tile_bytes.increment(tile.bytes.len() as u64);
        self.tile_left_out.increment(tile.left_out.iter().sum());
        self.tile_seconds.record(took.as_secs_f64());
    }

    /// Counts a map that was drawn.
    pub fn image_made(&self, took: Duration) {
        self.image_seconds.record(took.as_secs_f64());
    }

    /// Counts an answer with a drawn map.
    pub fn image_found(&self, found: Found) {
        match found {
            Found::Hit => self.image_hits.increment(1),
            Found::Miss => self.image_misses.increment(1),
        }
    }

    /// Counts a drawn map that was refused.
    pub fn image_refused(&self) {
        self.images_refused.increment(1);
    }

    /// Counts an answer.
    pub fn tile_found(&self, found: Found) {
        match found {
            Found::Hit => self.tile_hits.increment(1),
            Found::Miss => self.tile_misses.increment(1),
        }
    }

    /// All counters and figures, in Prometheus' text format.
    pub fn render(&self, figures: &Figures) -> String {
        self.cache_bytes.set(figures.cache_bytes as f64);
        self.cache_entries.set(figures.cache_entries as f64);
        self.layers_ready.set(figures.layers_ready as f64);
        self.features.set(figures.features as f64);
        self.store_bytes.set(figures.store_bytes as f64);
        self.changed_features.set(figures.changed_features as f64);
        self.lag_seconds.set(figures.lag.as_secs_f64());
        let [edits, folds, remade] = figures.counts;
        self.edits.absolute(edits);
        self.folds.absolute(folds);
        self.remade.absolute(remade);
        self.handle.render()
    }
}
