//! One connection for all commands that change nothing. They may be retried, so the connection needs no ping first, and
//! the commands of many callers travel together. (`benches/links.rs` measures what that saves.)

use std::sync::{Mutex, PoisonError};

use deadpool_redis::redis::aio::MultiplexedConnection;

use super::error::ClientError;
use super::pool::{Connection, RedisPool};

/// Opened by the first caller. A cluster's connections are shared by themselves.
#[derive(Default)]
pub(super) struct SharedConnection(Mutex<Option<MultiplexedConnection>>);

impl SharedConnection {
    /// The connection in use, or a new one that has just answered a ping.
    pub(super) async fn get(&self, pool: &RedisPool) -> Result<Connection, ClientError> {
        let in_use = self.slot().clone();
        if let Some(connection) = in_use {
            return Ok(Connection::Shared(connection));
        }
        let connection = pool.connection_to_share().await?;
        if let Connection::Shared(connection) = &connection {
            *self.slot() = Some(connection.clone());
        }
        Ok(connection)
    }

    /// The next caller gets a new connection.
    pub(super) fn forget(&self) {
        *self.slot() = None;
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<MultiplexedConnection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
