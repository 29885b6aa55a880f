//! Reads the layers of all sources into the store, several side by side, each source tried again
//! until it answers. Blocking: runs on threads of its own, never on async ones.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::builder::SegmentBuilder;
use super::snapshot::{LayerState, ReadyLayer, Store};
use crate::config;
use crate::source::{self, Layer, Progress, SourceError};

/// Waits between attempts to reach a source: quick at first, so that a restarted database is back
/// on the map at once, then calm.
const RETRY: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(5),
];

/// Reads all layers of all sources; returns when each is ready or refused.
///
/// # Errors
/// What a source rejects for good, such as a wrong password.
pub fn load_all(
    store: &Store,
    sources: &[config::Source],
    layers: &[config::Layer],
) -> Result<(), SourceError> {
    thread::scope(|scope| {
        let loads: Vec<_> = sources
            .iter()
            .map(|source| scope.spawn(move || load_source(store, source, layers)))
            .collect();
        loads.into_iter().try_for_each(|load| {
            load.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

fn load_source(
    store: &Store,
    source: &config::Source,
    layers: &[config::Layer],
) -> Result<(), SourceError> {
    let discovery = try_until_reached(&source.name, || source::discover(source, layers))?;
    for refused in &discovery.refused {
        tracing::warn!(layer = refused.id, "refused: {}", refused.reason);
    }
    let announced = store.announce(&source.name, discovery.layers, discovery.refused);
    load_layers(store, announced);
    Ok(())
}

/// Reads announced layers, as many at a time as there are cores.
pub fn load_layers(store: &Store, layers: Vec<(Arc<Layer>, Arc<Progress>)>) {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let queue = Mutex::new(VecDeque::from(layers));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some((layer, progress)) = next() {
                    let state = load_layer(&layer, &progress);
                    store.set(&layer.id, state);
                }
            });
        }
    });
}

fn load_layer(layer: &Arc<Layer>, progress: &Progress) -> LayerState {
    let started = Instant::now();
    let read = try_until_reached(&layer.id, || {
        let mut builder = SegmentBuilder::new(layer.columns.len(), layer.origin.keeps_order());
        let report = layer.read(&mut builder, progress)?;
        Ok((builder, report))
    });
    let (builder, report) = match read {
        Ok(read) => read,
        Err(error) => {
            tracing::warn!(layer = layer.id, "refused: {error}");
            return LayerState::Refused(error.to_string());
        }
    };
    let segment = builder.finish();
    for (fault, times) in &report.faults {
        tracing::warn!(layer = layer.id, times, "{fault}");
    }
    for (what, rows) in [("heights (Z)", report.with_z), ("measures (M)", report.with_m)] {
        if rows > 0 {
            tracing::info!(layer = layer.id, rows, "left out: {what}, tiles are flat");
        }
    }
    for left_out in &layer.left_out {
        tracing::info!(layer = layer.id, column = left_out.name, "left out: {}", left_out.reason);
    }
    tracing::info!(
        layer = layer.id,
        features = segment.features(),
        seconds = format!("{:.2}", started.elapsed().as_secs_f64()),
        megabytes = segment.memory() >> 20,
        "loaded"
    );
    LayerState::Ready(Arc::new(ReadyLayer {
        layer: layer.clone(),
        segment,
        report,
        loaded: Instant::now(),
    }))
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
