//! A queue in front of equal servers, and what is observed of it.

use std::collections::VecDeque;

/// Nanoseconds since the simulation began.
pub(super) type Time = u64;

/// A number of equal servers, or places, and those who wait for one.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    servers: u64,
    busy: u64,
    waiting: VecDeque<usize>,
    /// Busy servers, and waiting jobs, each times nanoseconds.
    busy_time: u128,
    waiting_time: u128,
    longest: usize,
    since: Time,
}

impl Queue {
    pub(super) const fn of(servers: u64) -> Self {
        Self {
            servers,
            busy: 0,
            waiting: VecDeque::new(),
            busy_time: 0,
            waiting_time: 0,
            longest: 0,
            since: 0,
        }
    }

    pub(super) const fn servers(&self) -> u64 {
        self.servers
    }

    /// Counts the time since the last change.
    pub(super) fn note(&mut self, now: Time) {
        let elapsed = u128::from(now - self.since);
        self.busy_time += elapsed * u128::from(self.busy);
        self.waiting_time += elapsed * (self.waiting.len() as u128);
        self.since = now;
    }

    /// Whether a job need not wait.
    pub(super) fn enter(&mut self, job: usize, now: Time) -> bool {
        self.note(now);
        if self.busy < self.servers {
            self.busy += 1;
            return true;
        }
        self.waiting.push_back(job);
        self.longest = self.longest.max(self.waiting.len());
        false
    }

    /// The job that need not wait any longer.
    pub(super) fn leave(&mut self, now: Time) -> Option<usize> {
        self.note(now);
        let next = self.waiting.pop_front();
        if next.is_none() {
            self.busy -= 1;
        }
        next
    }

    /// Busy servers in a thousandth of all.
    pub(super) fn utilisation(&self, lasted: Time) -> u64 {
        thousandths(
            self.busy_time,
            u128::from(lasted) * u128::from(self.servers),
        )
    }

    /// The mean number of waiting jobs, in thousandths.
    pub(super) fn mean_waiting(&self, lasted: Time) -> u64 {
        thousandths(self.waiting_time, u128::from(lasted))
    }

    pub(super) const fn longest(&self) -> usize {
        self.longest
    }
}

fn thousandths(part: u128, whole: u128) -> u64 {
    u64::try_from(part * 1_000 / whole.max(1)).unwrap_or(u64::MAX)
}
