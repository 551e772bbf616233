//! Limits on how often something is done.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::Unavailable;

/// How often, in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// At most this many …
    pub limit: u32,
    /// … in a fixed window of this many seconds, which begins with its first use.
    pub window_seconds: u32,
}

/// Whether one more is within the quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaAnswer {
    /// It is, and it was counted.
    Granted,
    /// It is not, and was not counted.
    Exhausted {
        /// Seconds until the window ends.
        retry_after_seconds: u32,
    },
}

/// Counts uses per key.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Quotas: Send + Sync {
    /// Counts one use of `key`, if the quota has room. MUST be atomic. `key` MUST NOT carry personal data in clear
    /// (callers pass HMACs).
    async fn take(
        &self,
        key: &str,
        quota: Quota,
        now: DateTime<Utc>,
    ) -> Result<QuotaAnswer, Unavailable>;

    /// Takes back one use of `key` that was granted at `taken_at`. MUST be atomic, MUST NOT count below zero, and MUST NOT
    /// make the window longer or touch one that began after `taken_at`.
    async fn give_back(
        &self,
        key: &str,
        quota: Quota,
        taken_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable>;
}
