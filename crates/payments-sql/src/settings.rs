//! The settings of the stores.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// The settings of the database.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// `sqlite:var/payments.db`, `sqlite::memory:` (deleted with the store) or `postgres://…`. It may contain a password.
    pub url: SecretString,
    /// A streaming replica of the PostgreSQL server, for the purchases of listings. It is
    /// read only while it answers and lags less than a second.
    pub replica_url: Option<SecretString>,
    /// PEM file of the certificate authority of the server, instead of the machine's authorities.
    pub ca_file: Option<PathBuf>,
    /// The maximum number of pooled connections.
    pub max_connections: usize,
    /// The timeout of getting a connection from the pool, and of opening one.
    pub wait_timeout: Duration,
    /// The timeout of a statement; on SQLite, of waiting for the write lock.
    pub statement_timeout: Duration,
}

impl StoreSettings {
    /// The default settings for a database.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            replica_url: None,
            ca_file: None,
            max_connections: 8,
            wait_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(5),
        }
    }

    /// The settings of the replica, if there is one.
    pub fn of_replica(&self) -> Option<Self> {
        let url = self.replica_url.clone()?;
        Some(Self {
            url,
            ..self.clone()
        })
    }
}

/// The settings of the flow store.
#[derive(Clone, Debug)]
pub struct FlowSettings {
    /// `memory:`, `redis://…`, `rediss://…`, `redis-sentinel://…` or `redis-cluster://…`. It may contain a password.
    pub url: SecretString,
    /// PEM file of the certificate authority of the servers, instead of the machine's authorities.
    pub ca_file: Option<PathBuf>,
    /// The maximum number of pooled connections.
    pub max_connections: usize,
    /// The timeout of getting a connection, and of a reply.
    pub wait_timeout: Duration,
    /// The prefix of every key, so that several services can share a server.
    pub key_prefix: String,
}

impl FlowSettings {
    /// The default settings for a flow store.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            ca_file: None,
            max_connections: 16,
            wait_timeout: Duration::from_secs(1),
            key_prefix: "payments".to_owned(),
        }
    }
}

/// The timeout of a transaction, in statement timeouts: a server that hangs does not report it.
pub const STATEMENTS: u32 = 12;

/// The timeout of a write.
pub fn longest_write(statement_timeout: Duration) -> Duration {
    statement_timeout.saturating_mul(STATEMENTS)
}
