//! The system's clock: the one place that reads it; and the calendar on the store's wall.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use payments_core::ports::Clock;

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "this is the clock adapter")]
        std::time::SystemTime::now().into()
    }
}

/// The system's clock, with the days of a time zone.
#[derive(Clone, Copy, Debug)]
pub struct StoreClock(pub Tz);

impl Clock for StoreClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now()
    }

    fn today(&self) -> NaiveDate {
        day(self.now(), self.0)
    }
}

/// A point in time for deadlines, which no clock that is set moves.
pub fn instant() -> tokio::time::Instant {
    #[expect(clippy::disallowed_methods, reason = "this is the clock adapter")]
    tokio::time::Instant::now()
}

fn day(now: DateTime<Utc>, time_zone: Tz) -> NaiveDate {
    now.with_timezone(&time_zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn the_last_evening_of_a_month_west_of_greenwich_is_still_of_that_month() {
        let now = "2026-12-01T00:30:00Z".parse().unwrap();
        let day = |time_zone| day(now, time_zone).to_string();
        assert_eq!(day(chrono_tz::America::Sao_Paulo), "2026-11-30");
        assert_eq!(day(chrono_tz::Europe::Istanbul), "2026-12-01");
        assert_eq!(day(chrono_tz::UTC), "2026-12-01");
    }
}
