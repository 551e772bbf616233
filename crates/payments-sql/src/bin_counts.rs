//! How often customers typed or saved cards with each BIN.

use async_trait::async_trait;
use chrono::NaiveDate;
use payments_core::catalog::LeadingDigits;
use payments_core::ports::Unavailable;

/// Counts of six leading digits by day, never with a customer.
#[async_trait]
pub trait BinCounts: Send + Sync {
    /// Adds counts of a day, in one transaction. Each BIN is there once, in ascending order, with a count above zero.
    async fn add(&self, day: NaiveDate, counts: &[(LeadingDigits, u64)])
    -> Result<(), Unavailable>;

    /// The sums from a day on: up to `limit`, the largest first.
    async fn since(
        &self,
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<(LeadingDigits, u64)>, Unavailable>;
}
