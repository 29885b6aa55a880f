//! What becomes of work that is done: what is served from then on, and what is due next.

use std::time::{Duration, Instant};

use super::layer::next_comparison;
use super::work::{Folded, Remade};
use super::{Following, ready};
use crate::catalogue::features::{Features, Tiles};
use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::world::WorldBox;
use crate::source::{Origin, Position, SourceError};
use crate::sync::load::LoadError;

/// How long after a failure something is tried again.
const AGAIN: Duration = Duration::from_secs(30);

impl Following<'_> {
    pub(super) fn take_in_read(&mut self, id: &str, read: Result<ReadyLayer, LoadError>) {
        let Some(followed) = self.layers.iter_mut().find(|f| f.layer.id == id) else { return };
        followed.is_due = false;
        match read {
            Ok(mut ready) => {
                let (from, to) = (ready.reading.source, self.configured.key);
                if from != to {
                    // The configuration has changed meanwhile.
                    self.loader.rename(&ready.layer, from, to);
                    ready.reading.source = to;
                }
                followed.unreadable = None;
                followed.position = ready.reading.report.position.clone();
                followed.outdated.clear();
                (followed.fold_at, followed.remake_at) = (None, None);
                followed.must_be_folded = false;
                followed.edits += 1;
                followed.loaded_edits = followed.edits;
                self.loader.store.serve(ready);
            }
            Err(error) => {
                tracing::warn!(layer = id, "cannot be read anew, what is there stays: {error}");
                followed.unreadable = followed.layer.version();
                // Not at once: the position is still the old one, so it will be found due again.
                self.redefined = Some(error.to_string());
            }
        }
        followed.compare_at = next_comparison(&followed.layer);
    }

    pub(super) fn take_in_comparison(
        &mut self,
        id: &str,
        edits: u64,
        same: Result<(bool, Option<Position>), SourceError>,
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
            // Told when it was tried.
            Ok((false, _)) if followed.is_unreadable() => {}
            Ok((false, _)) => {
                followed.must_be_read("its source has other features");
                if followed.layer.version().is_some() {
                    // A file that is written again may have other layers and columns.
                    self.redefined = Some("a file was written again".to_owned());
                }
            }
            // It is gone, or another kind of file: its source is looked at as a whole.
            Err(error) if matches!(followed.layer.origin, Origin::File(_)) => {
                self.redefined = Some(error.to_string());
            }
            Err(error) => {
                tracing::warn!(layer = id, "cannot be compared with its source: {error}");
                followed.compare_at = Some(Instant::now() + AGAIN);
            }
        }
    }

    pub(super) fn take_in_fold(&mut self, Folded { id, parts, edits, took, folded }: Folded) {
        let Some(followed) = self.layers.iter_mut().find(|f| f.layer.id == id) else { return };
        followed.fixed = 1;
        followed.folding_took = took;
        followed.folded_at = Instant::now();
        let store = self.loader.store;
        let Some(ready) = ready(self.loader, &id) else { return };
        let segment = match folded {
            Ok(segment) => segment,
            Err(error) => {
                tracing::error!(layer = id, "changes cannot be folded in: {error}; trying again");
                followed.fold_at = Some(Instant::now() + AGAIN);
                return;
            }
        };
        let is_as_before = segment.scheme().agrees_with(ready.features.loaded().scheme());
        let mut features = ready.features.folded(parts, segment, edits);
        tracing::debug!(layer = id, seconds = took.as_secs_f64(), "changes are folded in");
        store.lookout().folded();
        followed.must_be_folded = false;
        followed.loaded_edits = edits;
        let (now_shown, outdated) =
            followed.outdated.drain(..).partition(|(edit, _)| *edit <= edits);
        followed.outdated = outdated;
        if !is_as_before {
            // Other zooms may be overviews now, of other classes: all tiles may be others.
            features.forget_remade();
        }
        match features.changed() {
            0 => followed.fold_at = None,
            _ => followed.plan(&features),
        }
        let ready = ReadyLayer { features, ..ready.as_ref().clone() };
        match is_as_before {
            true => store.update(ready, Tiles::Overviews, boxes(now_shown)),
            false => store.serve(ready),
        }
    }

    pub(super) fn take_in_overviews(&mut self, done: Remade) {
        let Remade { ready: made_of, edits, outdated, took, remade } = done;
        let id = &made_of.layer.id;
        let Some(followed) = self.layers.iter_mut().find(|f| f.layer.id == *id) else { return };
        let Some(ready) = ready(self.loader, id) else { return };
        if ready.reading.definition != made_of.reading.definition {
            return; // another layer of that name
        }
        followed.rests_until = Instant::now() + took;
        let mut ready = ready.as_ref().clone();
        let [made_by, loaded] = [&made_of.features, &ready.features].map(Features::loaded);
        let is_of_scheme =
            std::ptr::eq(made_by, loaded) || made_by.scheme().agrees_with(loaded.scheme());
        let is_folded = edits <= followed.loaded_edits; // or read anew
        let remade = match remade {
            _ if is_folded => Vec::new(),
            Ok(Some(remade)) if is_of_scheme => remade,
            Ok(Some(_)) => {
                followed.outdated.extend(outdated);
                return followed.plan(&ready.features);
            }
            remade => {
                if let Err(error) = remade {
                    tracing::error!(layer = id, "overviews cannot be made anew: {error}");
                }
                followed.outdated.extend(outdated);
                followed.must_be_folded = true;
                followed.fold_at = Some(Instant::now());
                return;
            }
        };
        let tiles = remade.len();
        tracing::debug!(layer = id, tiles, seconds = took.as_secs_f64(), "overviews follow");
        ready.features.show(remade, edits);
        if !followed.outdated.is_empty() {
            followed.plan(&ready.features);
        }
        self.loader.store.update(ready, Tiles::Overviews, boxes(outdated));
        self.loader.store.lookout().remade(tiles);
    }
}

fn boxes(outdated: Vec<(u64, WorldBox)>) -> Vec<WorldBox> {
    outdated.into_iter().map(|(_, bounds)| bounds).collect()
}
