//! The audit log for auditors: queries, sealing, verification, and retention.

mod verifying;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use payments_core::audit_chain::{AuditEntry, Link, Seal};
use payments_core::catalog::CatalogVersion;
use payments_core::history::Evidence;
use payments_core::id::CustomerId;
use payments_core::keys::AuditKey;
use payments_core::ports::Unavailable;
use payments_core::record::{Part, Reference};

pub use verifying::{Fault, FaultKind, Noted, Verdict, verify};

/// Selects records that match all of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of a customer. An erased customer has none.
    pub customer: Option<CustomerId>,
    /// Of this intent to save a card.
    pub intent: Option<String>,
    /// Of this kind, such as `card`.
    pub kind: Option<String>,
    /// About objects of these parts; empty: any record.
    pub parts: Vec<Part>,
    /// About the object of this key.
    pub key: Option<String>,
    /// Of this author, or of a change that they approved.
    pub principal: Option<String>,
    /// At this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant, exclusive.
    pub to: Option<DateTime<Utc>>,
}

/// A record, with its customer while the pseudonym can be resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// The record as it is stored.
    pub entry: AuditEntry,
    /// The customer of the pseudonym; `None` after an erasure.
    pub customer: Option<i64>,
}

/// What one call of [`AuditTrail::seal`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// Another process is sealing.
    Elsewhere,
    /// Records were sealed, as many as were waiting, up to the limit.
    Here {
        /// The number of sealed records.
        records: usize,
        /// The last link of the chain.
        last: Option<Link>,
    },
}

/// A stored link, with the record it seals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLink {
    /// The link with its number and seal.
    pub link: Link,
    /// The key it was sealed with.
    pub key_id: String,
    /// The key of the record.
    pub record: i64,
    /// The record; `None` if it is missing.
    pub entry: Option<AuditEntry>,
}

/// The beginning of the chain after retention dropped days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// The last link that was dropped.
    pub link: Link,
    /// The key of the tag.
    pub key_id: String,
    /// The tag of the link.
    pub tag: Seal,
}

/// Records without a seal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsealed {
    /// The number of these records.
    pub records: u64,
    /// When the oldest of them was written.
    pub oldest: Option<DateTime<Utc>>,
    /// The first one that is not queued for a seal.
    pub lost: Option<i64>,
    /// The first key that is queued for a seal and has no record.
    pub vanished: Option<i64>,
}

/// Queries, sealing and retention of the audit log.
#[async_trait]
pub trait AuditTrail: Send + Sync {
    /// Returns up to `limit` records, newest first, that follow the record with the key `after`.
    async fn page(
        &self,
        filter: &AuditFilter,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, Unavailable>;

    /// What is known about the catalog at a moment, or about one object of it, with the catalog's present version. From
    /// one consistent snapshot.
    async fn evidence(
        &self,
        at: DateTime<Utc>,
        only: Option<&Reference>,
    ) -> Result<(CatalogVersion, Evidence), Unavailable>;

    /// Seals up to `limit` committed records in one transaction. Only one process at a time does so.
    async fn seal(
        &self,
        key: &AuditKey,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Sealed, Unavailable>;

    /// The beginning of the chain, if days were dropped.
    async fn beginning(&self) -> Result<Option<Beginning>, Unavailable>;

    /// Returns up to `limit` links in the order of the chain, after the link with the number `after`.
    async fn links(&self, after: i64, limit: u32) -> Result<Vec<StoredLink>, Unavailable>;

    /// When the oldest record without a seal was made. Unlike [`unsealed`](Self::unsealed), it does not read the whole log.
    async fn oldest_unsealed(&self) -> Result<Option<DateTime<Utc>>, Unavailable>;

    /// The records without a seal.
    async fn unsealed(&self) -> Result<Unsealed, Unavailable>;

    /// Drops up to `limit` records at the chain's beginning that were sealed before the day `before`, and stores the last
    /// link as the beginning. Returns how many were dropped. Requires the rights of the tables' owner.
    async fn prune(
        &self,
        key: &AuditKey,
        before: NaiveDate,
        limit: u32,
    ) -> Result<usize, Unavailable>;
}
