//! The time of a decision, passed in by the caller: the core reads no clock.

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};

/// One instant, in UTC and on the shop's wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant in UTC; validity periods compare with it.
    pub utc: DateTime<Utc>,
    /// The same instant on the shop's wall clock; dates, weekdays and hours in rules refer to it.
    pub local: NaiveDateTime,
}

impl Moment {
    /// The instant on the wall clock of a shop in a time zone.
    pub fn in_zone<Z: TimeZone>(utc: DateTime<Utc>, zone: &Z) -> Self {
        let local = utc.with_timezone(zone).naive_local();
        Self { utc, local }
    }
}
