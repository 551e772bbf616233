//! Decides which message of a link a fault hits, and counts all of them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::fault::{At, Direction, Fault};
use super::message::Message;

/// The messages that passed a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    pub(super) up: u64,
    pub(super) down: u64,
    pub(super) commits: u64,
}

impl Passed {
    /// The smaller counts of both.
    pub(super) fn least(self, other: Self) -> Self {
        Self {
            up: self.up.min(other.up),
            down: self.down.min(other.down),
            commits: self.commits.min(other.commits),
        }
    }

    /// The same message, or the last one that passed.
    pub(super) fn nearest(self, at: At) -> At {
        match at {
            At::Message(Direction::Up, number) => At::Message(Direction::Up, number.min(self.up)),
            At::Message(Direction::Down, number) => {
                At::Message(Direction::Down, number.min(self.down))
            }
            At::Commit(number) => At::Commit(number.min(self.commits)),
        }
    }

    fn count(&mut self, direction: Direction, message: &Message) {
        match direction {
            Direction::Up => self.up += 1,
            Direction::Down => self.down += 1,
        }
        self.commits += u64::from(message.is_commit);
    }

    /// Whether a message that is counted here is this one.
    const fn is_now(self, at: At, direction: Direction, message: &Message) -> bool {
        match (at, direction) {
            (At::Message(Direction::Up, number), Direction::Up) => self.up == number,
            (At::Message(Direction::Down, number), Direction::Down) => self.down == number,
            (At::Commit(number), _) => message.is_commit && self.commits == number,
            (At::Message(..), _) => false,
        }
    }
}

/// The switch of a link.
#[derive(Default)]
pub(super) struct Switch {
    inner: Mutex<Inner>,
    changed: Notify,
}

#[derive(Default)]
struct Inner {
    passed: Passed,
    armed: Option<(At, Fault)>,
    /// Faults that have begun and not ended.
    running: usize,
    reached: bool,
    /// Whether nothing passes.
    stalled: bool,
}

impl Switch {
    fn with<T>(&self, use_it: impl FnOnce(&mut Inner) -> T) -> T {
        use_it(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts from zero again, without a fault.
    pub(super) fn reset(&self) {
        self.with(|inner| {
            inner.passed = Passed::default();
            inner.armed = None;
            inner.reached = false;
        });
    }

    /// Counts from zero again, up to a fault.
    pub(super) fn arm(&self, at: At, fault: Fault) {
        self.reset();
        self.with(|inner| inner.armed = Some((at, fault)));
    }

    /// What passed since the last reset.
    pub(super) fn passed(&self) -> Passed {
        self.with(|inner| inner.passed)
    }

    /// Counts a message, and returns the fault that hits it. [`Switch::end`] ends that.
    pub(super) fn pass(&self, direction: Direction, message: &Message) -> Option<Fault> {
        let fault = self.with(|inner| {
            inner.passed.count(direction, message);
            let (at, fault) = inner.armed?;
            if !inner.passed.is_now(at, direction, message) {
                return None;
            }
            inner.armed = None;
            inner.reached = true;
            inner.running += 1;
            inner.stalled = fault == Fault::Stall;
            Some(fault)
        });
        self.changed.notify_waiters();
        fault
    }

    /// Ends a fault.
    pub(super) fn end(&self) {
        self.with(|inner| {
            inner.running -= 1;
            inner.stalled = false;
        });
        self.changed.notify_waiters();
    }

    /// Whether the armed fault began, now or within a time.
    pub(super) async fn is_reached(&self, within: Duration) -> bool {
        let reached = self.until(|inner| inner.reached);
        tokio::time::timeout(within, reached).await.is_ok()
    }

    /// Waits until no fault is running.
    pub(super) async fn is_quiet(&self) {
        self.until(|inner| inner.running == 0).await;
    }

    /// Waits while nothing passes.
    pub(super) async fn is_passable(&self) {
        self.until(|inner| !inner.stalled).await;
    }

    async fn until(&self, is_so: impl Fn(&Inner) -> bool) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.with(|inner| is_so(inner)) {
                return;
            }
            changed.await;
        }
    }
}
