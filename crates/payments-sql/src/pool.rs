//! The state of a connection pool.

use deadpool::Status;

/// A snapshot of a connection pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolState {
    /// The maximum number of connections.
    pub most: usize,
    /// The number of open connections.
    pub open: usize,
    /// The number of idle connections.
    pub idle: usize,
    /// Callers that wait for a connection.
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
