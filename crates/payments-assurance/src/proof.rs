//! What a proof is, what it is run with, and what it reports.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Result;

/// A proof of one kind of promise.
#[derive(Clone, Copy)]
pub struct Proof {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it proves, in one sentence.
    pub promise: &'static str,
    /// How it tests that, in a few sentences for an auditor.
    pub method: &'static str,
    /// What it leaves out, in a few sentences.
    pub not_covered: &'static str,
    /// What [`Report::done`] counts, in the plural: `seeds`.
    pub unit: &'static str,
    /// How much of it runs among the tests. 0: nothing.
    pub brief: u64,
    /// How much of it the quick tier runs. 0: it has a long tier only.
    pub quick: u64,
    /// How much of it the long tier runs, over all of its runs.
    pub long: u64,
    /// Raised when it tests more or something else than before: its long tier then starts again.
    pub version: u32,
    /// The servers that it needs, by their names in `cargo xtask services --only`.
    pub servers: &'static [&'static str],
    /// Runs it. An error is a finding: a promise that does not hold, or a control that was not found.
    pub run: fn(&Run) -> Result<Report>,
}

/// How a proof is run.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The first unit (seed, round, kill) of this run.
    pub from: u64,
    /// The number of units.
    pub units: u64,
    /// When to stop although units are left.
    pub until: Option<Instant>,
}

impl Run {
    /// The units of this run, until its time is over.
    pub fn units(&self) -> impl Iterator<Item = u64> {
        let until = self.until;
        let all = self.from..self.from.saturating_add(self.units);
        all.take_while(move |_| until.is_none_or(|until| now() < until))
    }
}

/// The results of a run without findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many units were run.
    pub done: u64,
    /// Counts, by name: `states`, `kills`, `cards saved`. Those of several runs are added.
    pub counts: BTreeMap<&'static str, u64>,
    /// Other figures, by name, with their unit. Those of the last run are kept.
    pub figures: BTreeMap<&'static str, String>,
    /// The planted faults; each was found in this run.
    pub controls: Vec<String>,
}

impl Report {
    /// Adds to a count.
    pub fn count(&mut self, name: &'static str, by: u64) {
        *self.counts.entry(name).or_default() += by;
    }

    /// Adds another part of the same run.
    pub fn add(&mut self, part: Self) {
        self.done += part.done;
        for (name, count) in part.counts {
            self.count(name, count);
        }
        self.figures.extend(part.figures);
        self.controls = part.controls;
    }
}

/// The clock of the proofs' own durations.
#[expect(
    clippy::disallowed_methods,
    reason = "a proof measures with its own watch"
)]
pub fn now() -> Instant {
    Instant::now()
}

/// How long something has taken.
pub fn since(start: Instant) -> Duration {
    now().duration_since(start)
}
