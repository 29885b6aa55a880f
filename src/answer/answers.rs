//! How a question gets its answer: from the cache, or made where it may be made, once.

use std::sync::Arc;
use std::time::Instant;

use super::error::Unanswered;
use super::key::{Key, Scope};
use super::labels::LabelCache;
use super::scratch::ScratchPool;
use super::seen::Seen;
use super::telemetry::{Figures, Found, Telemetry};
use crate::cache::answers::{AnswerCache, MakeError, Unmakeable};
use crate::cache::entry::Entry;
use crate::cache::flight::{FlightError, IsWanted, Place};
use crate::cache::queue::{OwnedPlace, Queue};
use crate::catalogue::lookout::Lookout;
use crate::catalogue::news::Newspaper;
use crate::catalogue::snapshot::Store;
use crate::config;
use crate::map::NotDrawn;
use crate::map::materials::Materials;
use crate::map::subject::{Styles, Subject};
use crate::segment::cores;
use crate::style::shipped::Shipped;
use crate::tile::budget::Budget;

/// What may be under way for each core, in tiles: two or three seconds of drawing, longer than which nobody looks
/// at a map that stays empty. A map of the largest size weighs half of it.
pub const MOST_WAITING: u32 = 128;

/// A question whose answer takes work, and is the same for all who ask it in one scope while the data is the same.
pub trait Question: Send + Sized + 'static {
    /// What tells its answer from all others.
    fn key(&self) -> Key;

    /// Counts an answer.
    fn count(found: Found, telemetry: &Telemetry);

    /// Where the answer is made. It is asked once, when the answer is not there.
    fn place(&mut self) -> Work;

    /// Whether somebody may ask again.
    fn is_kept(&self) -> bool {
        true
    }

    /// Makes the answer.
    ///
    /// # Errors
    /// When it cannot be made; that it is a defect, or damage, is logged where it is met.
    fn make(self, answers: &Answers, is_wanted: IsWanted<'_>) -> Result<Entry, Unmakeable>;
}

/// Where an answer is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// On the thread that asks: it takes well below a millisecond.
    Here,
    /// On a blocking thread.
    Aside,
    /// Among what is drawn, at its weight in tiles.
    Drawn(u32),
}

/// What all questions are answered with.
pub struct Answers {
    pub(super) store: Arc<Store>,
    pub(super) cache: AnswerCache<Key>,
    pub(super) scratch: ScratchPool,
    pub(super) shipped: Arc<Shipped>,
    pub(super) styles: Styles,
    pub(super) materials: Materials,
    pub(super) labels: LabelCache,
    pub(super) drawing: Queue,
    pub(super) budget: Budget,
    pub(super) telemetry: Telemetry,
}

impl Answers {
    /// Answers of a store, as configured.
    pub fn new(
        store: Arc<Store>,
        server: &config::Server,
        shipped: Arc<Shipped>,
        telemetry: Telemetry,
    ) -> Answers {
        let cores = cores::count();
        Answers {
            store,
            cache: AnswerCache::new(server.cache, server.tile_timeout),
            scratch: ScratchPool::default(),
            styles: Styles::new(shipped.clone()),
            materials: Materials::new(shipped.clone()),
            labels: LabelCache::default(),
            shipped,
            drawing: Queue::new(cores, cores * MOST_WAITING as usize),
            budget: Budget {
                bytes: usize::try_from(server.tile_bytes).unwrap_or(usize::MAX),
                features: server.tile_features,
            },
            telemetry,
        }
    }

    /// What there is to be seen in a scope at this moment.
    pub fn seen(&self, scope: Scope) -> Seen {
        Seen::new(self.store.snapshot(), scope)
    }

    /// The answer to a question, and whether it was there.
    ///
    /// # Errors
    /// When it cannot be made, or not in time; logged here, once.
    pub async fn answer<Q: Question>(
        self: &Arc<Self>,
        question: Q,
    ) -> Result<(Arc<Entry>, Found), Unanswered> {
        let key = question.key();
        let (entry, found) = match self.cache.get(&key) {
            Some(entry) => (entry, Found::Hit),
            None => (self.make(key, question).await?, Found::Miss),
        };
        Q::count(found, &self.telemetry);
        Ok((entry, found))
    }

    async fn make<Q: Question>(
        self: &Arc<Self>,
        key: Key,
        mut question: Q,
    ) -> Result<Arc<Entry>, Unanswered> {
        let place = match question.place() {
            Work::Here => {
                let made = self.cache.make_here(key, || question.make(self, &|| true));
                return made.map_err(|error| self.refused(error.into()));
            }
            Work::Aside => Place::Aside,
            Work::Drawn(weight) => Place::Queued(self.drawing.clone(), weight),
        };
        let is_kept = question.is_kept();
        let answers = self.clone();
        let work = move |is_wanted: IsWanted<'_>| question.make(&answers, is_wanted);
        let made = match is_kept {
            true => self.cache.make(key, place, work).await,
            false => self.cache.make_once(&key, place, work).await,
        };
        made.map_err(|error| self.refused(error))
    }

    /// Refusals are counted: a line each would be a load of its own.
    fn refused(&self, error: MakeError) -> Unanswered {
        match error {
            MakeError::Flight(FlightError::Busy) => self.telemetry.image_refused(),
            error => tracing::error!("an answer could not be made: {error}"),
        }
        error.into()
    }

    /// A place among what is drawn, for short work that is no answer; none where too much waits.
    pub async fn place(&self) -> Option<OwnedPlace> {
        self.drawing.place(1).await
    }

    /// What a drawing of a subject made, with the time that it took; a fault is logged here, once.
    pub(super) fn drawn(
        &self,
        subject: &Subject,
        draw: impl FnOnce() -> Result<Vec<u8>, NotDrawn>,
    ) -> Result<Entry, Unmakeable> {
        let started = Instant::now();
        let bytes = draw().map_err(not_drawn)?;
        if subject.is_damaged() {
            return Err(Unmakeable::Damaged);
        }
        self.telemetry.image_made(started.elapsed());
        Ok(Entry::image(bytes))
    }

    /// The styles, fonts and images that are served.
    pub fn shipped(&self) -> &Arc<Shipped> {
        &self.shipped
    }

    /// What maps are drawn with.
    pub fn materials(&self) -> &Materials {
        &self.materials
    }

    /// Memory for work that threads do.
    pub fn scratch(&self) -> &ScratchPool {
        &self.scratch
    }

    /// What a tile may hold.
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// What changed lately, and how it is heard of.
    pub fn news(&self) -> &Newspaper {
        self.store.news()
    }

    /// How well the sources are watched.
    pub fn lookout(&self) -> &Lookout {
        self.store.lookout()
    }

    /// All counters, in Prometheus' text format.
    pub fn metrics(&self) -> String {
        let seen = self.seen(Scope::Public);
        let figures = Figures::of(&seen, self.cache.usage(), self.lookout());
        self.telemetry.render(&figures)
    }

    /// Folds recorded times into their histograms; without it they pile up in memory until somebody reads
    /// the metrics.
    pub fn fold_times(&self) {
        self.telemetry.fold();
    }
}

fn not_drawn(error: NotDrawn) -> Unmakeable {
    let unmade = match error {
        NotDrawn::Unwanted => return Unmakeable::Unwanted,
        NotDrawn::Archive(_) | NotDrawn::NoTile { .. } => Unmakeable::Unreadable,
        NotDrawn::Unwritable(_) => Unmakeable::Unwritable,
    };
    tracing::error!("a map is not drawn: {error}");
    unmade
}
