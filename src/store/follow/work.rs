//! What takes long, done beside the following of changes: reading a layer anew, comparing it with its
//! source, folding its changes into a segment, discovering the source.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use super::layer::{Followed, most_remade, next_comparison};
use super::{Configured, Following, ready};
use crate::geo::world::WorldBox;
use crate::source::{self, Layer, Position, SourceError};
use crate::store::features::{Features, Tiles};
use crate::store::load::LoadError;
use crate::store::overview::remake as overview;
use crate::store::segment::Segment;
use crate::store::snapshot::ReadyLayer;

/// Work under way.
pub(super) struct Work<'scope>(ScopedJoinHandle<'scope, Done>);

/// All work under way for a source: overviews that are made anew need not wait for what takes longer.
#[derive(Default)]
pub(super) struct Works<'scope> {
    long: Option<Work<'scope>>,
    overviews: Option<Work<'scope>>,
}

/// Work that is done.
enum Done {
    Nothing,
    Discovered(Result<Vec<Arc<Layer>>, SourceError>),
    Read { id: String, read: Result<ReadyLayer, LoadError> },
    Compared { id: String, edits: u64, same: Result<(bool, Option<Position>), LoadError> },
    Folded(Folded),
    Remade(Remade),
}

/// What became of folding.
struct Folded {
    id: String,
    parts: usize,
    edits: u64,
    took: Duration,
    folded: io::Result<Segment>,
}

/// What became of making overviews anew.
struct Remade {
    /// Of what they were made, and how many edits that shows.
    ready: Arc<ReadyLayer>,
    edits: u64,
    outdated: Vec<(u64, WorldBox)>,
    took: Duration,
    /// `None` where that can only be done by folding.
    remade: io::Result<Option<Vec<overview::Remade>>>,
}

impl<'scope> Works<'scope> {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.long.is_none() && self.overviews.is_none()
    }

    /// Takes in what is done, and begins what is due.
    pub(super) fn look_after<'a: 'scope, 'env>(
        &mut self,
        following: &mut Following<'a>,
        scope: &'scope Scope<'scope, 'env>,
    ) {
        for work in [&mut self.long, &mut self.overviews] {
            if let Some(done) = work.take_if(|work| work.0.is_finished()) {
                done.take_in(following);
            }
        }
        if self.long.is_none() {
            self.long = Work::begin(following, scope);
        }
        if self.overviews.is_none() {
            self.overviews = Work::begin_overviews(following, scope);
        }
    }
}

fn is_time(at: Option<Instant>) -> bool {
    at.is_some_and(|at| at <= Instant::now())
}

impl<'scope> Work<'scope> {
    /// Begins what is most urgent of what is due and takes long.
    fn begin<'a: 'scope, 'env>(
        following: &mut Following<'a>,
        scope: &'scope Scope<'scope, 'env>,
    ) -> Option<Work<'scope>> {
        let (loader, key) = (following.loader, following.configured.key);
        let configured = following.configured.clone();
        let name = configured.source.name.clone();
        if let Some(reason) = following.redefined.take() {
            tracing::info!(source = name, "its layers are looked up again: {reason}");
            return Some(Work(scope.spawn(move || {
                let Configured { source, key, layers } = &configured;
                Done::Discovered(loader.load_source(source, *key, layers))
            })));
        }
        if following.is_database() && is_time(Some(following.discover_at)) {
            following.discover_at = Instant::now() + super::DISCOVER;
            let known: BTreeSet<u64> =
                following.layers.iter().map(|followed| followed.layer.definition()).collect();
            return Some(Work(scope.spawn(move || {
                let Configured { source, key, layers } = configured;
                // A database that is away is told of by who follows it.
                let Ok(found) = source::discover(&source, &layers) else { return Done::Nothing };
                if found.layers.iter().map(Layer::definition).collect::<BTreeSet<_>>() == known {
                    return Done::Nothing;
                }
                tracing::info!(source = name, "it has other tables");
                Done::Discovered(Ok(loader.load_discovered(&source, key, found)))
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
            let edits = followed.edits;
            if is_time(followed.compare_at) {
                followed.compare_at = None;
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
                let (recipe, position) = (followed.recipe.clone(), followed.position.clone());
                return Some(Work(scope.spawn(move || {
                    let started = Instant::now();
                    let folded = loader.fold(&layer, &recipe, &ready, position);
                    Done::Folded(Folded { id, parts, edits, took: started.elapsed(), folded })
                })));
            }
        }
        None
    }

    /// Begins to make anew what overviews show of what was edited.
    fn begin_overviews<'a: 'scope, 'env>(
        following: &mut Following<'a>,
        scope: &'scope Scope<'scope, 'env>,
    ) -> Option<Work<'scope>> {
        let loader = following.loader;
        let due = |followed: &&mut Followed| is_time(followed.remake_at) && !followed.is_due;
        let followed = following.layers.iter_mut().find(due)?;
        followed.remake_at = None;
        let ready = ready(loader, &followed.layer.id)?;
        let outdated = std::mem::take(&mut followed.outdated);
        let (recipe, edits) = (followed.recipe.clone(), followed.edits);
        Some(Work(scope.spawn(move || {
            let started = Instant::now();
            let boxes: Vec<WorldBox> = outdated.iter().map(|(_, bounds)| *bounds).collect();
            let most = most_remade(&ready.features);
            let remade = match ready.features.overviews_of(&boxes, &recipe, most) {
                Some(tiles) => ready.features.remake(&recipe, &tiles),
                None => Ok(None),
            };
            Done::Remade(Remade { ready, edits, outdated, took: started.elapsed(), remade })
        })))
    }

    /// Takes in what came of it.
    fn take_in(self, following: &mut Following<'_>) {
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
            Done::Folded(folded) => following.take_in_fold(folded),
            Done::Remade(remade) => following.take_in_overviews(remade),
        }
    }
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
                (followed.fold_at, followed.remake_at) = (None, None);
                followed.must_be_folded = false;
                followed.edits += 1;
                followed.loaded_edits = followed.edits;
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

    fn take_in_fold(&mut self, Folded { id, parts, edits, took, folded }: Folded) {
        let Some(followed) = self.layers.iter_mut().find(|f| f.layer.id == id) else { return };
        followed.fixed = 1;
        followed.folding_took = took;
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
        if features.changed() > 0 {
            followed.plan(&features);
        }
        let ready = ReadyLayer { features, ..ready.as_ref().clone() };
        match is_as_before {
            true => store.update(ready, Tiles::Overviews, boxes(now_shown)),
            false => store.serve(ready),
        }
    }

    fn take_in_overviews(&mut self, done: Remade) {
        let Remade { ready: made_of, edits, outdated, took, remade } = done;
        let id = &made_of.layer.id;
        let Some(followed) = self.layers.iter_mut().find(|f| f.layer.id == *id) else { return };
        let Some(ready) = ready(self.loader, id) else { return };
        if ready.reading.definition != made_of.reading.definition {
            return; // another layer of that name
        }
        followed.remaking_took = took;
        let mut ready = ready.as_ref().clone();
        let [made_by, loaded] = [&made_of.features, &ready.features].map(Features::loaded);
        let is_of_scheme =
            std::ptr::eq(made_by, loaded) || made_by.scheme().agrees_with(loaded.scheme());
        let tiles = remade.as_ref().map_or(0, |remade| remade.as_ref().map_or(0, Vec::len));
        match remade {
            // Folded, or read anew, meanwhile.
            _ if edits <= followed.loaded_edits => {}
            Ok(Some(remade)) if is_of_scheme => {
                tracing::debug!(
                    layer = id,
                    tiles,
                    seconds = took.as_secs_f64(),
                    "overviews follow"
                );
                ready.features.show(remade, edits);
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
        }
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
