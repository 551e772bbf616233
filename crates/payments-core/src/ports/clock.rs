//! The source of the time.

use chrono::{DateTime, NaiveDate, Utc};

/// Reads the system clock.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Clock: Send + Sync {
    /// The current instant.
    fn now(&self) -> DateTime<Utc>;

    /// The current date of the store's calendar, which decides when a card's last month ends. UTC by default.
    fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }
}
