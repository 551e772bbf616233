//! Warns if two processes serve one SQLite file. Their listings are right, but each keeps its own flows and held cards.

use std::fs::{File, TryLockError};
use std::path::PathBuf;

use secrecy::ExposeSecret as _;

use crate::settings::Settings;

/// Held while this process serves an SQLite file; released when it is dropped or the process ends.
pub(super) struct Served {
    _lock: Option<File>,
}

impl Served {
    /// Marks the file as served, and warns if another process has done so.
    pub(super) fn mark(settings: &Settings) -> Self {
        let url = settings.database.url.expose_secret();
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Self { _lock: None };
        };
        // A lock of its own: SQLite's locks end when any handle of the database's file is closed.
        let path = PathBuf::from(format!("{path}.served"));
        let options = File::options().create(true).append(true).open(path);
        // Without the lock the service works all the same.
        let lock = options.ok();
        let locked = lock.as_ref().map(File::try_lock);
        if let Some(Err(TryLockError::WouldBlock)) = locked {
            tracing::warn!(
                "another process serves the same SQLite file: a card cannot be saved with requests to both; \
                 run one process, or use PostgreSQL and Redis"
            );
        }
        Self { _lock: lock }
    }
}
