//! Work that takes long enough to keep a worker from its other requests.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use rustix::process::setpriority_process;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

/// The lowest priority of a thread.
const LOWEST: i32 = 19;

/// Runs such work on a thread for it.
pub(crate) async fn off_workers<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|ended| resume_unwind(ended.into_panic()))
}

/// Runs an analysis on a thread of its own, which leaves the processors to listings while they need them. Its priority could not
/// be raised again, so the thread belongs to no pool.
pub(crate) async fn analyse<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = oneshot::channel();
    thread::spawn(move || {
        lower_priority();
        // The caller may be gone.
        drop(done.send(catch_unwind(AssertUnwindSafe(work))));
    });
    match result.await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => resume_unwind(panic),
        Err(_) => resume_unwind(Box::new("a thread ended without its result")),
    }
}

/// On Linux, the process of no id is the calling thread. Elsewhere it would be the whole process.
fn lower_priority() {
    if cfg!(target_os = "linux") && setpriority_process(None, LOWEST).is_err() {
        tracing::debug!("the priority of an analysis could not be lowered");
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::getpriority_process;

    use super::{LOWEST, analyse, off_workers};

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn an_analysis_leaves_the_processors_to_others_and_changes_no_other_thread() {
        let before = getpriority_process(None).unwrap();
        let during = analyse(|| getpriority_process(None).unwrap()).await;
        assert_eq!(during, LOWEST);
        assert_eq!(getpriority_process(None).unwrap(), before);
    }

    #[tokio::test]
    #[should_panic(expected = "broken")]
    async fn a_panic_of_other_work_reaches_the_caller() {
        off_workers(|| panic!("broken")).await;
    }

    #[tokio::test]
    #[should_panic(expected = "out of order")]
    async fn a_panic_reaches_the_caller() {
        analyse(|| panic!("out of order")).await;
    }
}
