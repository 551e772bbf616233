//! Why a database or a flow store cannot be opened.

/// Why a database cannot be used. Names the setting, never its secret.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL's scheme is not supported.
    #[error("database.url is neither sqlite:<path> nor postgres://<…>")]
    UnknownUrl,
    /// The URL is malformed.
    #[error("database.url is not valid: {0}")]
    MalformedUrl(String),
    /// The file or its folder cannot be created or opened.
    #[error("{path}, which database.url names, {failure}: {source}")]
    Unwritable {
        /// The path of the file.
        path: String,
        /// What cannot be done with it.
        failure: &'static str,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not an SQLite database.
    #[error("the file that database.url names is not an SQLite database")]
    NotADatabase,
    /// The database has other tables.
    #[error("the database that database.url names belongs to another program")]
    AnotherPrograms,
    /// The database was migrated by a newer program.
    #[error("the database that database.url names is newer than this program: it has the migrations {}", .0.join(", "))]
    Newer(Vec<String>),
    /// The database cannot be reached, or refuses the login.
    #[error("the database that database.url names cannot be reached: {0}")]
    Unreachable(String),
    /// The replica's URL is invalid.
    #[error("database.replica_url cannot be used: {0}")]
    Replica(String),
    /// The file of the certificate authority is invalid.
    #[error("database.ca_file cannot be used: {0}")]
    UnusableAuthority(String),
    /// The database has no partitions.
    #[error("database.url names an SQLite file: only PostgreSQL's tables can be partitioned")]
    NoPartitions,
    /// A migration failed; those before it stay applied.
    #[error("a migration failed: {0}")]
    MigrationFailed(String),
}

/// Why a flow store cannot be used. Names the setting, never its secret.
#[derive(Debug, thiserror::Error)]
pub enum OpenFlowsError {
    /// The URL's scheme is not supported.
    #[error(
        "flows.url is none of memory:, redis://<…>, rediss://<…>, redis-sentinel://<…> and redis-cluster://<…>"
    )]
    UnknownUrl,
    /// The URL is malformed.
    #[error("flows.url is not valid: {0}")]
    MalformedUrl(String),
    /// The file of the certificate authority is invalid.
    #[error("flows.ca_file cannot be used: {0}")]
    UnusableAuthority(String),
    /// The server cannot be reached, or refuses the login.
    #[error("the Redis that flows.url names cannot be reached: {0}")]
    Unreachable(String),
}
