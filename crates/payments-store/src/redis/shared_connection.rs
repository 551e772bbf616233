//! One shared connection for commands that only read. They may be retried, so it needs no ping first, and
//! the commands of many callers are pipelined. (`benches/links.rs` measures the gain.)

use std::sync::{Mutex, PoisonError};

use deadpool_redis::redis::aio::MultiplexedConnection;

use super::error::ClientError;
use super::pool::{Connection, RedisPool};

/// Opened by the first caller. A cluster's client shares its connections itself.
#[derive(Default)]
pub(super) struct SharedConnection(Mutex<Option<MultiplexedConnection>>);

impl SharedConnection {
    /// The current connection, or a new one that has just answered a ping.
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

    /// Drops the connection, so that the next caller opens a new one.
    pub(super) fn forget(&self) {
        *self.slot() = None;
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<MultiplexedConnection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
