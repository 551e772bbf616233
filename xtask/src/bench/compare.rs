//! Two sides under the same load, in turn.

use anyhow::{Result, bail};

use super::Bench;
use super::round::{Load, Requests, Round, Target};
use super::row::{Row, Samples, Unit};

/// A server and what is requested of it.
pub(crate) struct Side<'a> {
    pub(crate) target: Target,
    pub(crate) requests: &'a Requests,
}

/// Rounds of the two sides.
pub(crate) struct Rounds {
    pub(crate) ours: Vec<Round>,
    pub(crate) theirs: Vec<Round>,
}

impl Bench {
    /// Rounds alternate, so that what slows the machine slows both sides.
    ///
    /// # Errors
    /// A server fails.
    pub(crate) fn in_turn(&self, ours: &Side<'_>, theirs: &Side<'_>) -> Result<Rounds> {
        let load =
            |side: &Side<'_>, lasts| self.load(side.target, side.requests, &Load::lasting(lasts));
        load(ours, self.warm_up)?;
        load(theirs, self.warm_up)?;
        let mut rounds = Rounds {
            ours: Vec::new(),
            theirs: Vec::new(),
        };
        for _ in 0..self.rounds {
            rounds.ours.push(load(ours, self.round)?);
            rounds.theirs.push(load(theirs, self.round)?);
        }
        Ok(rounds)
    }
}

impl Rounds {
    /// The ratio of responses per second, round by round.
    pub(crate) fn into_row(self, id: &'static str, what: impl Into<String>) -> Row {
        let rate = |rounds: &[Round]| Samples::of(rounds.iter().map(|it| it.summary.per_second));
        let (ours, theirs) = (rate(&self.ours), rate(&self.theirs));
        let mut row = Row::new(id, what, Unit::Times, ours.over(&theirs));
        let [ours, theirs] = [ours, theirs].map(|rate| Unit::PerSecond.written(rate.median()));
        row.note = format!("{ours} of {theirs}");
        row.rounds = self
            .ours
            .into_iter()
            .zip(self.theirs)
            .map(Into::into)
            .collect();
        row
    }

    /// A ceiling that sends other bytes would be another server's ceiling. Amounts differ in their digits.
    ///
    /// # Errors
    /// The sides' responses differ in size by more than a twentieth.
    pub(crate) fn require_same_bytes(self) -> Result<Self> {
        let bytes = |rounds: &[Round]| rounds.first().map_or(0, |it| it.summary.bytes_per_answer);
        let (ours, theirs) = (bytes(&self.ours), bytes(&self.theirs));
        if ours.abs_diff(theirs) > theirs / 20 {
            bail!("the service sends {ours} bytes and its ceiling {theirs}");
        }
        Ok(self)
    }
}
