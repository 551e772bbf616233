//! Why a database or a flow store cannot be opened.

/// Why a database cannot be used. Names the setting, never its secret.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is of no database this program knows.
    #[error("database.url is neither sqlite:<path> nor postgres://<…>")]
    UnknownUrl,
    /// The URL's parts make no sense.
    #[error("database.url cannot be understood: {0}")]
    MalformedUrl(String),
    /// The file's folder or the file itself cannot be made.
    #[error("the file that database.url names cannot be made: {0}")]
    Unwritable(#[source] std::io::Error),
    /// The file is no SQLite database.
    #[error("the file that database.url names is not an SQLite database")]
    NotADatabase,
    /// The database holds something else.
    #[error("the database that database.url names belongs to another program")]
    AnotherPrograms,
    /// The database was migrated by a newer program.
    #[error("the database that database.url names is newer than this program: it has the migrations {}", .0.join(", "))]
    Newer(Vec<String>),
    /// The database is not there or does not let us in.
    #[error("the database that database.url names cannot be reached: {0}")]
    Unreachable(String),
    /// The replica's URL is of no use.
    #[error("database.replica_url cannot be used: {0}")]
    Replica(String),
    /// The authority's file is none.
    #[error("database.ca_file cannot be used: {0}")]
    UnusableAuthority(String),
    /// A migration failed; those before it stay.
    #[error("a migration failed: {0}")]
    MigrationFailed(String),
}

/// Why a flow store cannot be used. Names the setting, never its secret.
#[derive(Debug, thiserror::Error)]
pub enum OpenFlowsError {
    /// The URL is of no flow store this program knows.
    #[error(
        "flows.url is none of memory:, redis://<…>, rediss://<…>, redis-sentinel://<…> and redis-cluster://<…>"
    )]
    UnknownUrl,
    /// The URL's parts make no sense.
    #[error("flows.url cannot be understood: {0}")]
    MalformedUrl(String),
    /// The authority's file is none.
    #[error("flows.ca_file cannot be used: {0}")]
    UnusableAuthority(String),
    /// The server is not there or does not let us in.
    #[error("the Redis that flows.url names cannot be reached: {0}")]
    Unreachable(String),
}
