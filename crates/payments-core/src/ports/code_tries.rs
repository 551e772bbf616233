//! Wrong codes per customer and day, kept where a restart or failover does not forget them.

use async_trait::async_trait;
use chrono::NaiveDate;

use crate::id::CustomerId;

use super::Unavailable;

/// Whether a customer may try another code today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// One try was counted; give it back if the code was not a new wrong one.
    Reserved,
    /// The day's tries are used up.
    Exhausted,
}

/// The day's tries of each customer. MUST be durable (SQL).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CodeTries: Send + Sync {
    /// Counts one try before the code is looked at, unless `limit` are counted already. MUST be atomic.
    async fn reserve(
        &self,
        customer: CustomerId,
        day: NaiveDate,
        limit: u32,
    ) -> Result<Reservation, Unavailable>;

    /// Gives one try back: the code was right, or a wrong one already counted.
    async fn release(&self, customer: CustomerId, day: NaiveDate) -> Result<(), Unavailable>;
}
