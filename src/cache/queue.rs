//! A queue for work that takes long: so much of it is done at a time, so much waits, and what comes beyond that is
//! refused at once. Under ten times the load that can be carried, who is answered is answered as soon as
//! ever, and who is not knows it in time to ask again.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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

impl Queue {
    /// So many at work, and work of so much weight under way.
    pub fn new(places: usize, room: usize) -> Queue {
        Queue { places: Arc::new(Semaphore::new(places)), room: Arc::new(Semaphore::new(room)) }
    }

    /// Lets work of a weight in; none where there is no room for it.
    pub(super) fn enter(&self, weight: u32) -> Option<Ticket> {
        let room = self.room.clone().try_acquire_many_owned(weight).ok()?;
        Some(Ticket { places: self.places.clone(), room })
    }
}

impl Ticket {
    /// Waits for a place, and does the work there, on a blocking thread.
    pub(super) async fn run(self, work: impl FnOnce() + Send + 'static) {
        // It is never closed.
        let Ok(place) = self.places.acquire_owned().await else { return };
        tokio::task::spawn_blocking(move || {
            work();
            drop((place, self.room));
        });
    }
}
