//! Limits on messages, which cost money, stored where they survive a restart or failover.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::otp::CodeTag;
use crate::phone::DestinationPrefix;
use crate::sms::{PausedPrefix, SmsAnswer, SmsGrant, SmsRequest};

use super::Unavailable;

/// Counts messages. MUST be durable (SQL), in the database of [`crate::ports::CodeTries`]. A customer is verified
/// from the first [`crate::ports::CodeTries::mark_right`] until [`crate::ports::Erasure::erase`]; the right code
/// then counts as verified.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SmsLimits: Send + Sync {
    /// Counts a message against all of its counters, or against none. MUST be one transaction: no number of concurrent
    /// callers in any number of processes may exceed a counter's limit. For a customer who has not verified a code,
    /// MUST first check the circuit breaker, and refuse while the prefix is paused or begin a pause.
    async fn take(&self, request: &SmsRequest) -> Result<SmsAnswer, Unavailable>;

    /// Gives back what was granted: the message was certainly not sent. MUST NOT count below zero or
    /// change a later window.
    async fn give_back(&self, grant: &SmsGrant) -> Result<(), Unavailable>;

    /// Notes for the circuit breaker that a code was sent, or may have been.
    async fn note_sent(
        &self,
        code: CodeTag,
        prefix: &DestinationPrefix,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable>;

    /// The counts of these keys in the current window, in the same order.
    async fn used(&self, keys: &[String], now: DateTime<Utc>) -> Result<Vec<u32>, Unavailable>;

    /// The paused prefixes, at most `limit`.
    async fn paused(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PausedPrefix>, Unavailable>;
}
