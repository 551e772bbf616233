//! The time at which something is decided, handed in by the caller: the core reads no clock.

use chrono::{DateTime, NaiveDateTime, Utc};

/// One instant, as the world counts it and as the shop's wall clock shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant in UTC; validity periods compare with it.
    pub utc: DateTime<Utc>,
    /// The same instant on the shop's wall clock; dates, weekdays and hours in rules mean this one.
    pub local: NaiveDateTime,
}
