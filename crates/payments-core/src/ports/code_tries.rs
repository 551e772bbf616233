//! Tries of codes, per code and per customer and day, kept where a restart or failover does not forget them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::id::CustomerId;
use crate::otp::{CodeTry, Reservation, TryLimits, UsedCode};

use super::Unavailable;

/// The tries of each customer. MUST be durable (SQL): it is this count that limits guessing, whatever a flow store has
/// forgotten.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CodeTries: Send + Sync {
    /// Counts a try before the code is looked at. MUST be atomic. A try of the customer with the same attempt, counted or
    /// right, on this day or the day before, or a [`crate::otp::UsedCode::replay`] that equals the attempt, is
    /// [`crate::otp::Reservation::Known`] even when the tries are used up; right tries do not count towards a limit. The limit of the
    /// code is looked at before that of the day.
    async fn reserve(&self, one: &CodeTry, limits: TryLimits) -> Result<Reservation, Unavailable>;

    /// Notes that the entered code is the sent one: its try counts no longer and stays known. MUST do so whether or not
    /// the try is there, and MUST note in the same transaction that the customer has verified a code, and the sent code was
    /// verified ([`crate::ports::SmsLimits`]). `used`: what it was used for, if it was.
    async fn mark_right(&self, one: &CodeTry, used: Option<UsedCode>) -> Result<(), Unavailable>;

    /// Gives a try back that [`CodeTries::reserve`] counted and that was compared with nothing. MUST do nothing if any
    /// other call has met the try since ([`crate::otp::Reservation::Known`]), for that one relies on its being counted, or if it was
    /// right; nothing happens if it is not there.
    async fn release(&self, one: &CodeTry) -> Result<(), Unavailable>;

    /// The codes a customer used since an instant, at most a day ago.
    async fn used(
        &self,
        customer: CustomerId,
        since: DateTime<Utc>,
    ) -> Result<Vec<UsedCode>, Unavailable>;

    /// Finds up to `limit` savings whose code was used from `since` until before `until` and that have no intent and no end
    /// in the audit log, the oldest first: their process died between the two. Appends the end of each
    /// ([`crate::audit::AuditOutcome::CardLost`]), and says of how many. From then on [`crate::ports::Intents::record`] MUST refuse the
    /// intent; one that is recorded at the same time MUST be seen, or see the end.
    async fn end_unrecorded(
        &self,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
        at: DateTime<Utc>,
    ) -> Result<u32, Unavailable>;
}
