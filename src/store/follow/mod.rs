//! follow: keeps layers as fresh as their sources. One thread a database looks at what changed and
//! lays it over the segments; what takes long (reading a layer anew, comparing it, folding changes into
//! a segment) is done beside it, one piece of work at a time, so that an edit never waits for it. The
//! request path knows nothing of this: it takes the snapshot that is there.
//!
//! - [`layer`]: what is known of one layer, and what is due
//! - [`work`]: what is done beside

mod layer;
mod work;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use self::layer::Followed;
use self::work::Work;
use super::load::{Loader, SourceLayers};
use super::snapshot::{LayerState, ReadyLayer};
use crate::config;
use crate::source::{Changes, Follower, Layer, Position, SourceError};

/// How long a look at the database waits for a notification, at the most.
const WAIT: Duration = Duration::from_secs(1);

/// While work is under way, or due, it is looked after more often.
const WAIT_FOR_WORK: Duration = Duration::from_millis(100);

/// Waits between attempts to reach a database: at first short, so that a restart is not noticed.
const RETRY: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// Keeps the layers of all sources fresh, for ever.
pub fn follow(loader: &Loader<'_>, sources: Vec<SourceLayers<'_>>, layers: &[config::Layer]) {
    thread::scope(|scope| {
        for source in sources {
            scope.spawn(move || Following::new(loader, source, layers).run());
        }
    });
}

/// The layers of one source.
struct Following<'a> {
    loader: &'a Loader<'a>,
    source: &'a config::Source,
    key: u64,
    configured: &'a [config::Layer],
    layers: Vec<Followed>,
    /// Where the last look stood.
    last: Option<Position>,
    /// Why the layers must be discovered anew, if they must.
    redefined: Option<String>,
}

impl<'a> Following<'a> {
    fn new(
        loader: &'a Loader<'a>,
        source: SourceLayers<'a>,
        configured: &'a [config::Layer],
    ) -> Following<'a> {
        let SourceLayers { source, key, layers } = source;
        let layers = layers.into_iter().map(|layer| Followed::new(layer, loader.store)).collect();
        Following { loader, source, key, configured, layers, last: None, redefined: None }
    }

    fn run(mut self) {
        let is_database = matches!(self.source.place, config::Place::Postgres(_));
        thread::scope(|scope| {
            let mut work: Option<Work<'_>> = None;
            let mut told = String::new();
            for tries in 0.. {
                let ended = if is_database {
                    self.follow_database(scope, &mut work, &mut told)
                } else {
                    self.look_after(scope, &mut work);
                    thread::sleep(WAIT);
                    continue;
                };
                let reason = ended.to_string();
                if told != reason {
                    tracing::warn!(
                        source = self.source.name,
                        "{reason}; what is there stays served, trying again"
                    );
                    told = reason;
                }
                self.look_after(scope, &mut work);
                thread::sleep(RETRY[tries.min(RETRY.len() - 1)]);
            }
        });
    }

    /// Follows a database until that fails.
    fn follow_database<'scope, 'env>(
        &mut self,
        scope: &'scope thread::Scope<'scope, 'env>,
        work: &mut Option<Work<'scope>>,
        told: &mut String,
    ) -> SourceError
    where
        'a: 'scope,
    {
        let mut follower = match Follower::connect(self.source) {
            Ok(follower) => follower,
            Err(error) => return error,
        };
        loop {
            if let Err(error) = self.look(&mut follower) {
                return error;
            }
            if !told.is_empty() {
                tracing::info!(source = self.source.name, "reached again, all changes seen");
                told.clear();
            }
            self.look_after(scope, work);
            let wait = if work.is_some() { WAIT_FOR_WORK } else { WAIT };
            if let Err(error) = follower.wait(wait) {
                return error;
            }
        }
    }

    /// Takes in what changed since the last look.
    fn look(&mut self, follower: &mut Follower) -> Result<(), SourceError> {
        let mut round = follower.begin()?;
        let mut seen = Vec::new();
        for (place, followed) in self.layers.iter_mut().enumerate() {
            let Some(ready) = ready(self.loader, &followed.layer.id) else { continue };
            let Some(position) = followed.position.clone().or_else(|| self.last.clone()) else {
                continue;
            };
            match round.changes(&followed.layer, &position)? {
                _ if followed.is_due() => {}
                Changes::Unwatched(reason) => followed.is_not_watched(&reason),
                Changes::Redefined(reason) => self.redefined = Some(reason),
                Changes::Everything(reason) => followed.must_be_read(&reason),
                // Its changes are told from now on: they are followed once it has been compared.
                _ if followed.position.is_none() => followed.must_be_compared(),
                Changes::None => {
                    followed.is_current(self.loader.store, &ready);
                    seen.push(place);
                }
                Changes::Rows(ids) => {
                    let mut now = followed.builder();
                    match round.read(&followed.layer, &ids, &mut now) {
                        Ok(_) => {
                            followed.apply(self.loader.store, &ready, &ids, now);
                            seen.push(place);
                        }
                        Err(SourceError::Layer(reason)) => self.redefined = Some(reason),
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        let position = round.end()?;
        for place in seen {
            self.layers[place].position = Some(position.clone());
        }
        self.last = Some(position);
        Ok(())
    }

    /// Takes in the work that is done, and begins what is due.
    fn look_after<'scope, 'env>(
        &mut self,
        scope: &'scope thread::Scope<'scope, 'env>,
        work: &mut Option<Work<'scope>>,
    ) where
        'a: 'scope,
    {
        if let Some(done) = work.take_if(|work| work.is_done()) {
            done.take_in(self);
        }
        if work.is_none() {
            *work = Work::begin(self, scope);
        }
    }

    /// The source has other layers, or they are other ones.
    fn rediscovered(&mut self, layers: Vec<Arc<Layer>>) {
        let store = self.loader.store;
        let known = std::mem::take(&mut self.layers);
        self.layers = layers
            .into_iter()
            .map(|layer| {
                let same =
                    known.iter().find(|known| known.layer.definition() == layer.definition());
                match same {
                    Some(same) => same.clone(),
                    None => Followed::new(layer, store),
                }
            })
            .collect();
        self.redefined = None;
    }
}

/// What is served of a layer.
fn ready(loader: &Loader<'_>, id: &str) -> Option<Arc<ReadyLayer>> {
    match loader.store.snapshot().get(id) {
        Some(LayerState::Ready(ready)) => Some(ready.clone()),
        Some(LayerState::Loading(..) | LayerState::Refused(_)) | None => None,
    }
}
