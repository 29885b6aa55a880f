//! What takes long, done beside the following of changes: reading a layer anew, comparing it with its
//! source, folding its changes into a segment, discovering the source.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use super::layer::{next_comparison, rest};
use super::{Configured, Following, ready};
use crate::geo::tile::ZoomRange;
use crate::source::{self, Layer, Position, SourceError};
use crate::store::load::LoadError;
use crate::store::segment::Segment;
use crate::store::snapshot::ReadyLayer;

/// Work under way.
pub(super) struct Work<'scope>(ScopedJoinHandle<'scope, Done>);

/// Work that is done.
enum Done {
    Nothing,
    Discovered(Result<Vec<Arc<Layer>>, SourceError>),
    Read {
        id: String,
        read: Result<ReadyLayer, LoadError>,
    },
    Compared {
        id: String,
        edits: u64,
        same: Result<(bool, Option<Position>), LoadError>,
    },
    Folded {
        id: String,
        parts: usize,
        outdated: usize,
        took: Duration,
        folded: io::Result<Segment>,
    },
}

impl<'scope> Work<'scope> {
    /// Begins what is most urgent of what is due.
    pub(super) fn begin<'a: 'scope, 'env>(
        following: &mut Following<'a>,
        scope: &'scope Scope<'scope, 'env>,
    ) -> Option<Work<'scope>> {
        let (loader, key) = (following.loader, following.configured.key);
        if let Some(reason) = following.redefined.take() {
            let configured = following.configured.clone();
            let name = &configured.source.name;
            tracing::info!(source = name, "its layers are looked up again: {reason}");
            return Some(Work(scope.spawn(move || {
                let Configured { source, key, layers } = &configured;
                Done::Discovered(loader.load_source(source, *key, layers))
            })));
        }
        let is_time = |at: Option<Instant>| at.is_some_and(|at| at <= Instant::now());
        if following.is_database() && is_time(Some(following.discover_at)) {
            following.discover_at = Instant::now() + super::DISCOVER;
            let configured = following.configured.clone();
            let known: BTreeSet<u64> = definitions(following.layers.iter().map(|f| &*f.layer));
            return Some(Work(scope.spawn(move || {
                let Configured { source, key, layers } = &configured;
                match source::discover(source, layers) {
                    Ok(found) if definitions(&found.layers) != known => {
                        tracing::info!(source = source.name, "it has other tables");
                        Done::Discovered(loader.load_source(source, *key, layers))
                    }
                    // A database that is away is told of by who follows it.
                    Ok(_) | Err(_) => Done::Nothing,
                }
            })));
        }
        for followed in &mut following.layers {
            let layer = followed.layer.clone();
            let id = layer.id.clone();
            if followed.is_due {
                return Some(Work(
                    scope.spawn(move || Done::Read { read: loader.read_again(key, &layer), id }),
                ));
            }
            let Some(ready) = ready(loader, &id) else { continue };
            if is_time(followed.compare_at) {
                followed.compare_at = None;
                let edits = followed.edits;
                return Some(Work(scope.spawn(move || Done::Compared {
                    same: loader.compare(&layer, &ready),
                    id,
                    edits,
                })));
            }
            if is_time(followed.fold_at) {
                followed.fold_at = None;
                let parts = ready.features.parts();
                followed.fixed = parts;
                let (recipe, outdated) = (followed.recipe.clone(), followed.outdated.len());
                let position = followed.position.clone();
                return Some(Work(scope.spawn(move || {
                    let started = Instant::now();
                    let folded = loader.fold(&layer, &recipe, &ready, position);
                    Done::Folded { id, parts, outdated, took: started.elapsed(), folded }
                })));
            }
        }
        None
    }

    pub(super) fn is_done(&self) -> bool {
        self.0.is_finished()
    }

    /// Takes in what came of it.
    pub(super) fn take_in(self, following: &mut Following<'_>) {
        let Ok(done) = self.0.join() else {
            tracing::error!("work on a layer panicked; it stays what it is until the next restart");
            return;
        };
        match done {
            Done::Nothing => {}
            Done::Discovered(Ok(layers)) => following.rediscovered(layers),
            Done::Discovered(Err(error)) => tracing::warn!("{error}"),
            Done::Read { id, read } => following.take_in_read(&id, read),
            Done::Compared { id, edits, same } => following.take_in_comparison(&id, edits, same),
            Done::Folded { id, parts, outdated, took, folded } => {
                following.take_in_fold(&id, parts, outdated, took, folded);
            }
        }
    }
}

fn definitions<'l>(layers: impl IntoIterator<Item = &'l Layer>) -> BTreeSet<u64> {
    layers.into_iter().map(Layer::definition).collect()
}

/// How long after a failure something is tried again.
const AGAIN: Duration = Duration::from_secs(30);

impl Following<'_> {
    fn take_in_read(&mut self, id: &str, read: Result<ReadyLayer, LoadError>) {
        let Some(followed) = self.layers.iter_mut().find(|f| f.layer.id == id) else { return };
        followed.is_due = false;
        match read {
            Ok(mut ready) => {
                // The configuration may have changed meanwhile.
                ready.reading.source = self.configured.key;
                followed.position = ready.reading.report.position.clone();
                followed.outdated.clear();
                followed.fold_at = None;
                followed.edits += 1;
                self.loader.store.serve(ready);
            }
            Err(error) => {
                tracing::warn!(layer = id, "cannot be read anew, what is there stays: {error}");
                // Not at once: the position is still the old one, so it will be found due again.
                self.redefined = Some(error.to_string());
            }
        }
        followed.compare_at = next_comparison(&followed.layer);
    }

    fn take_in_comparison(
        &mut self,
        id: &str,
        edits: u64,
        same: Result<(bool, Option<Position>), LoadError>,
    ) {
        let Some(followed) = self.layers.iter_mut().find(|f| f.layer.id == id) else { return };
        followed.compare_at = next_comparison(&followed.layer);
        match same {
            Ok((true, position)) => {
                if let Some(ready) = ready(self.loader, id) {
                    followed.is_current(self.loader.store, &ready);
                }
                if followed.position.is_none() {
                    followed.position = position;
                }
            }
            // It was edited meanwhile: that it differs says nothing.
            Ok((false, _)) if followed.edits != edits => {
                followed.compare_at = Some(Instant::now() + AGAIN);
            }
            Ok((false, _)) => {
                followed.must_be_read("its source has other features");
                if followed.layer.version().is_some() {
                    // A file that is written again may have other layers and columns.
                    self.redefined = Some("a file was written again".to_owned());
                }
            }
            Err(error) => {
                tracing::warn!(layer = id, "cannot be compared with its source: {error}");
                followed.compare_at = Some(Instant::now() + AGAIN);
            }
        }
    }

    fn take_in_fold(
        &mut self,
        id: &str,
        parts: usize,
        outdated: usize,
        took: Duration,
        folded: io::Result<Segment>,
    ) {
        let Some(followed) = self.layers.iter_mut().find(|f| f.layer.id == id) else { return };
        followed.fixed = 1;
        followed.folding_took = took;
        let loader = self.loader;
        let Some(ready) = ready(loader, id) else { return };
        let segment = match folded {
            Ok(segment) => segment,
            Err(error) => {
                tracing::error!(layer = id, "changes cannot be folded in: {error}; trying again");
                followed.fold_at = Some(Instant::now() + AGAIN);
                return;
            }
        };
        let detail_from = segment.detail_from();
        let is_as_before = detail_from == ready.features.loaded().detail_from();
        let features = ready.features.folded(parts, segment);
        tracing::debug!(layer = id, seconds = took.as_secs_f64(), "changes are folded in");
        loader.store.lookout().folded();
        let ready = ReadyLayer { features, ..ready.as_ref().clone() };
        let boxes: Vec<_> = followed.outdated.drain(..outdated).collect();
        if !followed.outdated.is_empty() {
            followed.fold_at = Some(Instant::now() + rest(took));
        }
        if !is_as_before {
            // Other zooms are overviews now: all tiles may be others.
            return loader.store.serve(ready);
        }
        let (min, _) = ready.layer.zooms.into();
        let zooms = detail_from.checked_sub(1).and_then(|last| ZoomRange::new(min, last));
        loader.store.update(ready, zooms, boxes, |features, boxes, number| {
            features.stamp_overviews(boxes, number);
        });
    }
}
