//! Errors of queries.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use payments_core::ports::Unavailable;

/// A failed query, or a row that is not what the program wrote.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// Getting a connection failed or timed out.
    #[error("no connection to the database")]
    NoConnection(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It is unknown whether the query was executed.
    #[error("the database timed out")]
    TimedOut,
    /// The database refused or broke.
    #[error(transparent)]
    Query(#[from] DieselError),
    /// A row that cannot be read: written by another program, or damaged.
    #[error("a row of {table} cannot be read: {reason}")]
    Row {
        /// Its table.
        table: &'static str,
        /// Which column is wrong, and how; never the value.
        reason: String,
    },
}

impl SqlError {
    /// A row that cannot be read.
    pub fn row(table: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Row {
            table,
            reason: reason.to_string(),
        }
    }

    /// A word for each kind of error, for traces.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::NoConnection(_) => "no_connection",
            Self::TimedOut => "timeout",
            Self::Query(_) => "query",
            Self::Row { .. } => "row",
        }
    }

    /// Whether the connection broke, so that another one may succeed.
    pub fn is_lost_connection(&self) -> bool {
        match self {
            Self::Query(DieselError::DatabaseError(kind, info)) => {
                matches!(
                    kind,
                    DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand
                ) || info.message() == "connection closed"
            }
            Self::Query(DieselError::BrokenTransactionManager) => true,
            Self::Query(_) | Self::NoConnection(_) | Self::TimedOut | Self::Row { .. } => false,
        }
    }

    /// Whether the transaction was rolled back because of another one, so that a retry may succeed.
    pub fn is_conflict(&self) -> bool {
        match self {
            Self::Query(DieselError::DatabaseError(kind, info)) => {
                matches!(
                    kind,
                    DatabaseErrorKind::SerializationFailure
                        | DatabaseErrorKind::UniqueViolation
                        | DatabaseErrorKind::ForeignKeyViolation
                ) || info.message().contains("deadlock detected")
            }
            Self::Query(_) | Self::NoConnection(_) | Self::TimedOut | Self::Row { .. } => false,
        }
    }
}

impl From<SqlError> for Unavailable {
    fn from(error: SqlError) -> Self {
        Self::new("database", error)
    }
}
