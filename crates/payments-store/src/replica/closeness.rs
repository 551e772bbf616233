//! How close a replica is: what it is known to have.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is read of a replica is at most so old, which leaves a listing that is kept ready for a second within the two
/// that are promised.
pub(super) const FRESH_FOR: Duration = Duration::from_millis(750);

/// What a replica is known to have.
pub(crate) struct Closeness(Mutex<Known>);

#[derive(Clone, Copy)]
struct Known {
    /// The last time that it had everything; the start, if it never had.
    last_close: Instant,
    /// The replica has what the first server had at this instant.
    had_everything_at: Option<Instant>,
    /// The last change by this process, which must find it in whatever it reads next.
    changed_at: Option<Instant>,
}

impl Default for Closeness {
    fn default() -> Self {
        Self(Mutex::new(Known {
            last_close: now(),
            had_everything_at: None,
            changed_at: None,
        }))
    }
}

impl Closeness {
    /// How long ago the replica was last known to have everything; since the start, if it never was.
    pub(crate) fn age(&self) -> Duration {
        self.known().last_close.elapsed()
    }

    /// Whether the replica may be asked: it has what the first server had a moment ago, and every change by this process.
    pub(crate) fn is_close(&self) -> bool {
        let known = *self.known();
        known.had_everything_at.is_some_and(|at| {
            at.elapsed() < FRESH_FOR && known.changed_at.is_none_or(|change| change < at)
        })
    }

    /// The replica has what the first server had then.
    pub(super) fn had_everything(&self, at: Instant) {
        let mut known = self.known();
        known.last_close = at;
        known.had_everything_at = Some(at);
    }

    /// Nothing is known of the replica any more.
    pub(super) fn lost(&self) {
        self.known().had_everything_at = None;
    }

    /// This process changed something just now.
    pub(super) fn changed(&self) {
        self.known().changed_at = Some(now());
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How old something is does not depend on the calendar's clock, which may be set.
#[expect(
    clippy::disallowed_methods,
    reason = "it measures how long ago a server was asked; nothing else depends on it"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::{Closeness, FRESH_FOR, now};

    #[test]
    fn a_replica_is_asked_for_a_moment_after_it_had_everything_and_not_before_it_has_this_process_changes()
     {
        let closeness = Closeness::default();
        assert!(!closeness.is_close(), "nothing is known yet");
        closeness.had_everything(now());
        assert!(closeness.is_close());
        closeness.changed();
        assert!(!closeness.is_close(), "it may lack the change");
        closeness.had_everything(now());
        assert!(closeness.is_close());
        closeness.lost();
        assert!(!closeness.is_close());
        closeness.had_everything(now().checked_sub(FRESH_FOR).unwrap());
        assert!(!closeness.is_close(), "that is too long ago");
    }
}
