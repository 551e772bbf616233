//! What a store needs beside the ports.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::ports::Unavailable;

use crate::changes::CatalogChanges;
use crate::open_error::OpenError;
use crate::pool::PoolState;

/// How much was thrown away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Expired sessions.
    pub sessions: usize,
    /// Tried codes of days that are over.
    pub code_tries: usize,
    /// Messages sent long ago.
    pub sms_sends: usize,
}

/// What a database needs beside the ports.
#[async_trait]
pub(crate) trait Upkeep: Send + Sync {
    async fn pending(&self) -> Result<Vec<String>, OpenError>;
    async fn migrate(&self) -> Result<Vec<String>, OpenError>;
    async fn check(&self) -> Result<(), Unavailable>;
    fn catalog_changes(&self) -> CatalogChanges;
    fn pool(&self) -> PoolState;
    async fn tidy(&self, now: DateTime<Utc>) -> Result<Tidied, Unavailable>;
}
