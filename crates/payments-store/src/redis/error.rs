//! Why Redis gave no answer.

use deadpool_redis::redis::{ErrorKind, RedisError, ServerErrorKind};

#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    /// The server failed a moment ago and has not answered since; nothing was sent.
    #[error("Redis is down")]
    Down,
    /// Nothing was sent.
    #[error("no connection to Redis: {0}")]
    NoConnection(String),
    /// Other callers use all connections; nothing was sent.
    #[error("all connections to Redis are in use")]
    Busy,
    /// It is unknown whether Redis executed the command.
    #[error("Redis timed out")]
    Timeout,
    /// Redis refused, or it is unknown whether it executed the command.
    #[error(transparent)]
    Redis(#[from] RedisError),
}

impl ClientError {
    /// Whether the next caller can expect no better.
    pub(super) fn is_outage(&self) -> bool {
        match self {
            Self::NoConnection(_) | Self::Timeout => true,
            Self::Redis(error) => error.is_io_error(),
            Self::Down | Self::Busy => false,
        }
    }
}

/// Whether a server said that it did not execute the command, so that a retry executes it at most once.
pub(super) fn was_refused(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(
            ServerErrorKind::Moved
                | ServerErrorKind::Ask
                | ServerErrorKind::TryAgain
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::MasterDown
                | ServerErrorKind::BusyLoading
                | ServerErrorKind::ReadOnly
        )
    )
}
