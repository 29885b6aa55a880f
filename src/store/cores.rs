//! Work on all cores at once, for loading; nothing of requests runs here.

use std::num::NonZero;
use std::thread;

/// How many cores there are.
pub fn count() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Does pieces of work side by side, each on a thread of its own, and puts their results end to end, in
/// the order of the pieces. A panic in one goes on here.
pub fn side_by_side<T: Send>(
    pieces: impl Iterator<Item = impl FnOnce() -> Vec<T> + Send>,
) -> Vec<T> {
    thread::scope(|scope| {
        let workers: Vec<_> = pieces.map(|piece| scope.spawn(piece)).collect();
        workers
            .into_iter()
            .flat_map(|worker| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    })
}
