//! Work that takes long enough to keep a worker from its other requests.

use std::panic::resume_unwind;

use tokio::task::spawn_blocking;

/// Runs such work on a thread for it.
pub(crate) async fn off_workers<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|ended| resume_unwind(ended.into_panic()))
}
