//! Brings the layers of all sources into the store: from disk at once, then from the sources,
//! several side by side, each tried again until it answers. Blocking: runs on threads of its own,
//! never on async ones.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{io, thread};

use super::disk::StoreDirectory;
use super::{comparison, freed};
use crate::catalogue::features::Features;
use crate::catalogue::snapshot::{Announced, LayerState, ReadyLayer, Refusal, Store};
use crate::config;
use crate::overview::Recipe;
use crate::segment::builder::SegmentBuilder;
use crate::segment::cores;
use crate::segment::kept::{self, Description, Kept, Reading};
use crate::segment::reader::Segment;
use crate::source::{self, Discovery, Layer, Position, Report, SourceError};

/// Waits between attempts to reach a source: quick at first, so that a restarted database is back
/// on the map at once, then calm.
const RETRY: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(5),
];

/// Brings layers into the store.
pub struct Loader<'a> {
    /// Where they are served from.
    pub store: &'a Store,
    /// Where they are kept; only in memory when absent.
    pub directory: Option<&'a StoreDirectory>,
    /// How much memory loading may take, in bytes, where there is a directory.
    pub memory: u64,
}

impl Loader<'_> {
    /// Serves what is on disk at once, then reads all layers of all sources, or finds that they are
    /// what was on disk; returns when each is ready or refused. `loaded` is told of each source at once,
    /// refused or not: one that does not answer must not keep the others from being followed.
    ///
    /// # Errors
    /// Where no source can be used, and nothing of any is in the store.
    pub fn load_all(
        &self,
        sources: &[config::Source],
        layers: &[config::Layer],
        loaded: &(dyn Fn(SourceLayers) + Sync),
    ) -> Result<(), SourceError> {
        let keys: Vec<u64> = sources.iter().map(|source| source::key(source, layers)).collect();
        self.serve_kept(&keys);
        // The other half is for the pages that are being made and the values that are remembered.
        let at_once = (sources.len() * cores::count()).max(1) as u64;
        let loader = &Loader { memory: self.memory / 2 / at_once, ..*self };
        let refusals: Vec<String> = thread::scope(|scope| {
            let load = |(source, key): (&config::Source, u64)| {
                let version = source::version(source);
                let read = loader.load_source(source, key, layers);
                let (layers, refusal) = match read {
                    Ok(layers) => (layers, None),
                    Err(error) => (Vec::new(), Some(error.to_string())),
                };
                loaded(SourceLayers { source: source.clone(), layers, version });
                refusal
            };
            let sources = sources.iter().zip(keys);
            let loads: Vec<_> = sources.map(|one| scope.spawn(move || load(one))).collect();
            let join = |load: thread::ScopedJoinHandle<'_, _>| {
                load.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            loads.into_iter().filter_map(join).collect()
        });
        let is_lost = refusals.len() == sources.len() && self.store.snapshot().is_bare();
        match is_lost && !refusals.is_empty() {
            true => Err(SourceError::Rejected(refusals.join("\n"))),
            false => Ok(()),
        }
    }

    /// Serves what was kept of these sources.
    fn serve_kept(&self, keys: &[u64]) {
        let Some(directory) = self.directory else {
            return;
        };
        let mut found = directory.open_all(keys);
        for key in keys {
            let of_source = |(_, kept): &mut (_, Kept)| kept.reading.source == *key;
            self.store.serve_kept(*key, found.extract_if(.., of_source).collect());
        }
    }

    /// What was read from one source is of another from now on: the same one, configured otherwise.
    pub(super) fn adopt(&self, from: u64, to: u64) {
        let adopted = self.store.adopt(from, to);
        adopted.iter().for_each(|ready| self.rename(&ready.layer, from, to));
    }

    /// Likewise, of one layer, as it lies on disk.
    pub(super) fn rename(&self, layer: &Description, from: u64, to: u64) {
        if let Some(directory) = self.directory {
            directory.adopt(layer, from, to);
        }
    }

    /// Serves the layers of a source no longer.
    pub(super) fn give_up(&self, key: u64) {
        for ready in self.store.give_up(key) {
            self.forget(&ready);
        }
    }

    /// A layer is no more: its segment is not needed.
    fn forget(&self, ready: &ReadyLayer) {
        tracing::info!(layer = ready.layer.id, "is no more");
        if let Some(directory) = self.directory {
            directory.remove(&ready.layer, ready.reading.source);
        }
    }

    /// Discovers the layers of a source and serves them: those that are served already and are still
    /// what they were, as they are.
    ///
    /// # Errors
    /// Where the source cannot be used. It is then refused by name, and what is served of it stays.
    pub(super) fn load_source(
        &self,
        source: &config::Source,
        key: u64,
        layers: &[config::Layer],
    ) -> Result<Vec<Arc<Layer>>, SourceError> {
        match try_until_reached(&source.name, || source::discover(source, layers)) {
            Ok(discovery) => Ok(self.load_discovered(source, key, discovery)),
            Err(error) => {
                self.refuse(source, key, layers, &error);
                Err(error)
            }
        }
    }

    /// A source cannot be used. Said once.
    pub(super) fn refuse(
        &self,
        source: &config::Source,
        key: u64,
        layers: &[config::Layer],
        error: &SourceError,
    ) {
        let reason = error.to_string();
        let layers = source::refused_with(source, layers, &reason);
        let refusing = self.store.refuse(source, key, layers, reason);
        let what_is_there = match refusing.is_served {
            true => "; what the store has of it stays served, stale",
            false => "",
        };
        if refusing.is_news {
            tracing::warn!(source = source.name, "refused: {error}{what_is_there}");
        }
    }

    /// Serves the layers that were discovered of a source; returns when each is ready or refused.
    pub fn load_discovered(
        &self,
        source: &config::Source,
        key: u64,
        discovery: Discovery,
    ) -> Vec<Arc<Layer>> {
        for refused in &discovery.refused {
            tracing::warn!(layer = refused.id, "refused: {}", refused.reason);
        }
        for tileset in &discovery.tilesets {
            let (file, format) = (tileset.archive.file_name(), tileset.archive.format());
            let media_type = format.media_type();
            tracing::info!(layer = tileset.id, "{file}: {media_type}, zooms {}", tileset.zooms);
            if let Some(unread) = tileset.archive.unread() {
                tracing::warn!(layer = tileset.id, "{file}: {unread}");
            }
            if !format.is_drawn() {
                tracing::warn!(layer = tileset.id, "{media_type} is served, and not drawn here");
            }
        }
        let (announced, gone) = self.store.announce(source, key, discovery);
        gone.iter().for_each(|ready| self.forget(ready));
        let layers = announced.iter().map(|announced| announced.layer.clone()).collect();
        self.load_layers(key, announced);
        layers
    }

    /// Reads announced layers, as many at a time as there are cores.
    fn load_layers(&self, key: u64, announced: Vec<Announced>) {
        let queue = Mutex::new(VecDeque::from(announced));
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        thread::scope(|scope| {
            for _ in 0..cores::count() {
                scope.spawn(|| {
                    while let Some(announced) = next() {
                        self.load_layer(key, &announced);
                    }
                });
            }
        });
        freed::give_back();
    }

    /// Serves a layer: what was kept of it where that is what the source has, else what is read.
    fn load_layer(&self, key: u64, announced: &Announced) {
        let id = &announced.layer.id;
        let kept = announced.kept.as_ref();
        let same = kept.is_some_and(|kept| kept.reading.definition == announced.layer.definition());
        let watch = announced.layer.freshness.watch;
        if same && kept.is_some_and(|kept| !kept.is_stale || watch && comparison::is_followed(kept))
        {
            return; // it is served, and its changes are told
        }
        let current = match kept {
            Some(kept) => try_until_reached(id, || {
                comparison::is_current(kept, &announced.layer, &announced.progress)
            })
            .map(|is_current| is_current.then_some(kept)),
            None => Ok(None),
        };
        let read = match current {
            Ok(Some(kept)) => {
                let ready = Arc::new(comparison::still_current(kept));
                return self.store.set(id, LayerState::Ready(ready));
            }
            Ok(None) => self.read(key, announced),
            Err(error) => Err(error.into()),
        };
        match read {
            Ok(ready) => self.store.serve(ready),
            Err(LoadError::Disk(error)) if let Some(kept) = kept => {
                tracing::error!(
                    layer = id,
                    "the store cannot be written: {error}; what it holds stays served, make room \
                     and restart"
                );
                self.store.set(id, LayerState::Ready(kept.clone()));
            }
            Err(error) if let Some(kept) = kept => {
                tracing::warn!(
                    layer = id,
                    "cannot be read: {error}; what the store has of it stays served, stale"
                );
                let ready = ReadyLayer { is_stale: true, ..kept.as_ref().clone() };
                self.store.set(id, LayerState::Ready(Arc::new(ready)));
            }
            Err(error) => {
                tracing::warn!(layer = id, "refused: {error}");
                let refusal = Refusal { source: key, reason: error.to_string() };
                self.store.set(id, LayerState::Refused(refusal));
            }
        }
    }

    /// Reads a layer that is served anew.
    pub(super) fn read_again(&self, key: u64, layer: &Arc<Layer>) -> Result<ReadyLayer, LoadError> {
        let announced = Announced { layer: layer.clone(), progress: Arc::default(), kept: None };
        let read = self.read(key, &announced);
        freed::give_back();
        read
    }

    /// The segment of all features of a layer, what changed folded in; `position` is where they stand
    /// in the changes of their source.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn fold(
        &self,
        layer: &Layer,
        recipe: &Recipe,
        served: &ReadyLayer,
        position: Option<Position>,
    ) -> io::Result<Segment> {
        let spill = self.directory.map(|directory| directory.spill(self.memory));
        let mut builder = SegmentBuilder::new(recipe.columns, layer.origin.keeps_order(), spill);
        served.features.fold(&mut builder)?;
        if builder.fingerprint() != served.reading.fingerprint {
            return Err(io::Error::other("its features are not those that it says it has"));
        }
        let mut reading = served.reading.clone();
        reading.report.position = position;
        let kept = Kept { layer: served.layer.clone(), reading };
        let segment = match self.directory {
            Some(directory) => directory.write(builder, recipe, &kept),
            None => builder.finish_in_memory(recipe),
        };
        freed::give_back();
        segment
    }

    /// Reads a layer and keeps it.
    fn read(&self, key: u64, announced: &Announced) -> Result<ReadyLayer, LoadError> {
        let Announced { layer, progress, .. } = announced;
        let started = Instant::now();
        let version = layer.version();
        let description = Description::from(layer.as_ref());
        let columns = description.columns.len();
        let (mut builder, read) = try_until_reached(&layer.id, || {
            let spill = self.directory.map(|directory| directory.spill(self.memory));
            let mut builder = SegmentBuilder::new(columns, layer.origin.keeps_order(), spill);
            match layer.read(&mut builder, progress) {
                Err(SourceError::Stopped) => Ok((builder, Err(SourceError::Stopped))),
                read => read.map(|report| (builder, Ok(report))),
            }
        })?;
        if let Some(error) = builder.take_failure() {
            return Err(LoadError::Disk(error));
        }
        let report = read?;
        tell_what_was_met(layer, &report);
        let reading = Reading {
            source: key,
            definition: layer.definition(),
            version,
            fingerprint: builder.fingerprint(),
            report,
            at: kept::now(),
        };
        let recipe = Recipe::new(&layer.overview, &description.columns, layer.zooms, layer.buffer);
        let kept = Kept { layer: description, reading };
        let segment = match self.directory {
            Some(directory) => directory.write(builder, &recipe, &kept)?,
            None => builder.finish_in_memory(&recipe)?,
        };
        tracing::info!(
            layer = layer.id,
            features = segment.features(),
            seconds = format!("{:.2}", started.elapsed().as_secs_f64()),
            megabytes = segment.size() >> 20,
            "loaded"
        );
        let Kept { layer, reading } = kept;
        Ok(ReadyLayer { layer, features: Features::new(segment), reading, is_stale: false })
    }
}

/// A source that was loaded or refused.
#[derive(Debug)]
pub struct SourceLayers {
    /// Where they are read.
    pub source: config::Source,
    /// Its layers, but for those that are refused.
    pub layers: Vec<Arc<Layer>>,
    /// [`source::version`], taken before it was read.
    pub version: Option<String>,
}

/// Why a layer is not there.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    #[error("{0}")]
    Source(#[from] SourceError),
    #[error("the store cannot be written: {0}; make room, or give --store another directory")]
    Disk(#[from] io::Error),
}

fn tell_what_was_met(layer: &Layer, report: &Report) {
    for (fault, times) in &report.faults {
        tracing::warn!(layer = layer.id, times, "{fault}");
    }
    for (column, faults) in &report.values {
        for (fault, times) in faults {
            tracing::warn!(layer = layer.id, column, times, "{fault}");
        }
    }
    for (what, rows) in [("heights (Z)", report.with_z), ("measures (M)", report.with_m)] {
        if rows > 0 {
            tracing::info!(layer = layer.id, rows, "left out: {what}, tiles are flat");
        }
    }
    for left_out in &layer.left_out {
        tracing::info!(layer = layer.id, column = left_out.name, "left out: {}", left_out.reason);
    }
}

/// Repeats what may work later; says once why it waits.
fn try_until_reached<T>(
    what: &str,
    attempt: impl Fn() -> Result<T, SourceError>,
) -> Result<T, SourceError> {
    let mut told = String::new();
    for tries in 0.. {
        match attempt() {
            Err(SourceError::Unreachable(reason)) => {
                if told != reason {
                    tracing::warn!("{what}: {reason}; trying again until it answers");
                    told = reason;
                }
                thread::sleep(RETRY[tries.min(RETRY.len() - 1)]);
            }
            result => {
                if !told.is_empty() {
                    tracing::info!("{what}: reached");
                }
                return result;
            }
        }
    }
    Err(SourceError::Stopped)
}
