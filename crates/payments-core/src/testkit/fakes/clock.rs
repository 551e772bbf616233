//! A clock that only moves when a test sets it.

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

use crate::ports::Clock;

use super::lock;

/// A clock that is set manually.
pub struct FakeClock(Mutex<DateTime<Utc>>);

impl FakeClock {
    /// Creates a clock that shows `now`.
    pub const fn new(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now))
    }

    /// Advances the clock by `seconds`; negative ones set it back.
    pub fn advance(&self, seconds: i64) {
        *lock(&self.0) += TimeDelta::seconds(seconds);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        *lock(&self.0)
    }
}
