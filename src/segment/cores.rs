//! Work on all cores at once, for loading; nothing of requests runs here.

use std::cell::Cell;
use std::num::NonZero;
use std::thread;

thread_local! {
    static SPARED: Cell<usize> = const { Cell::new(0) };
}

/// How many cores there are for the work of this thread: at least one.
pub fn count() -> usize {
    let all = thread::available_parallelism().map_or(1, NonZero::get);
    all.saturating_sub(SPARED.get()).max(1)
}

/// Does what nobody waits for, and leaves a core to others if there are several.
pub fn sparing_one<T>(work: impl FnOnce() -> T) -> T {
    let before = SPARED.replace(1);
    let done = work();
    SPARED.set(before);
    done
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
