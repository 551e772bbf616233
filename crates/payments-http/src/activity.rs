//! What happened in the last hour, minute by minute, for people: counted by this process itself.
//!
//! The counters are cumulative. They are sampled at the start of each minute, and the difference of two samples is what
//! happened between them.

mod minutes;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

pub(crate) use minutes::Minutes;

use crate::clock;

/// How many minutes are remembered; the last one is in progress.
pub(crate) const MINUTES: u8 = 60;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A listing was answered.
    ListingAnswered,
    /// A listing failed: a status of 500 or above.
    ListingFailed,
    /// A customer requested a code, and it was sent.
    CodeSent,
    /// The response to a customer said that the card is saved.
    CardSaved,
    /// A step of saving a card was refused or failed.
    StepRefused,
}

impl Event {
    const COUNT: usize = Self::StepRefused as usize + 1;
}

/// Calls by provider and outcome.
pub(crate) type Calls = BTreeMap<(&'static str, &'static str), u64>;

/// Counts since the start.
#[derive(Default)]
pub(crate) struct Totals {
    events: [AtomicU64; Event::COUNT],
    calls: Mutex<ProviderCalls>,
}

#[derive(Default)]
struct ProviderCalls {
    by_outcome: Calls,
    last_success: BTreeMap<&'static str, Instant>,
}

impl Totals {
    pub(crate) fn count(&self, event: Event) {
        self.events[event as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a call of a provider by the word for its outcome.
    pub(crate) fn called(&self, provider: &'static str, outcome: &'static str, is_success: bool) {
        let mut calls = lock(&self.calls);
        *calls.by_outcome.entry((provider, outcome)).or_default() += 1;
        if is_success {
            calls.last_success.insert(provider, clock::instant());
        }
    }

    /// How long ago each provider last did what it was called for.
    pub(crate) fn since_last_success(&self) -> BTreeMap<&'static str, Duration> {
        let now = clock::instant();
        let calls = lock(&self.calls);
        let successes = calls.last_success.iter();
        successes
            .map(|(provider, at)| (*provider, now.saturating_duration_since(*at)))
            .collect()
    }

    fn read(&self) -> Counts {
        Counts {
            events: self
                .events
                .each_ref()
                .map(|count| count.load(Ordering::Relaxed)),
            calls: lock(&self.calls).by_outcome.clone(),
        }
    }
}

/// A panic leaves no count half written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Clone, Default)]
struct Counts {
    events: [u64; Event::COUNT],
    calls: Calls,
}

/// The counts at the beginning of a minute.
struct Sample {
    /// Since 1970.
    minute: i64,
    counts: Counts,
}

/// The counts at the beginning of each of the last [`MINUTES`].
pub(crate) struct Hour(VecDeque<Sample>);

impl Hour {
    /// The hour of a process that starts now.
    pub(crate) fn starting(now: DateTime<Utc>) -> Self {
        let counts = Counts::default();
        Self(VecDeque::from([Sample {
            minute: minute_of(now),
            counts,
        }]))
    }

    /// Samples the counts if a minute began since the last call, which has to be soon after it began.
    pub(crate) fn sample(&mut self, now: DateTime<Utc>, totals: &Totals) {
        let minute = minute_of(now);
        let last = self.0.back().map_or(minute - 1, |last| last.minute);
        if minute == last {
            return;
        }
        if minute < last {
            // The clock was set back: which minute was which is not known anymore.
            self.0.clear();
        }
        let counts = totals.read();
        // Minutes without a sample, as of a process that was stopped, are empty.
        let first = (last + 1).max(oldest(minute)).min(minute);
        for minute in first..=minute {
            let counts = counts.clone();
            self.0.push_back(Sample { minute, counts });
        }
        self.0.retain(|sample| sample.minute >= oldest(minute));
    }

    /// What happened in each minute of the hour until now.
    pub(crate) fn minutes(&mut self, now: DateTime<Utc>, totals: &Totals) -> Minutes {
        self.sample(now, totals);
        let current = totals.read().events;
        let begun: Vec<_> = self.0.iter().map(|sample| sample.counts.events).collect();
        let ended = begun.iter().skip(1).chain([&current]);
        let counts = begun.iter().zip(ended).map(|(begun, ended)| {
            std::array::from_fn(|event| ended[event].saturating_sub(begun[event]))
        });
        let first = self.0.front().map_or(0, |sample| sample.minute);
        Minutes::new(first, counts)
    }

    /// The calls of the hour until now.
    pub(crate) fn calls(&mut self, now: DateTime<Utc>, totals: &Totals) -> Calls {
        self.sample(now, totals);
        let mut calls = totals.read().calls;
        if let Some(first) = self.0.front() {
            for (call, count) in &mut calls {
                *count -= first.counts.calls.get(call).copied().unwrap_or_default();
            }
        }
        calls.retain(|_, count| *count > 0);
        calls
    }
}

/// The minute of an instant, since 1970.
const fn minute_of(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(60)
}

/// The first minute of the hour that ends with `minute`.
fn oldest(minute: i64) -> i64 {
    minute + 1 - i64::from(MINUTES)
}

#[cfg(test)]
mod tests;
