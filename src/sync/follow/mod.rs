//! follow: keeps layers as fresh as their sources. One thread a database looks at what changed and
//! lays it over the segments; what takes long (reading a layer anew, comparing it, folding changes into
//! a segment) is done beside it, one piece of work at a time, so that an edit never waits for it; overviews are made anew beside that. The
//! request path knows nothing of this: it takes the snapshot that is there.
//!
//! - [`layer`]: what is known of one layer, and what is due
//! - [`work`]: what is done beside; [`outcome`]: what becomes of it

mod layer;
mod outcome;
mod work;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use self::layer::Followed;
use self::work::Works;
use crate::catalogue::snapshot::{LayerState, ReadyLayer};
use crate::config::{self, Config};
use crate::source::{self, Changes, Follower, Layer, Position, SourceError};
use crate::sync::load::{Loader, SourceLayers};

/// How long a look at the database waits for a notification, at the most.
const WAIT: Duration = Duration::from_secs(1);

/// While work is under way, or due, it is looked after more often.
const WAIT_FOR_WORK: Duration = Duration::from_millis(100);

/// How often it is looked whether a database has other tables, and whether a source that is refused can be
/// used again.
const DISCOVER: Duration = Duration::from_secs(15);

/// Waits between attempts to reach a database: short, so that a restart is not noticed (an attempt that
/// nobody answers costs next to nothing).
const RETRY: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(250), Duration::from_millis(500)];

/// The wait where it refuses the connection: its log, and whoever locks accounts, must not take that for an
/// attack.
const RETRY_REJECTED: Duration = Duration::from_secs(5);

/// What a source is configured to be from now on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Configured {
    source: config::Source,
    key: u64,
    layers: Arc<[config::Layer]>,
}

/// What happens to sources while they are followed.
#[derive(Debug)]
pub enum Order {
    /// One of those that were configured at the start is loaded.
    Loaded(SourceLayers),
    /// Sources and layers are configured otherwise.
    Configured(Box<Config>),
}

/// Keeps the layers of sources fresh, each from when it is loaded on, and follows the configuration, which
/// is `first` at the start; until nobody can order anything any more.
pub fn follow(loader: &Loader<'_>, first: &Config, orders: &Receiver<Order>) {
    thread::scope(|scope| {
        let start = |configured: Configured, loaded: Option<SourceLayers>| {
            let (order, orders) = mpsc::channel();
            scope.spawn(move || Following::new(loader, configured, loaded, orders).run());
            order
        };
        // Those that are loading are told what they are to be when they are loaded.
        let mut loading: Vec<&str> = first.sources.iter().map(|s| s.name.as_str()).collect();
        let mut running: HashMap<String, Sender<Option<Configured>>> = HashMap::new();
        let mut latest: Option<Config> = None;
        while let Ok(order) = orders.recv() {
            match order {
                Order::Loaded(loaded) => {
                    let name = loaded.source.name.clone();
                    loading.retain(|loading| *loading != name);
                    let configured = Configured::new(&loaded.source, first);
                    running.insert(name, start(configured, Some(loaded)));
                }
                Order::Configured(config) => latest = Some(*config),
            }
            let Some(config) = &latest else { continue };
            running.retain(|name, order| {
                let source = config.sources.iter().find(|source| source.name == *name);
                let configured = source.map(|source| Configured::new(source, config));
                order.send(configured).is_ok() && source.is_some()
            });
            for source in &config.sources {
                if !running.contains_key(&source.name) && !loading.contains(&source.name.as_str()) {
                    let configured = Configured::new(source, config);
                    loader.store.await_one_more(configured.key);
                    running.insert(source.name.clone(), start(configured, None));
                }
            }
        }
    });
}

impl Configured {
    fn new(source: &config::Source, config: &Config) -> Configured {
        let key = source::key(source, &config.layers);
        Configured { source: source.clone(), key, layers: config.layers.as_slice().into() }
    }
}

/// The layers of one source.
struct Following<'a> {
    loader: &'a Loader<'a>,
    configured: Configured,
    layers: Vec<Followed>,
    /// What it is to be from now on; `None` for no more.
    orders: Receiver<Option<Configured>>,
    is_ended: bool,
    /// Whether its layers are known: not those of a source that is new, or refused.
    is_known: bool,
    /// Where the last look stood.
    last: Option<Position>,
    /// Why the layers must be discovered anew, if they must.
    redefined: Option<String>,
    /// What its file was when it was discovered last, where no layer of it is followed.
    version: Option<String>,
    /// When it is looked whether there are others.
    discover_at: Instant,
    /// Why the database is not followed, as it was told, and how often that was tried in vain.
    trouble: String,
    tries: usize,
}

/// Why a database is not followed any further.
enum End {
    /// It could not be, for now.
    Failed(SourceError),
    /// The source is another one, or no more.
    Ordered,
}

impl From<SourceError> for End {
    fn from(error: SourceError) -> End {
        End::Failed(error)
    }
}

impl<'a> Following<'a> {
    fn new(
        loader: &'a Loader<'a>,
        configured: Configured,
        loaded: Option<SourceLayers>,
        orders: Receiver<Option<Configured>>,
    ) -> Following<'a> {
        let redefined = loaded.is_none().then(|| "it is new".to_owned());
        let is_known = loaded.is_some() && !loader.store.snapshot().refuses(configured.key);
        let (layers, version) = loaded.map(|loaded| (loaded.layers, loaded.version)).unzip();
        let layers = layers.into_iter().flatten();
        let layers = layers.map(|layer| Followed::new(layer, loader.store)).collect();
        Following {
            loader,
            configured,
            layers,
            orders,
            is_ended: false,
            is_known,
            last: None,
            redefined,
            version: version.flatten(),
            discover_at: Instant::now() + DISCOVER,
            trouble: String::new(),
            tries: 0,
        }
    }

    fn run(mut self) {
        thread::scope(|scope| {
            let mut works = Works::default();
            loop {
                self.take_orders();
                if self.is_ended {
                    return self.loader.give_up(self.configured.key);
                }
                works.look_after(&mut self, scope);
                if !self.is_database() || !self.is_known {
                    thread::sleep(if works.is_empty() { WAIT } else { WAIT_FOR_WORK });
                    continue;
                }
                let Err(End::Failed(error)) = self.follow_database(scope, &mut works) else {
                    continue;
                };
                let reason = error.to_string();
                if self.trouble != reason {
                    tracing::warn!(
                        source = self.configured.source.name,
                        "{reason}; what is there stays served, trying again"
                    );
                    self.trouble = reason;
                }
                thread::sleep(match error {
                    SourceError::Rejected(_) => RETRY_REJECTED,
                    _ => RETRY[self.tries.min(RETRY.len() - 1)],
                });
                self.tries += 1;
            }
        });
    }

    /// Follows a database until that fails, or something else is ordered.
    fn follow_database<'scope, 'env>(
        &mut self,
        scope: &'scope thread::Scope<'scope, 'env>,
        works: &mut Works<'scope>,
    ) -> Result<Infallible, End>
    where
        'a: 'scope,
    {
        let mut follower = Follower::connect(&self.configured.source)?;
        loop {
            self.look(&mut follower)?;
            if !std::mem::take(&mut self.trouble).is_empty() {
                let name = &self.configured.source.name;
                tracing::info!(source = name, "reached again, all changes seen");
            }
            self.tries = 0;
            works.look_after(self, scope);
            follower.wait(if works.is_empty() { WAIT } else { WAIT_FOR_WORK })?;
            if self.take_orders() {
                return Err(End::Ordered);
            }
        }
    }

    /// Whether a file of which no layer is followed was written since this was asked last: an archive, or one
    /// that was refused.
    fn is_written_again(&mut self) -> bool {
        let version = source::version(&self.configured.source).filter(|_| self.layers.is_empty());
        version.is_some() && version != self.version
    }

    fn is_database(&self) -> bool {
        matches!(self.configured.source.place, config::Place::Postgres(_))
    }

    /// Takes orders, if there are any; whether there were.
    fn take_orders(&mut self) -> bool {
        let Some(order) = self.orders.try_iter().last() else { return false };
        match order {
            Some(configured) if configured == self.configured => return false,
            Some(configured) => {
                self.loader.adopt(self.configured.key, configured.key);
                self.configured = configured;
                self.redefined = Some("the configuration was changed".to_owned());
            }
            None => self.is_ended = true,
        }
        true
    }

    /// Takes in what changed since the last look.
    fn look(&mut self, follower: &mut Follower) -> Result<(), SourceError> {
        let mut round = follower.begin()?;
        let mut seen = Vec::new();
        for (place, followed) in self.layers.iter_mut().enumerate() {
            let Some(ready) = ready(self.loader, &followed.layer.id) else { continue };
            if !followed.layer.freshness.watch || followed.is_due {
                continue;
            }
            let Some(position) = followed.position.clone().or_else(|| self.last.clone()) else {
                continue;
            };
            match round.changes(&followed.layer, &position)? {
                Changes::Unwatched(reason) => {
                    self.loader.store.lookout().lost(&followed.layer.id);
                    followed.is_not_watched(&reason);
                }
                Changes::Redefined(reason) => {
                    // If it is discovered to be the same, its values may be others all the same.
                    followed.must_be_read(&reason);
                    self.redefined = Some(reason);
                }
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
        let lookout = self.loader.store.lookout();
        lookout.saw(seen.iter().map(|place| self.layers[*place].layer.id.as_str()));
        for place in seen {
            self.layers[place].position = Some(position.clone());
        }
        self.last = Some(position);
        Ok(())
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
                    // As it is, but for what its definition leaves out.
                    Some(same) => Followed { layer, ..same.clone() },
                    None => Followed::new(layer, store),
                }
            })
            .collect();
        self.redefined = None;
        self.is_known = true;
    }

    /// The source cannot be used: nothing of it is followed until it can.
    fn refused(&mut self) {
        self.layers.clear();
        self.is_known = false;
    }
}

/// What is served of a layer.
fn ready(loader: &Loader<'_>, id: &str) -> Option<Arc<ReadyLayer>> {
    match loader.store.snapshot().get(id) {
        Some(LayerState::Ready(ready)) => Some(ready.clone()),
        Some(LayerState::Loading(..) | LayerState::Tileset(_) | LayerState::Refused(_)) | None => {
            None
        }
    }
}
