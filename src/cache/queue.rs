//! A queue for work that takes long: so much of it is done at a time, so much waits, and what comes beyond that is
//! refused at once. Under ten times the load that can be carried, who is answered is answered as soon as
//! ever, and who is not knows it in time to ask again.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// The queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// One for each that may be at work.
    places: Arc<Semaphore>,
    /// What may be under way, at work or waiting, by weight.
    room: Arc<Semaphore>,
}

/// What is let in; its room is free again once this is gone.
#[derive(Debug)]
pub struct Ticket {
    places: Arc<Semaphore>,
    room: OwnedSemaphorePermit,
}

/// A place for short work, free again once this is gone.
#[derive(Debug)]
pub struct OwnedPlace {
    _permits: [OwnedSemaphorePermit; 2],
}

impl Queue {
    /// So many at work, and work of so much weight under way.
    pub fn new(places: usize, room: usize) -> Queue {
        Queue { places: Arc::new(Semaphore::new(places)), room: Arc::new(Semaphore::new(room)) }
    }

    /// Waits for a place for short work of a weight, which is done while this is held; none where there is no room
    /// for it.
    pub async fn place(&self, weight: u32) -> Option<OwnedPlace> {
        let room = self.room.clone().try_acquire_many_owned(weight).ok()?;
        let place = self.places.clone().acquire_owned().await.ok()?;
        Some(OwnedPlace { _permits: [room, place] })
    }

    /// Lets work of a weight in; none where there is no room for it.
    pub(super) fn enter(&self, weight: u32) -> Option<Ticket> {
        let room = self.room.clone().try_acquire_many_owned(weight).ok()?;
        Some(Ticket { places: self.places.clone(), room })
    }
}

/// How often it is asked whether work that waits is still wanted: room that is held for those who have left
/// is refused to others.
const LOOK: Duration = Duration::from_millis(200);

impl Ticket {
    /// Waits for a place, and does the work there, on a blocking thread; not, once it is no longer wanted.
    pub(super) async fn run(
        self,
        work: impl FnOnce() + Send + 'static,
        is_wanted: impl Fn() -> bool + Send + 'static,
    ) {
        let mut place = pin!(self.places.acquire_owned());
        let place = loop {
            match timeout(LOOK, place.as_mut()).await {
                Ok(place) => break place,
                Err(_) if is_wanted() => {}
                Err(_) => return,
            }
        };
        tokio::task::spawn_blocking(move || {
            work();
            drop((place, self.room));
        });
    }
}
