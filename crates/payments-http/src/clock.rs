//! The system's clock: the one place that reads it.

use chrono::{DateTime, Utc};
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
