//! One link for all that changes nothing: such a command may be sent again, so that nobody has to ask first whether the
//! link still lives, and the commands of many callers travel together. (`benches/links.rs` says what that saves.)

use std::sync::{Mutex, PoisonError};

use deadpool_redis::redis::aio::MultiplexedConnection;

use super::link::LinkError;
use super::pools::{Link, Pools};

/// The link, once somebody needed it. A cluster's links are shared by themselves.
#[derive(Default)]
pub(super) struct Shared(Mutex<Option<MultiplexedConnection>>);

impl Shared {
    /// The link in use; without one, one that answered just now.
    pub(super) async fn link(&self, pools: &Pools) -> Result<Link, LinkError> {
        let in_use = self.slot().clone();
        if let Some(connection) = in_use {
            return Ok(Link::Shared(connection));
        }
        let link = pools.link_to_share().await?;
        if let Link::Shared(connection) = &link {
            *self.slot() = Some(connection.clone());
        }
        Ok(link)
    }

    /// The next one who asks gets another link.
    pub(super) fn forget(&self) {
        *self.slot() = None;
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<MultiplexedConnection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
