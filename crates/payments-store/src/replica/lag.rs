//! The lag of a replica: what it is known to have replayed.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The maximum lag of reads from a replica: a listing cached for a second then stays within the promised two seconds.
pub(super) const FRESH_FOR: Duration = Duration::from_millis(750);

pub(crate) struct ReplicaLag(Mutex<Known>);

#[derive(Clone, Copy)]
struct Known {
    /// When it had last caught up; the start, if it never had.
    last_caught_up: Instant,
    /// It has everything the primary had at this instant.
    caught_up_at: Option<Instant>,
    /// The last write by this process, which its next reads must see.
    changed_at: Option<Instant>,
}

impl Default for ReplicaLag {
    fn default() -> Self {
        Self(Mutex::new(Known {
            last_caught_up: now(),
            caught_up_at: None,
            changed_at: None,
        }))
    }
}

impl ReplicaLag {
    /// How long ago the replica had last caught up; since the start, if it never had.
    pub(crate) fn age(&self) -> Duration {
        self.known().last_caught_up.elapsed()
    }

    /// Whether the replica may be read: it has what the primary had a moment ago, and every write by this process.
    pub(crate) fn is_fresh(&self) -> bool {
        let known = *self.known();
        known.caught_up_at.is_some_and(|at| {
            at.elapsed() < FRESH_FOR && known.changed_at.is_none_or(|change| change < at)
        })
    }

    /// The replica has what the primary had at `at`.
    pub(super) fn caught_up(&self, at: Instant) {
        let mut known = self.known();
        known.last_caught_up = at;
        known.caught_up_at = Some(at);
    }

    /// Marks the replica as stale until it has caught up again.
    pub(super) fn reset(&self) {
        self.known().caught_up_at = None;
    }

    /// Records a write by this process.
    pub(super) fn changed(&self) {
        self.known().changed_at = Some(now());
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ages do not depend on the wall clock, which may be set.
#[expect(
    clippy::disallowed_methods,
    reason = "it measures the lag of a server; no result depends on it"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::{FRESH_FOR, ReplicaLag, now};

    #[test]
    fn a_replica_is_read_for_a_moment_after_it_caught_up_and_not_before_it_has_this_process_changes()
     {
        let lag = ReplicaLag::default();
        assert!(!lag.is_fresh(), "stale at the start");
        lag.caught_up(now());
        assert!(lag.is_fresh());
        lag.changed();
        assert!(!lag.is_fresh(), "it may lack the change");
        lag.caught_up(now());
        assert!(lag.is_fresh());
        lag.reset();
        assert!(!lag.is_fresh());
        lag.caught_up(now().checked_sub(FRESH_FOR).unwrap());
        assert!(!lag.is_fresh(), "that is too long ago");
    }
}
