//! Work shared between threads, with the same result whatever their number.

use std::num::NonZero;
use std::thread::{available_parallelism, scope};

/// Below this many items a thread costs more than it brings.
const WORTH_A_THREAD: usize = 4_096;

/// Threads worth using for `items` items.
pub(crate) fn threads(items: usize) -> usize {
    let cores = available_parallelism().map_or(1, NonZero::get);
    cores.min(items / WORTH_A_THREAD).max(1)
}

/// Cuts `items` in as many runs as threads, maps each run, and gives the results in the order of the runs.
pub(crate) fn map_runs<T: Sync, R: Send>(items: &[T], threads: usize, map: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    if threads <= 1 || items.len() < 2 {
        return vec![map(items)];
    }
    let run = items.len().div_ceil(threads);
    let map = &map;
    scope(|scope| {
        let workers: Vec<_> = items.chunks(run).map(|run| scope.spawn(move || map(run))).collect();
        workers.into_iter().map(finished).collect()
    })
}

/// Cuts items and their results in as many runs as threads, and fills the results run by run.
pub(crate) fn fill<T: Sync, R: Send>(items: &[T], results: &mut [R], fill: impl Fn(&[T], &mut [R]) + Sync) {
    let run = items.len().div_ceil(threads(items.len())).max(1);
    let fill = &fill;
    scope(|scope| {
        for (items, results) in items.chunks(run).zip(results.chunks_mut(run)) {
            scope.spawn(move || fill(items, results));
        }
    });
}

/// The result of a thread; its panic, if it had one, goes on in the caller.
pub(crate) fn finished<R>(worker: std::thread::ScopedJoinHandle<'_, R>) -> R {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
