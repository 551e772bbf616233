//! Waiting for the catalog to change.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

/// Says when to ask for the catalog's version.
#[derive(Debug)]
pub struct CatalogChanges {
    poll_every: Duration,
    notices: Option<Arc<Notify>>,
}

impl CatalogChanges {
    pub(crate) const fn new(poll_every: Duration, notices: Option<Arc<Notify>>) -> Self {
        Self {
            poll_every,
            notices,
        }
    }

    /// Waits until the catalog may have changed: at once when the database told so, and after a second at most, for the
    /// database may be one that cannot tell. Ask for the version then ([`payments_core::ports::CatalogSource::version`]).
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
