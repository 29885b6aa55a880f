//! One computation for any number of waiting requests. Whoever asks first starts it, on a blocking
//! thread; it goes on when they leave; it ends in an error for all when it panics or takes too long, and
//! the next request starts anew. Long work may ask on its way whether anybody still waits, and end.
//!
//! Our own hundred lines, because moka's `get_with` runs the work inside the first caller's future:
//! when that caller leaves, the work is lost and done again.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::oneshot;

use super::queue::{Queue, Ticket};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlightError {
    /// The work did not end in time. Its thread may still be at it: threads cannot be stopped.
    #[error("the work took too long")]
    TimedOut,
    /// The work panicked.
    #[error("the work panicked")]
    Panicked,
    /// So much is waiting already that this is not begun.
    #[error("too much is waiting")]
    Busy,
}

/// Where work is done.
#[derive(Clone, Debug)]
pub enum Place {
    /// On a blocking thread, while the thread that asks serves others.
    Aside,
    /// On a blocking thread too, once a place is free in a queue; of a weight there.
    Queued(Queue, u32),
}

/// Where work that is let in will be done.
enum Way {
    Aside,
    Queued(Ticket),
}

impl Way {
    fn of(place: Place) -> Result<Way, FlightError> {
        match place {
            Place::Aside => Ok(Way::Aside),
            Place::Queued(queue, weight) => {
                queue.enter(weight).map(Way::Queued).ok_or(FlightError::Busy)
            }
        }
    }
}

/// Tells work whether anybody waits for it. After a no its result goes to nobody.
pub type IsWanted<'w> = &'w dyn Fn() -> bool;

/// The computations that are under way.
#[derive(Debug)]
pub struct Flights<K, V> {
    under_way: Arc<Mutex<HashMap<K, Flight<V>>>>,
    patience: Duration,
}

type Landing<V> = Shared<BoxFuture<'static, Result<V, FlightError>>>;

#[derive(Clone, Debug)]
struct Flight<V> {
    /// Tells this flight from a later one of the same key, and how many wait for it.
    token: Arc<()>,
    landing: Landing<V>,
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// No flights; each will be waited for as long as `patience`.
    pub fn new(patience: Duration) -> Flights<K, V> {
        Flights { under_way: Arc::default(), patience }
    }

    /// Joins the computation of a key, or starts it. `landed` looks for the result of one that has
    /// ended since the caller last looked; it is asked under the lock that endings take, so that
    /// no result falls between. `work` must store its result before it returns.
    ///
    /// Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the work panics, takes too long, or finds no room in its queue.
    pub async fn join(
        &self,
        key: &K,
        place: Place,
        landed: impl FnOnce() -> Option<V>,
        work: impl FnOnce(IsWanted<'_>) -> V + Send + 'static,
    ) -> Result<V, FlightError> {
        let (flight, started) = {
            let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
            match under_way.get(key) {
                Some(flight) => (flight.clone(), None),
                None => {
                    if let Some(value) = landed() {
                        return Ok(value);
                    }
                    let way = Way::of(place)?;
                    let (flight, interest, run) = self.prepare(key.clone(), work);
                    under_way.insert(key.clone(), flight.clone());
                    (flight, Some((way, interest, run)))
                }
            }
        };
        match started {
            None => {}
            Some((Way::Aside, _, run)) => drop(tokio::task::spawn_blocking(run)),
            Some((Way::Queued(ticket), interest, run)) => {
                drop(tokio::spawn(ticket.run(run, move || interest.is_wanted())));
            }
        }
        match tokio::time::timeout(self.patience, flight.landing).await {
            Ok(result) => result,
            Err(_elapsed) => {
                remove(&self.under_way, key, &flight.token);
                Err(FlightError::TimedOut)
            }
        }
    }

    /// A flight, who asks whether it is wanted, and what starts it.
    fn prepare(
        &self,
        key: K,
        work: impl FnOnce(IsWanted<'_>) -> V + Send + 'static,
    ) -> (Flight<V>, Interest<K, V>, impl FnOnce() + Send + 'static) {
        let token = Arc::new(());
        let under_way = self.under_way.clone();
        let interest = Interest { under_way, key, token: Arc::downgrade(&token) };
        let ending = Ending { interest: interest.clone(), token: token.clone() };
        let (land, landing) = oneshot::channel();
        let run = move || {
            // In this order: whether the work returns or panics, the flight is removed before those
            // who wait hear of it, so that what they ask next does not join it.
            let land = land;
            let ending = ending;
            let value = work(&|| ending.interest.is_wanted());
            drop(ending);
            // Nobody may be waiting any more.
            let _ = land.send(value);
        };
        let landing = landing.map(|landed| landed.map_err(|_dropped| FlightError::Panicked));
        (Flight { token, landing: landing.boxed().shared() }, interest, run)
    }
}

/// Asks who waits for a flight.
struct Interest<K: Eq + Hash, V> {
    under_way: Arc<Mutex<HashMap<K, Flight<V>>>>,
    key: K,
    token: Weak<()>,
}

impl<K: Clone + Eq + Hash, V> Clone for Interest<K, V> {
    fn clone(&self) -> Self {
        let (under_way, key) = (self.under_way.clone(), self.key.clone());
        Interest { under_way, key, token: self.token.clone() }
    }
}

impl<K: Eq + Hash, V> Interest<K, V> {
    /// Whether anybody waits. Once nobody does, the flight is under way no more: who asks later starts
    /// another.
    fn is_wanted(&self) -> bool {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let is_this = |flight: &Flight<V>| Arc::as_ptr(&flight.token) == self.token.as_ptr();
        let is_listed = under_way.get(&self.key).is_some_and(is_this);
        // The work has one token, the list another, and each who waits has one.
        let is_wanted = self.token.strong_count() > 1 + usize::from(is_listed);
        if is_listed && !is_wanted {
            under_way.remove(&self.key);
        }
        is_wanted
    }
}

/// Removes a flight whose work ends, or is given up.
struct Ending<K: Eq + Hash, V> {
    interest: Interest<K, V>,
    token: Arc<()>,
}

impl<K: Eq + Hash, V> Drop for Ending<K, V> {
    fn drop(&mut self) {
        remove(&self.interest.under_way, &self.interest.key, &self.token);
    }
}

fn remove<K: Eq + Hash, V>(under_way: &Mutex<HashMap<K, Flight<V>>>, key: &K, token: &Arc<()>) {
    let mut under_way = under_way.lock().unwrap_or_else(PoisonError::into_inner);
    if under_way.get(key).is_some_and(|flight| Arc::ptr_eq(&flight.token, token)) {
        under_way.remove(key);
    }
}
