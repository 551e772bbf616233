//! Tries of codes, per code and per customer and day, stored where they survive a restart or failover.

use alloc::boxed::Box;
use alloc::vec::Vec;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::id::CustomerId;
use crate::otp::{CodeTry, Reservation, TryLimits, UsedCode};

use super::Unavailable;

/// Counts the tries of each customer. MUST be durable (SQL): this count limits guessing even if a flow
/// store loses its data.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CodeTries: Send + Sync {
    /// Counts a try before its code is compared. MUST be atomic. A try is [`crate::otp::Reservation::Known`], even when
    /// the tries are used up, if the customer has a try with the same attempt, counted or right, on this day or the day
    /// before, or a [`crate::otp::UsedCode::replay`] that equals the attempt. Right tries do not count towards a limit.
    /// The limit of the code is checked before that of the day.
    async fn reserve(&self, one: &CodeTry, limits: TryLimits) -> Result<Reservation, Unavailable>;

    /// Marks a try as right: it no longer counts, but stays known. MUST do so whether or not the try exists. In the
    /// same transaction, MUST note that the customer has verified a code, and that the sent code was verified
    /// ([`crate::ports::SmsLimits`]). `used`: what the code was used for, if anything.
    async fn mark_right(&self, one: &CodeTry, used: Option<UsedCode>) -> Result<(), Unavailable>;

    /// Gives back a try that [`CodeTries::reserve`] counted and whose code was not compared. MUST do nothing if another
    /// call has seen the try since ([`crate::otp::Reservation::Known`]), because that call relies on the count, or if
    /// the try was right. Does nothing if the try does not exist.
    async fn release(&self, one: &CodeTry) -> Result<(), Unavailable>;

    /// The codes that a customer has used since an instant, at most a day ago.
    async fn used(
        &self,
        customer: CustomerId,
        since: DateTime<Utc>,
    ) -> Result<Vec<UsedCode>, Unavailable>;

    /// Finds up to `limit` savings, oldest first, whose code was used from `since` until before `until` and
    /// which have no intent and no ending in the audit log: their process died between the two. Appends the
    /// ending of each ([`crate::audit::AuditOutcome::CardLost`]) and returns their number. From then on
    /// [`crate::ports::Intents::record`] MUST refuse the intent; a concurrent recording MUST either be seen,
    /// or see the ending.
    async fn end_unrecorded(
        &self,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
        at: DateTime<Utc>,
    ) -> Result<u32, Unavailable>;
}
