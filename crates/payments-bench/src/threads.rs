//! Work on several threads.

use std::panic::resume_unwind;
use std::thread;

use anyhow::Result;

/// Calls `work` with each item on a thread of its own. Returns the results in the order of the items.
///
/// # Errors
/// The first error of `work`, after all threads have ended.
pub fn in_parallel<I: Send, T: Send>(
    items: impl IntoIterator<Item = I>,
    work: impl Fn(I) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    thread::scope(|scope| {
        let work = &work;
        let start = |item| scope.spawn(move || work(item));
        let threads: Vec<_> = items.into_iter().map(start).collect();
        let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined
            .map(|joined| joined.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}
