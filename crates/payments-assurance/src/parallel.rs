//! Work on all processors.

use std::panic::resume_unwind;
use std::thread;

use anyhow::Result;

/// Calls `work` with each item, on as many threads as there are processors. Returns the results in the order of the items.
///
/// # Errors
/// The error of the first item that has one, after all threads have ended.
pub fn on_all_processors<I: Copy + Sync, T: Send>(
    items: &[I],
    work: impl Fn(I) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let workers = thread::available_parallelism()?.get();
    let mut results: Vec<_> = thread::scope(|scope| {
        let work = &work;
        let start = |worker| {
            let mine = items
                .iter()
                .copied()
                .enumerate()
                .skip(worker)
                .step_by(workers);
            scope.spawn(move || {
                mine.map(|(place, item)| (place, work(item)))
                    .collect::<Vec<_>>()
            })
        };
        let threads: Vec<_> = (0..workers).map(start).collect();
        let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined
            .flat_map(|joined| joined.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::on_all_processors;

    #[test]
    fn results_are_in_order_and_the_first_error_is_returned() {
        let items: Vec<u64> = (0..100).collect();
        let doubled = on_all_processors(&items, |item| Ok(item * 2)).unwrap();
        assert!(doubled.into_iter().eq((0..100).map(|item| item * 2)));
        let failed = on_all_processors(
            &items,
            |item| if item < 7 { Ok(()) } else { bail!("{item}") },
        );
        assert_eq!(failed.unwrap_err().to_string(), "7");
    }
}
