//! Wrong codes per customer and day, kept where a restart or failover does not forget them.

use std::fmt;

use async_trait::async_trait;
use chrono::NaiveDate;

use crate::id::CustomerId;

use super::Unavailable;

/// One try of a customer on a day. The same code tried again, or by several requests at once, is the same try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeTry {
    /// Whose.
    pub customer: CustomerId,
    /// The day (UTC) it counts on.
    pub day: NaiveDate,
    /// Tells the code that is tried.
    pub attempt: AttemptTag,
}

/// Eight bytes of a tried code's HMAC: tells two tries apart, and neither code nor phone can be read back from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptTag(pub [u8; 8]);

/// Sixteen lower-case hexadecimal digits.
impl fmt::Display for AttemptTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

/// Whether a customer may try a code today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The try was counted; give it back if the code was not a new wrong one.
    Reserved,
    /// It is counted already: another request is trying the same code, or it was wrong before.
    Known,
    /// The day's tries are used up.
    Exhausted,
}

/// The day's tries of each customer. MUST be durable (SQL).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CodeTries: Send + Sync {
    /// Counts a try before the code is looked at, unless it is counted already or `limit` others are. MUST be atomic.
    async fn reserve(&self, one: &CodeTry, limit: u32) -> Result<Reservation, Unavailable>;

    /// Gives a try back that [`CodeTries::reserve`] counted; nothing happens if it is not there.
    async fn release(&self, one: &CodeTry) -> Result<(), Unavailable>;
}
