//! What a store needs of a database besides the ports.

use async_trait::async_trait;
use chrono::NaiveDateTime;
use payments_core::ports::Unavailable;

use crate::changes::CatalogChanges;
use crate::cleanup::{Batch, ExpiringTable, Place};
use crate::open_error::OpenError;
use crate::pool::PoolState;

#[async_trait]
pub(crate) trait Upkeep: Send + Sync {
    async fn pending(&self) -> Result<Vec<String>, OpenError>;
    async fn migrate(&self) -> Result<Vec<String>, OpenError>;
    async fn check(&self) -> Result<(), Unavailable>;
    fn catalog_changes(&self) -> CatalogChanges;
    fn pool(&self) -> PoolState;
    /// Deletes a batch of the rows of `until` and before, beginning at `from`, in a transaction.
    async fn delete_batch(
        &self,
        table: ExpiringTable,
        until: NaiveDateTime,
        from: Option<Place>,
    ) -> Result<Batch, Unavailable>;
}
