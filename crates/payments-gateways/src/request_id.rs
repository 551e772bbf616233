//! The id of the request on whose behalf a provider is called.
//!
//! It is task-local and not an argument of the ports, as few providers have a field for it.

use std::future::Future;
use std::sync::Arc;

tokio::task_local! {
    static CURRENT: Arc<str>;
}

/// Runs `work` for the request with this id.
pub async fn with<T>(id: Arc<str>, work: impl Future<Output = T>) -> T {
    CURRENT.scope(id, work).await
}

/// Gives `work` the current task's request id. A spawned task does not inherit it.
pub fn inherited<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let id = current();
    async move {
        match id {
            Some(id) => with(id, work).await,
            None => work.await,
        }
    }
}

/// The id of the current task's request; `None` in background work.
pub(crate) fn current() -> Option<Arc<str>> {
    CURRENT.try_with(Clone::clone).ok()
}
