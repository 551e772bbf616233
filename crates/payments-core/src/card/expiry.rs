//! Expiry dates of cards.

use chrono::{Datelike, NaiveDate};

/// The last month in which a card is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expiry {
    year: i32,
    month: u32,
}

/// The month or year is outside the accepted range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a month and year of expiry")]
pub struct InvalidExpiry;

impl Expiry {
    /// Accepts a month from 1 to 12 and a year from 2000 to 2099.
    ///
    /// # Errors
    /// [`InvalidExpiry`] for any other month or year.
    pub fn new(month: u32, year: i32) -> Result<Self, InvalidExpiry> {
        if (1..=12).contains(&month) && (2000..=2099).contains(&year) {
            Ok(Self { year, month })
        } else {
            Err(InvalidExpiry)
        }
    }

    /// Whether the card has expired on `today`: its last day is over.
    pub fn is_past(self, today: NaiveDate) -> bool {
        self.last_day() < today
    }

    /// The last day on which the card is valid: the last of its month.
    pub fn last_day(self) -> NaiveDate {
        let first = NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default();
        first
            .with_day(first.num_days_in_month().into())
            .unwrap_or(first)
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u32 {
        self.month
    }

    /// The year, with four digits.
    pub const fn year(self) -> i32 {
        self.year
    }
}
