//! What takes long, done beside the following of changes: reading a layer anew, comparing it with its
//! source, folding its changes into a segment, discovering the source; and making overviews anew. What
//! becomes of it: [`super::outcome`].

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use super::layer::{Followed, most_remade};
use super::{Configured, Following, ready};
use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::world::WorldBox;
use crate::overview::remake as overview;
use crate::segment::cores;
use crate::segment::reader::Segment;
use crate::source::{self, Layer, Position, Progress, SourceError};
use crate::sync::comparison;
use crate::sync::load::LoadError;

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
    Read { id: String, read: Box<Result<ReadyLayer, LoadError>> },
    Compared { id: String, edits: u64, same: Result<(bool, Option<Position>), SourceError> },
    Folded(Box<Folded>),
    Remade(Remade),
}

/// What became of folding.
pub(super) struct Folded {
    pub(super) id: String,
    pub(super) parts: usize,
    pub(super) edits: u64,
    pub(super) took: Duration,
    pub(super) folded: io::Result<Segment>,
}

/// What became of making overviews anew.
pub(super) struct Remade {
    /// Of what they were made, and how many edits that shows.
    pub(super) ready: Arc<ReadyLayer>,
    pub(super) edits: u64,
    pub(super) outdated: Vec<(u64, WorldBox)>,
    pub(super) took: Duration,
    /// `None` where that can only be done by folding.
    pub(super) remade: io::Result<Option<Vec<overview::Remade>>>,
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
        let written = || "a file was written again".to_owned();
        let reason = following.redefined.take();
        if let Some(reason) = reason.or_else(|| following.is_written_again().then(written)) {
            tracing::info!(source = name, "its layers are looked up again: {reason}");
            following.version = source::version(&configured.source);
            return Some(Work(scope.spawn(move || {
                let Configured { source, key, layers } = &configured;
                Done::Discovered(loader.load_source(source, *key, layers))
            })));
        }
        let is_known = following.is_known;
        if (following.is_database() || !is_known) && is_time(Some(following.discover_at)) {
            following.discover_at = Instant::now() + super::DISCOVER;
            let known: BTreeSet<u64> =
                following.layers.iter().map(|followed| followed.layer.definition()).collect();
            return Some(Work(scope.spawn(move || {
                let Configured { source, key, layers } = configured;
                let found = match source::discover(&source, &layers) {
                    Ok(found) => found,
                    Err(error @ SourceError::Rejected(_)) if !is_known => {
                        loader.refuse(&source, key, &layers, &error);
                        return Done::Nothing;
                    }
                    // A database that is away is told of by who follows it.
                    Err(_) => return Done::Nothing,
                };
                let definitions = found.layers.iter().map(Layer::definition);
                if is_known && definitions.collect::<BTreeSet<_>>() == known {
                    return Done::Nothing;
                }
                let news = if is_known { "it has other tables" } else { "it can be used again" };
                tracing::info!(source = name, "{news}");
                Done::Discovered(Ok(loader.load_discovered(&source, key, found)))
            })));
        }
        for followed in &mut following.layers {
            let layer = followed.layer.clone();
            let id = layer.id.clone();
            if followed.is_due {
                return Some(Work(scope.spawn(move || Done::Read {
                    read: Box::new(loader.read_again(key, &layer)),
                    id,
                })));
            }
            let Some(ready) = ready(loader, &id) else { continue };
            let edits = followed.edits;
            if is_time(followed.compare_at) {
                followed.compare_at = None;
                return Some(Work(scope.spawn(move || Done::Compared {
                    same: comparison::compare(&layer, &ready, &Progress::default()),
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
                    let folded =
                        cores::sparing_one(|| loader.fold(&layer, &recipe, &ready, position));
                    Done::Folded(Box::new(Folded {
                        id,
                        parts,
                        edits,
                        took: started.elapsed(),
                        folded,
                    }))
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
                Some(tiles) => cores::sparing_one(|| ready.features.remake(&recipe, &tiles)),
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
            // Told when it was refused.
            Done::Discovered(Err(_)) => following.refused(),
            Done::Read { id, read } => following.take_in_read(&id, *read),
            Done::Compared { id, edits, same } => following.take_in_comparison(&id, edits, same),
            Done::Folded(folded) => following.take_in_fold(*folded),
            Done::Remade(remade) => following.take_in_overviews(remade),
        }
    }
}
