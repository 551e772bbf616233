//! Usage of the message limits.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use crate::ports::Unavailable;
use crate::sms::PausedPrefix;

use super::CardStorage;
use super::sending_limits::{BUDGET, BUDGET_OF_UNVERIFIED};

/// The maximum number of paused prefixes that are returned.
const MOST_PAUSED: u32 = 100;

/// The remaining messages of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsUsage {
    /// Messages left for customers who have verified a code before.
    pub left: u32,
    /// Messages left for customers who have not.
    pub left_for_unverified: u32,
    /// Phone prefixes that the circuit breaker has paused.
    pub paused: Vec<PausedPrefix>,
}

impl CardStorage {
    /// Returns the rest of the day's budget, and the paused prefixes.
    ///
    /// # Errors
    /// [`Unavailable`] if the database is unavailable.
    pub async fn sms_usage(&self) -> Result<SmsUsage, Unavailable> {
        let (limits, now) = (&self.ports.sms_limits, self.ports.clock.now());
        let keys = [BUDGET, BUDGET_OF_UNVERIFIED].map(str::to_owned);
        let used = limits.used(&keys, now).await?;
        let used = |place: usize| used.get(place).copied().unwrap_or_default();
        let sending = &self.settings.sending;
        let left = sending.daily_budget.saturating_sub(used(0));
        let of_unverified = sending.budget_of_unverified().saturating_sub(used(1));
        Ok(SmsUsage {
            left,
            left_for_unverified: of_unverified.min(left),
            paused: limits.paused(now, MOST_PAUSED).await?,
        })
    }
}
