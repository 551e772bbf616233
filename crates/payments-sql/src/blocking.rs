//! Where SQLite's work runs.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;

use diesel_async::sync_connection_wrapper::SpawnBlocking;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

/// Tokio's threads for blocking work. The work is boxed: Tokio's code for a task is then compiled once, not once per query.
pub struct BlockingThreads;

impl SpawnBlocking for BlockingThreads {
    fn spawn_blocking<'a, R: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> Pin<Box<dyn Future<Output = Result<R, Box<dyn Error + Send + Sync>>> + Send + 'a>> {
        let (sender, result) = oneshot::channel();
        // Without a receiver the caller is gone, and the result with it.
        let work: Box<dyn FnOnce() + Send> = Box::new(move || drop(sender.send(work())));
        let task = spawn_blocking(work);
        Box::pin(async move {
            // The error of the task says whether it panicked.
            task.await?;
            Ok(result.await?)
        })
    }

    fn get_runtime() -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_panics_is_an_error() {
        let work = || -> u8 { panic!("on purpose") };
        let error = BlockingThreads.spawn_blocking(work).await.unwrap_err();
        assert!(error.to_string().contains("on purpose"), "{error}");
    }
}
