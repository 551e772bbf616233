//! Two sides under the same load, in turn.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Result, anyhow, ensure};
use payments_bench::job::{Requests, Summary};

use super::Bench;
use super::load::lasting;
use super::row::{Row, Samples, Unit};

/// Rounds of the two sides.
#[derive(Default)]
pub(crate) struct Rounds {
    pub(crate) ours: Vec<Summary>,
    pub(crate) theirs: Vec<Summary>,
}

impl Bench {
    /// Rounds alternate, so that what slows the machine slows both sides.
    pub(crate) fn in_turn(&self, ours: &Requests, theirs: &Requests) -> Result<Rounds> {
        for side in [ours, theirs] {
            self.load(lasting(self.warm_up, side))?;
        }
        let mut rounds = Rounds::default();
        for _ in 0..self.rounds {
            rounds.ours.push(self.load(lasting(self.round, ours))?);
            rounds.theirs.push(self.load(lasting(self.round, theirs))?);
        }
        Ok(rounds)
    }

    /// Compares a load that runs beside `work` with the same load alone. The flag passed to `work` is set when the load ends.
    pub(crate) fn beside(
        &self,
        requests: &Requests,
        work: &(dyn Fn(&AtomicBool) -> Result<()> + Sync),
    ) -> Result<Rounds> {
        self.load(lasting(self.warm_up, requests))?;
        let mut rounds = Rounds::default();
        for _ in 0..self.rounds {
            let has_ended = AtomicBool::new(false);
            let beside = thread::scope(|scope| {
                let working = scope.spawn(|| work(&has_ended));
                let loaded = self.load(lasting(self.round, requests));
                has_ended.store(true, Ordering::Relaxed);
                working.join().map_err(|_| anyhow!("the work panicked"))??;
                loaded
            });
            rounds.ours.push(beside?);
            rounds
                .theirs
                .push(self.load(lasting(self.round, requests))?);
        }
        Ok(rounds)
    }
}

impl Rounds {
    /// The ratio of responses per second, round by round.
    pub(crate) fn into_row(self, id: &'static str, what: impl Into<String>) -> Row {
        let rate = |rounds: &[Summary]| Samples::of_rounds(rounds, |it| it.per_second);
        let (ours, theirs) = (rate(&self.ours), rate(&self.theirs));
        let row = Row::new(id, what, Unit::Times, ours.over(&theirs));
        let [ours, theirs] = [ours, theirs].map(|rate| Unit::PerSecond.written(rate.median()));
        row.with_note(&format!("{ours} of {theirs}"))
    }

    /// A ceiling that sends other bytes would be another server's ceiling. Amounts differ in their digits.
    pub(crate) fn require_same_bytes(self) -> Result<Self> {
        let bytes = |rounds: &[Summary]| rounds.first().map_or(0, |it| it.bytes_per_response);
        let (ours, theirs) = (bytes(&self.ours), bytes(&self.theirs));
        ensure!(
            ours.abs_diff(theirs) <= theirs / 20,
            "the service sends {ours} bytes and its ceiling {theirs}"
        );
        Ok(self)
    }
}
