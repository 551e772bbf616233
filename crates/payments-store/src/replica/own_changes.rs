//! Changes by this process, which its next reads must show.

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::ports::{
    Change, Deleted, Key, Page, PageRequest, Part, PartCounts, Record, Records, RecordsError,
    Unavailable,
};

use super::closeness::Closeness;

/// Records whose changes are noted for the replica's sake.
pub(crate) struct NotedRecords {
    records: Arc<dyn Records>,
    closeness: Arc<Closeness>,
}

impl NotedRecords {
    /// Notes the changes of these.
    pub(crate) fn new(records: Arc<dyn Records>, closeness: Arc<Closeness>) -> Self {
        Self { records, closeness }
    }
}

#[async_trait]
impl Records for NotedRecords {
    async fn apply(&self, change: &Change) -> Result<Vec<PartCounts>, RecordsError> {
        let applied = self.records.apply(change).await;
        // Also where it failed: a lost answer does not tell whether it was written.
        self.closeness.changed();
        applied
    }

    async fn get(&self, part: Part, key: &Key) -> Result<Option<Record>, Unavailable> {
        self.records.get(part, key).await
    }

    async fn page(&self, part: Part, request: PageRequest) -> Result<Page, Unavailable> {
        self.records.page(part, request).await
    }

    async fn delete(&self, part: Part, key: &Key) -> Result<Deleted, Unavailable> {
        let deleted = self.records.delete(part, key).await;
        self.closeness.changed();
        deleted
    }

    async fn export(&self) -> Result<Vec<Record>, Unavailable> {
        self.records.export().await
    }
}
