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
