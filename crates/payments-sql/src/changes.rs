//! Notifications of catalog changes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

/// Signals when to poll the catalog's version.
#[derive(Debug)]
pub struct CatalogChanges {
    poll_every: Duration,
    notices: Option<Arc<Notify>>,
}

impl CatalogChanges {
    /// `notices` are the database's own, if it notifies.
    pub const fn new(poll_every: Duration, notices: Option<Arc<Notify>>) -> Self {
        Self {
            poll_every,
            notices,
        }
    }

    /// Waits until the catalog may have changed: until the database notifies, for at most a second, as some
    /// databases cannot notify. Then poll the version ([`payments_core::ports::CatalogSource::version`]).
    pub async fn changed(&mut self) {
        let pause = tokio::time::sleep(self.poll_every);
        match &self.notices {
            Some(notices) => tokio::select! {
                () = notices.notified() => {}
                () = pause => {}
            },
            None => pause.await,
        }
    }
}
