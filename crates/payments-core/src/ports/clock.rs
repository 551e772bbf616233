//! Time.

use chrono::{DateTime, NaiveDate, Utc};

/// The world's clock.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;

    /// The day on the store's calendar, by which a card's last month ends. UTC's, unless the adapter knows better.
    fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }
}
