//! How long everything takes.

use std::time::Duration;

/// Bounds of a run, in time and in count.
pub(crate) struct Pace {
    /// Rounds of each side.
    pub(crate) rounds: usize,
    pub(crate) round: Duration,
    pub(crate) warm_up: Duration,
    /// Listings after which the memory is looked at; a tenth of them before that.
    pub(crate) listings: u64,
    /// Starts of the program.
    pub(crate) starts: usize,
    /// Whether what has to be installed from elsewhere is measured too.
    pub(crate) is_full: bool,
}

impl Pace {
    /// Within three minutes, building left aside.
    pub(crate) const QUICK: Self = Self {
        rounds: 5,
        round: Duration::from_secs(1),
        warm_up: Duration::from_millis(250),
        listings: 100_000,
        starts: 3,
        is_full: false,
    };
    pub(crate) const FULL: Self = Self {
        rounds: 7,
        round: Duration::from_secs(3),
        warm_up: Duration::from_secs(1),
        listings: 1_000_000,
        starts: 9,
        is_full: true,
    };
}
