//! Limits on messages, which cost money, kept where a restart or failover does not forget them.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::otp::CodeTag;
use crate::phone::DestinationPrefix;
use crate::sms::{PausedPrefix, SmsAnswer, SmsGrant, SmsRequest};

use super::Unavailable;

/// Counts messages. MUST be durable (SQL), and the database of [`crate::ports::CodeTries`]: a customer is verified from the first
/// [`crate::ports::CodeTries::mark_right`] on, until [`crate::ports::Erasure::erase`]; the code that was right is a verified one.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SmsLimits: Send + Sync {
    /// Counts a message against all of its counters, or against none. MUST be one transaction: of any number of callers in
    /// any number of processes no more are granted than a counter has room for. For a customer who has not verified a code,
    /// MUST first ask the breaker, and refuse while the prefix is paused or begin a pause.
    async fn take(&self, request: &SmsRequest) -> Result<SmsAnswer, Unavailable>;

    /// Takes back what was granted: the message was certainly not sent. MUST NOT count below zero or touch a later window.
    async fn give_back(&self, grant: &SmsGrant) -> Result<(), Unavailable>;

    /// Notes that a code was sent, or perhaps was, for the breaker.
    async fn note_sent(
        &self,
        code: CodeTag,
        prefix: &DestinationPrefix,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable>;

    /// How much each of these keys has counted in the present window, in their order.
    async fn used(&self, keys: &[String], now: DateTime<Utc>) -> Result<Vec<u32>, Unavailable>;

    /// The prefixes that are paused, at most `limit`.
    async fn paused(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<PausedPrefix>, Unavailable>;
}
