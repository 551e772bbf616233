//! The time of a decision. The caller passes it in: the core reads no clock.

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};

/// An instant, in UTC and on the shop's wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant in UTC. Validity periods are compared with it.
    pub utc: DateTime<Utc>,
    /// The same instant on the shop's wall clock. Dates, weekdays and hours in rules refer to it.
    pub local: NaiveDateTime,
}

impl Moment {
    /// Converts an instant to the wall clock of a shop's time zone.
    pub fn in_zone<Z: TimeZone>(utc: DateTime<Utc>, zone: &Z) -> Self {
        let local = utc.with_timezone(zone).naive_local();
        Self { utc, local }
    }
}

/// The first quarter of an hour after an instant. The offset from UTC of every time zone is a multiple of a quarter of an
/// hour (IANA time zone database), before and after a change, so hours and days begin at one.
pub(crate) fn next_quarter(now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    const QUARTER_SECONDS: i64 = 900;
    let quarters = now.timestamp().div_euclid(QUARTER_SECONDS) + 1;
    DateTime::from_timestamp(quarters * QUARTER_SECONDS, 0)
}
