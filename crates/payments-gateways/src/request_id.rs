//! The id of the request that a provider is called for.
//!
//! It is task-local instead of an argument of the ports: only providers with a field for it read it.

use std::future::Future;

tokio::task_local! {
    static CURRENT: String;
}

/// Runs `work` for the request with this id.
pub async fn with<T>(id: String, work: impl Future<Output = T>) -> T {
    CURRENT.scope(id, work).await
}

/// `work` with the current task's request id. A spawned task has none of its own.
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
pub(crate) fn current() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}
