//! The cache of answers, by any key: moka keeps what was made, within one budget of bytes; a flight makes what
//! is not there. With a budget of 0 nothing is kept, and waiting requests still share one making.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use super::entry::Entry;
use super::flight::{FlightError, Flights, IsWanted, Place};

/// What answers are kept by.
pub trait Key: Clone + Eq + Hash + Send + Sync + 'static {
    /// The bytes that the key itself takes in memory.
    fn memory(&self) -> usize;
}

/// Finished answers, and those in the making.
#[derive(Debug)]
pub struct AnswerCache<K: Key> {
    kept: Option<moka::sync::Cache<K, Arc<Entry>>>,
    flights: Flights<K, Result<Arc<Entry>, Unmakeable>>,
}

/// Why an answer cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmakeable {
    /// What it is made of cannot be read.
    #[error("what it is made of is damaged")]
    Damaged,
    /// The archive that it lies in cannot be read there.
    #[error("the archive that it lies in cannot be read")]
    Unreadable,
    /// The format cannot hold it.
    #[error("it cannot be written in the format asked for")]
    Unwritable,
    /// Nobody waits for it any more; so nobody hears of this.
    #[error("nobody waits for it")]
    Unwanted,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MakeError {
    /// Making it came to no end.
    #[error("{0}")]
    Flight(#[from] FlightError),
    /// It cannot be made.
    #[error("{0}")]
    Unmakeable(#[from] Unmakeable),
}

/// What moka spends on an entry beside key and value, roughly: its hash table, queues and clocks.
const OVERHEAD: usize = 200;

impl<K: Key> AnswerCache<K> {
    /// A cache of so many bytes; each making may take as long as `patience`.
    pub fn new(bytes: u64, patience: Duration) -> AnswerCache<K> {
        let kept = (bytes > 0).then(|| {
            moka::sync::Cache::builder()
                .max_capacity(bytes)
                // An empty tile weighs too: a million of them would fill the memory all the same.
                .weigher(|key: &K, entry: &Arc<Entry>| {
                    u32::try_from(key.memory() + entry.memory() + OVERHEAD).unwrap_or(u32::MAX)
                })
                .build()
        });
        AnswerCache { kept, flights: Flights::new(patience) }
    }

    /// The answer of a key, if it is there.
    pub fn get(&self, key: &K) -> Option<Arc<Entry>> {
        self.kept.as_ref()?.get(key)
    }

    /// The answer of a key that was not there: made by `make`, or by whoever is at it already.
    ///
    /// # Errors
    /// When making it panics, takes too long, or is not possible.
    pub async fn make(
        &self,
        key: K,
        place: Place,
        make: impl FnOnce(IsWanted<'_>) -> Result<Entry, Unmakeable> + Send + 'static,
    ) -> Result<Arc<Entry>, MakeError> {
        let keep = self.kept.clone().map(|kept| (kept, key.clone()));
        let work = move |is_wanted: IsWanted<'_>| {
            let entry = Arc::new(make(is_wanted)?);
            if let Some((kept, key)) = keep {
                kept.insert(key, entry.clone());
            }
            Ok(entry)
        };
        Ok(self.flights.join(&key, place, || self.get(&key).map(Ok), work).await??)
    }

    /// The same, made on the thread that asks, before it does anything else: for work well below a millisecond,
    /// which costs less than handing it over (a z18 tile takes 10 µs, the way to a blocking thread and back
    /// 20) and less than a flight: as many make the same as there are threads, at the most.
    ///
    /// # Errors
    /// When making it is not possible.
    pub fn make_here(
        &self,
        key: K,
        make: impl FnOnce() -> Result<Entry, Unmakeable>,
    ) -> Result<Arc<Entry>, Unmakeable> {
        let entry = Arc::new(make()?);
        if let Some(kept) = &self.kept {
            kept.insert(key, entry.clone());
        }
        Ok(entry)
    }

    /// An answer that is not kept, made by `make` or by whoever is at it already: a large one that hardly anybody
    /// will ask for again.
    ///
    /// # Errors
    /// As [`make`](AnswerCache::make).
    pub async fn make_once(
        &self,
        key: &K,
        place: Place,
        make: impl FnOnce(IsWanted<'_>) -> Result<Entry, Unmakeable> + Send + 'static,
    ) -> Result<Arc<Entry>, MakeError> {
        let work = move |is_wanted: IsWanted<'_>| make(is_wanted).map(Arc::new);
        Ok(self.flights.join(key, place, || None, work).await??)
    }

    /// How many bytes of the budget are in use, and by how many answers.
    pub fn usage(&self) -> (u64, u64) {
        self.kept.as_ref().map_or((0, 0), |kept| (kept.weighted_size(), kept.entry_count()))
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{Sender, channel};
    use std::task::{Context, Poll, Waker};

    use tokio::task::JoinHandle;

    use super::*;
    use crate::cache::encoding::Encoding;
    use crate::cache::queue::Queue;

    const PATIENCE: Duration = Duration::from_millis(300);

    impl Key for String {
        fn memory(&self) -> usize {
            self.len()
        }
    }

    fn key() -> String {
        key_of("a")
    }

    fn key_of(layer: &str) -> String {
        layer.to_owned()
    }

    fn entry() -> Result<Entry, Unmakeable> {
        Ok(Entry { body: "tile".into(), encoding: Encoding::Identity, left_out: 0, hash: 7 })
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_hundred_requests_for_one_cold_tile_make_it_once() {
        for bytes in [0, 1 << 20] {
            let cache = Arc::new(AnswerCache::new(bytes, PATIENCE * 100));
            let made = Arc::new(AtomicUsize::new(0));
            let all_wait = Arc::new(Barrier::new(2));
            let requests: Vec<_> = (0..100)
                .map(|_| {
                    let (cache, made, all_wait) = (cache.clone(), made.clone(), all_wait.clone());
                    tokio::spawn(async move {
                        let make = move |_: IsWanted<'_>| {
                            made.fetch_add(1, Ordering::SeqCst);
                            all_wait.wait();
                            entry()
                        };
                        cache.make(key(), Place::Aside, make).await
                    })
                })
                .collect();
            tokio::time::sleep(Duration::from_millis(100)).await;
            requests[0].abort(); // the first one leaves
            tokio::task::spawn_blocking(move || all_wait.wait()).await.unwrap();
            for request in requests.into_iter().skip(1) {
                let entry = request.await.unwrap().unwrap();
                assert_eq!(entry.body, "tile");
            }
            assert_eq!(made.load(Ordering::SeqCst), 1);
        }
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_the_next_request_works() {
        // Many times: the next request once met the flight that had just failed.
        for _ in 0..200 {
            let cache = AnswerCache::new(1 << 20, PATIENCE);
            let broken = cache.make(key(), Place::Aside, |_| panic!("made to panic")).await;
            assert_eq!(broken.unwrap_err(), MakeError::Flight(FlightError::Panicked));
            assert!(cache.get(&key()).is_none());
            cache.make(key(), Place::Aside, |_| entry()).await.unwrap();
            assert_eq!(cache.get(&key()).unwrap().body, "tile");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn work_that_panics_fails_all_who_wait_and_the_next_request_works() {
        let cache = Arc::new(AnswerCache::new(1 << 20, PATIENCE * 100));
        let begun = Arc::new(Barrier::new(2));
        let (leader, started) = (cache.clone(), begun.clone());
        let broken = tokio::spawn(async move {
            let panics = move |_: IsWanted<'_>| {
                started.wait();
                std::thread::sleep(PATIENCE);
                panic!("made to panic")
            };
            leader.make(key(), Place::Aside, panics).await
        });
        tokio::task::spawn_blocking(move || begun.wait()).await.unwrap();
        let waiter = cache.make(key(), Place::Aside, |_| entry()).await;
        assert_eq!(waiter.unwrap_err(), MakeError::Flight(FlightError::Panicked));
        let broken = broken.await.unwrap();
        assert_eq!(broken.unwrap_err(), MakeError::Flight(FlightError::Panicked));
        assert_eq!(cache.make_here(key(), entry).unwrap().body, "tile");
    }

    #[tokio::test]
    async fn work_that_hangs_is_an_error_after_a_bound_and_the_next_request_works() {
        let cache = AnswerCache::new(1 << 20, PATIENCE);
        let hangs = |_: IsWanted<'_>| {
            std::thread::sleep(PATIENCE * 4);
            Ok(Entry { body: "late".into(), ..entry()? })
        };
        let late = cache.make(key(), Place::Aside, hangs).await;
        assert_eq!(late.unwrap_err(), MakeError::Flight(FlightError::TimedOut));
        assert_eq!(cache.make(key(), Place::Aside, |_| entry()).await.unwrap().body, "tile");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn work_that_nobody_waits_for_any_more_ends_and_the_next_request_works() {
        let cache = Arc::new(AnswerCache::new(1 << 20, PATIENCE * 100));
        let queue = Queue::new(1, 1);
        let (begin, begun) = channel();
        let (end, ended) = channel();
        let (theirs, place) = (cache.clone(), Place::Queued(queue.clone(), 1));
        let request = tokio::spawn(async move {
            let make = move |is_wanted: IsWanted<'_>| {
                begin.send(is_wanted()).unwrap();
                while is_wanted() {
                    std::thread::yield_now();
                }
                end.send(()).unwrap();
                Err(Unmakeable::Unwanted)
            };
            theirs.make(key(), place, make).await
        });
        tokio::task::spawn_blocking(move || assert!(begun.recv().unwrap())).await.unwrap();
        request.abort();
        tokio::task::spawn_blocking(move || ended.recv().unwrap()).await.unwrap();
        let again = Place::Queued(queue.clone(), 1);
        let made = until_let_in(|| cache.make(key(), again.clone(), |_| entry())).await;
        assert_eq!(made.unwrap().body, "tile");
    }

    /// Asks again until there is room: a thread gives its room back a moment after its work has ended.
    async fn until_let_in<F>(ask: impl Fn() -> F) -> Result<Arc<Entry>, MakeError>
    where
        F: Future<Output = Result<Arc<Entry>, MakeError>>,
    {
        loop {
            match ask().await {
                Err(MakeError::Flight(FlightError::Busy)) => tokio::task::yield_now().await,
                answer => return answer,
            }
        }
    }

    /// Work of a key under way in a queue, until it is told to end.
    async fn under_way(
        cache: &Arc<AnswerCache<String>>,
        place: Place,
    ) -> (Sender<()>, JoinHandle<Result<Arc<Entry>, MakeError>>) {
        let (end, ended) = channel::<()>();
        let (begin, begun) = channel();
        let theirs = cache.clone();
        let work = tokio::spawn(async move {
            let make = move |_: IsWanted<'_>| {
                begin.send(()).unwrap();
                ended.recv().unwrap();
                entry()
            };
            theirs.make(key(), place, make).await
        });
        tokio::task::spawn_blocking(move || begun.recv().unwrap()).await.unwrap();
        (end, work)
    }

    /// Asked once: whether there is an answer already.
    fn asked<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn h7_what_finds_no_room_is_refused_at_once_and_equal_requests_take_none() {
        let cache = Arc::new(AnswerCache::new(0, PATIENCE * 100));
        let queue = Queue::new(1, 2);
        let (end, first) = under_way(&cache, Place::Queued(queue.clone(), 2)).await;
        let room = || Place::Queued(queue.clone(), 1);
        let mut equal = pin!(cache.make(key(), room(), |_| panic!("made twice")));
        assert!(asked(equal.as_mut()).is_pending());
        let refused = cache.make(key_of("b"), room(), |_| entry()).await;
        assert_eq!(refused.unwrap_err(), MakeError::Flight(FlightError::Busy));
        end.send(()).unwrap();
        assert!(first.await.unwrap().is_ok() && equal.await.is_ok());
        let later = until_let_in(|| cache.make(key_of("b"), room(), |_| entry())).await;
        assert_eq!(later.unwrap().body, "tile");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn r7_room_that_waits_for_who_has_left_is_given_to_others() {
        let cache = Arc::new(AnswerCache::new(0, PATIENCE * 100));
        let queue = Queue::new(1, 2);
        let room = || Place::Queued(queue.clone(), 1);
        let (end, first) = under_way(&cache, room()).await;
        {
            let mut left = pin!(cache.make(key_of("b"), room(), |_| panic!("for nobody")));
            assert!(asked(left.as_mut()).is_pending());
        }
        // There is but one place, so what is let in waits, and what is not is refused at once.
        let later = loop {
            let mut later = Box::pin(cache.make(key_of("c"), room(), |_| entry()));
            if asked(later.as_mut()).is_pending() {
                break later;
            }
            tokio::time::sleep(PATIENCE / 10).await;
        };
        end.send(()).unwrap();
        assert!(first.await.unwrap().is_ok() && later.await.is_ok());
    }

    #[tokio::test]
    async fn what_cannot_be_made_is_not_kept() {
        let cache = AnswerCache::new(1 << 20, PATIENCE);
        let none = cache.make(key(), Place::Aside, |_| Err(Unmakeable::Damaged)).await;
        assert_eq!(none.unwrap_err(), MakeError::Unmakeable(Unmakeable::Damaged));
        assert_eq!(
            cache.make_here(key(), || Err(Unmakeable::Damaged)).unwrap_err(),
            Unmakeable::Damaged
        );
        assert!(cache.get(&key()).is_none());
    }

    #[tokio::test]
    async fn without_a_budget_nothing_is_kept() {
        let cache = AnswerCache::new(0, PATIENCE);
        cache.make(key(), Place::Aside, |_| entry()).await.unwrap();
        cache.make_here(key(), entry).unwrap();
        assert!(cache.get(&key()).is_none());
    }
}
