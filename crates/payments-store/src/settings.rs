//! What an operator decides about the stores.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// How the database is reached and used.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// `sqlite:var/payments.db`, `sqlite::memory:` (gone with the store) or `postgres://…`. May hold a password.
    pub url: SecretString,
    /// A PostgreSQL server that follows the first one by streaming replication, for the purchases of listings. It is
    /// asked only while it answers and follows closely: what is read of it is less than a second old.
    pub replica_url: Option<SecretString>,
    /// PEM file of the authority that signs the server's certificate, instead of the machine's own authorities.
    pub ca_file: Option<PathBuf>,
    /// Connections the pool holds at most.
    pub max_connections: usize,
    /// How long a request waits for a connection, and a connection for being made.
    pub wait_timeout: Duration,
    /// How long one statement may run; on SQLite, how long a writer waits for the lock.
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
    pub(crate) fn of_replica(&self) -> Option<Self> {
        let url = self.replica_url.clone()?;
        Some(Self {
            url,
            ..self.clone()
        })
    }
}

/// How the flow store is reached.
#[derive(Clone, Debug)]
pub struct FlowSettings {
    /// `memory:`, `redis://…`, `rediss://…`, `redis-sentinel://…` or `redis-cluster://…`. May hold a password.
    pub url: SecretString,
    /// PEM file of the authority that signs the servers' certificates, instead of the machine's own authorities.
    pub ca_file: Option<PathBuf>,
    /// Connections the pool holds at most.
    pub max_connections: usize,
    /// How long a request waits for a connection, and for an answer.
    pub wait_timeout: Duration,
    /// Begins every key, so that several services can share one server.
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

/// How many statements' time a transaction has before it is given up: a server that hangs does not say so.
pub(crate) const STATEMENTS: u32 = 12;

/// How long a write may take before it is given up.
pub fn longest_write(statement_timeout: Duration) -> Duration {
    statement_timeout.saturating_mul(STATEMENTS)
}
