//! The audit log as auditors use it: read, sealed, verified, and shortened by its retention.

mod verifying;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use payments_core::audit_chain::{AuditEntry, Link, Seal};
use payments_core::id::CustomerId;
use payments_core::keys::AuditKey;
use payments_core::ports::Unavailable;

pub use verifying::{Fault, FaultKind, Noted, Verdict, verify};

/// Which records are asked for; all of these hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of a customer. Nothing is found for one who was erased.
    pub customer: Option<CustomerId>,
    /// Of an intent.
    pub intent: Option<String>,
    /// Of a kind.
    pub kind: Option<String>,
    /// At this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub to: Option<DateTime<Utc>>,
}

/// A record, and whose it is as long as that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// The record.
    pub entry: AuditEntry,
    /// The customer behind the pseudonym; none after an erasure.
    pub customer: Option<i64>,
}

/// What one call of [`AuditTrail::seal`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// Another process is sealing.
    Elsewhere,
    /// So many records were sealed; this is the chain's end, if there is one.
    Here {
        /// How many.
        records: usize,
        /// The last link.
        last: Option<Link>,
    },
}

/// A link as it is stored, with the record it seals as far as that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLink {
    /// The link.
    pub link: Link,
    /// The key it was sealed with.
    pub key_id: String,
    /// The key of the record.
    pub record: i64,
    /// The record; none when it is missing.
    pub entry: Option<AuditEntry>,
}

/// Where the chain begins after days were dropped.
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
    /// How many.
    pub records: u64,
    /// When the oldest of them was written.
    pub oldest: Option<DateTime<Utc>>,
    /// The first one that does not even wait for its seal.
    pub lost: Option<i64>,
    /// The first key that waits for a seal and has no record.
    pub vanished: Option<i64>,
}

/// The audit log beside its appending.
#[async_trait]
pub trait AuditTrail: Send + Sync {
    /// Up to `limit` records, the newest first, from the one after `after` (a record's key) on.
    async fn page(
        &self,
        filter: &AuditFilter,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, Unavailable>;

    /// Seals up to `limit` committed records, in a transaction of its own. One process does so at a time.
    async fn seal(
        &self,
        key: &AuditKey,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Sealed, Unavailable>;

    /// Where the chain begins, when days were dropped.
    async fn beginning(&self) -> Result<Option<Beginning>, Unavailable>;

    /// Up to `limit` links in the order of the chain, after the one of this number.
    async fn links(&self, after: i64, limit: u32) -> Result<Vec<StoredLink>, Unavailable>;

    /// The records without a seal.
    async fn unsealed(&self) -> Result<Unsealed, Unavailable>;

    /// Drops up to `limit` records at the chain's beginning that were sealed before a day, and keeps the last link as the
    /// beginning. How many. Needs the rights of the tables' owner.
    async fn prune(
        &self,
        key: &AuditKey,
        before: NaiveDate,
        limit: u32,
    ) -> Result<usize, Unavailable>;
}
