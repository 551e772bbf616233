//! Errors of commands.

use deadpool_redis::redis::{ErrorKind, RedisError, ServerErrorKind};

#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    /// The health gate is closed; nothing was sent.
    #[error("Redis is down")]
    Down,
    /// There is no connection; nothing was sent.
    #[error("no connection to Redis: {0}")]
    NoConnection(String),
    /// The pool is exhausted; nothing was sent.
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
    /// A word for each kind of error, for traces.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::NoConnection(_) => "no_connection",
            Self::Busy => "busy",
            Self::Timeout => "timeout",
            Self::Redis(_) => "redis",
        }
    }

    /// Whether the server is down, so that other callers would fail as well.
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
