//! Tracks the writes of this process, which its next reads must see.

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::audit::Author;
use payments_core::erasure::{Erased, ErasureStatus};
use payments_core::id::CustomerId;
use payments_core::ports::{BorrowedSink, Erasure, Records, RecordsError, Unavailable};
use payments_core::record::{Change, Key, Part, Preconditions, Record};
use payments_core::record::{Deleted, Effect, Page, PageRequest, PartCounts};
use payments_core::session::SessionDigest;

use super::lag::ReplicaLag;

/// Reports writes of records to the lag of the replica.
pub(crate) struct TrackedRecords {
    records: Arc<dyn Records>,
    lag: Arc<ReplicaLag>,
}

impl TrackedRecords {
    pub(crate) fn new(records: Arc<dyn Records>, lag: Arc<ReplicaLag>) -> Self {
        Self { records, lag }
    }
}

#[async_trait]
impl Records for TrackedRecords {
    async fn apply(
        &self,
        change: &Change,
        author: &Author,
    ) -> Result<Vec<PartCounts>, RecordsError> {
        let applied = self.records.apply(change, author).await;
        // Also after an error: if the response was lost, it may have been written.
        self.lag.changed();
        applied
    }

    async fn preview(&self, change: &Change) -> Result<Vec<Effect>, RecordsError> {
        self.records.preview(change).await
    }

    async fn get(&self, part: Part, key: &Key) -> Result<Option<Record>, Unavailable> {
        self.records.get(part, key).await
    }

    async fn page(&self, part: Part, request: PageRequest) -> Result<Page, Unavailable> {
        self.records.page(part, request).await
    }

    async fn delete(
        &self,
        part: Part,
        key: &Key,
        preconditions: &Preconditions,
        author: &Author,
    ) -> Result<Deleted, Unavailable> {
        let deleted = self.records.delete(part, key, preconditions, author).await;
        self.lag.changed();
        deleted
    }

    async fn export<'s>(&self, sink: BorrowedSink<'s>) -> Result<(), Unavailable> {
        self.records.export(sink).await
    }
}

/// Reports erasures to the lag of the replica: a deleted session must not be found there.
pub(crate) struct TrackedErasure {
    erasure: Arc<dyn Erasure>,
    lag: Arc<ReplicaLag>,
}

impl TrackedErasure {
    pub(crate) fn new(erasure: Arc<dyn Erasure>, lag: Arc<ReplicaLag>) -> Self {
        Self { erasure, lag }
    }
}

#[async_trait]
impl Erasure for TrackedErasure {
    async fn end_sessions(
        &self,
        customer: CustomerId,
        author: &Author,
    ) -> Result<Option<Vec<SessionDigest>>, Unavailable> {
        let ended = self.erasure.end_sessions(customer, author).await;
        self.lag.changed();
        ended
    }

    async fn erase(
        &self,
        customer: CustomerId,
        author: &Author,
    ) -> Result<Option<Erased>, Unavailable> {
        let erased = self.erasure.erase(customer, author).await;
        self.lag.changed();
        erased
    }

    async fn status(&self, customer: CustomerId) -> Result<Option<ErasureStatus>, Unavailable> {
        self.erasure.status(customer).await
    }
}
