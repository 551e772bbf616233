//! What a store needs of a database besides the ports.

use async_trait::async_trait;
use chrono::NaiveDateTime;
use payments_core::ports::Unavailable;

use crate::changes::CatalogChanges;
use crate::cleanup::{Batch, ExpiringTable, Place};
use crate::open_error::OpenError;
use crate::pool::PoolState;

#[async_trait]
/// Migrations, health and cleanup of a database.
pub trait Upkeep: Send + Sync {
    /// The names of the pending migrations.
    async fn pending(&self) -> Result<Vec<String>, OpenError>;
    /// Runs the pending migrations and returns their names.
    async fn migrate(&self) -> Result<Vec<String>, OpenError>;
    /// Runs the pending migrations and those that partition the big tables, and returns their names.
    async fn partition(&self) -> Result<Vec<String>, OpenError>;
    /// Makes the coming months' partitions of partitioned tables and drops the empty ones of past months; returns which.
    async fn keep_months(&self) -> Result<Vec<String>, Unavailable>;
    /// Pings the database.
    async fn check(&self) -> Result<(), Unavailable>;
    /// Signals when to poll the catalog's version.
    fn catalog_changes(&self) -> CatalogChanges;
    /// The state of the connection pool.
    fn pool(&self) -> PoolState;
    /// Deletes a batch of the rows of `until` and before, beginning at `from`, in a transaction.
    async fn delete_batch(
        &self,
        table: ExpiringTable,
        until: NaiveDateTime,
        from: Option<Place>,
    ) -> Result<Batch, Unavailable>;
}
