//! The id of the request that a provider is called for.
//!
//! It travels with the task instead of through the ports: only a provider with a field for it reads it.

use std::future::Future;

tokio::task_local! {
    static CURRENT: String;
}

/// Runs `work` for the request with this id.
pub async fn with<T>(id: String, work: impl Future<Output = T>) -> T {
    CURRENT.scope(id, work).await
}

/// `work`, for the request that the present task is for. A spawned task has no request of its own.
pub fn inherited<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let id = current();
    async move {
        match id {
            Some(id) => with(id, work).await,
            None => work.await,
        }
    }
}

/// The id of the present task's request; none in background work.
pub(crate) fn current() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}
