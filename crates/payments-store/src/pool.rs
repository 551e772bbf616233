//! The state of a connection pool.

use deadpool::Status;

/// A pool of connections at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolState {
    /// The most connections it may open.
    pub most: usize,
    /// Open connections.
    pub open: usize,
    /// Idle connections.
    pub idle: usize,
    /// Callers waiting for a connection.
    pub waiting: usize,
}

impl From<Status> for PoolState {
    fn from(status: Status) -> Self {
        Self {
            most: status.max_size,
            open: status.size,
            idle: status.available,
            waiting: status.waiting,
        }
    }
}
