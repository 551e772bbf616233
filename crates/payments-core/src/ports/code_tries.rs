//! Tries of codes, per code and per customer and day, kept where a restart or failover does not forget them.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};

use crate::card_storage::IntentId;
use crate::hex;
use crate::id::CustomerId;

use super::Unavailable;

/// One try of a customer on a day. The same code tried again, or by several requests at once, is the same try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeTry {
    /// Whose.
    pub customer: CustomerId,
    /// The day (UTC) it counts on.
    pub day: NaiveDate,
    /// The code that was sent, which this is an answer to.
    pub code: CodeTag,
    /// The code that was entered.
    pub attempt: AttemptTag,
}

/// Eight bytes of a sent code's HMAC: tells sent codes apart, and neither code nor phone can be read back from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeTag(pub [u8; 8]);

/// Eight bytes of an entered code's HMAC: tells two tries apart, and neither code nor phone can be read back from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptTag(pub [u8; 8]);

/// Sixteen lower-case hexadecimal digits.
impl fmt::Display for CodeTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(&self.0))
    }
}

/// Sixteen lower-case hexadecimal digits.
impl fmt::Display for AttemptTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(&self.0))
    }
}

impl AttemptTag {
    /// Reads what `Display` writes.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).map(Self)
    }
}

/// How many distinct tries there are, at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TryLimits {
    /// For one sent code, over all days.
    pub per_code: u32,
    /// For one customer on one day, over all codes.
    pub per_day: u32,
}

/// Whether a code may be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The try was counted.
    Reserved,
    /// It is counted already, or was right: another request is trying the same code, or tried it before.
    Known,
    /// The tries for this sent code are used up. Nothing was counted.
    CodeExhausted,
    /// The day's tries are used up. Nothing was counted.
    DayExhausted,
}

/// A right code that an intent was begun with. It lets a repeated request be recognised when the flow's state is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedCode {
    /// Tells the code in its flow, whatever key of the ring the code was sent under.
    pub replay: AttemptTag,
    /// The intent.
    pub intent: IntentId,
    /// When it was used.
    pub at: DateTime<Utc>,
}

/// The tries of each customer. MUST be durable (SQL): it is this count that limits guessing, whatever a flow store has
/// forgotten.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CodeTries: Send + Sync {
    /// Counts a try before the code is looked at. MUST be atomic. A try of the customer with the same attempt, counted or
    /// right, on this day or the day before, or a [`UsedCode::replay`] that equals the attempt, is
    /// [`Reservation::Known`] even when the tries are used up; right tries do not count towards a limit. The limit of the
    /// code is looked at before that of the day.
    async fn reserve(&self, one: &CodeTry, limits: TryLimits) -> Result<Reservation, Unavailable>;

    /// Notes that the entered code is the sent one: its try counts no longer and stays known. MUST do so whether or not
    /// the try is there, and MUST note in the same transaction that the customer has verified a code, and the sent code was
    /// verified ([`super::SmsLimits`]). `used`: what it was used for, if it was.
    async fn mark_right(&self, one: &CodeTry, used: Option<UsedCode>) -> Result<(), Unavailable>;

    /// Gives a try back that [`CodeTries::reserve`] counted and that was compared with nothing. MUST do nothing if any
    /// other call has met the try since ([`Reservation::Known`]), for that one relies on its being counted, or if it was
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
    /// ([`super::AuditOutcome::CardLost`]), and says of how many. From then on [`super::Intents::record`] MUST refuse the
    /// intent; one that is recorded at the same time MUST be seen, or see the end.
    async fn end_unrecorded(
        &self,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
        at: DateTime<Utc>,
    ) -> Result<u32, Unavailable>;
}
