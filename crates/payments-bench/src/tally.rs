//! What was answered, and how long it took.

use std::fs;
use std::time::Duration;

use anyhow::{Result, bail};
use hdrhistogram::Histogram;
use serde::Serialize;

/// The longest latency that is told apart.
const LONGEST_NANOSECONDS: u64 = 60_000_000_000;
/// Three digits: a thousandth of what is measured.
const DIGITS: u8 = 3;

/// Answers of one connection, and then of all.
pub(crate) struct Tally {
    latencies: Histogram<u64>,
    bytes: u64,
    unexpected: u64,
}

/// What xtask reads.
#[derive(Serialize)]
pub(crate) struct Summary {
    answers: u64,
    seconds: f64,
    per_second: f64,
    bytes_per_answer: u64,
    p50_microseconds: f64,
    p99_microseconds: f64,
    p999_microseconds: f64,
    max_microseconds: f64,
    /// Of this process, in clock ticks of a hundredth of a second: the load has to need less than what it loads.
    cpu_ticks: u64,
}

impl Tally {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            latencies: Histogram::new_with_bounds(1, LONGEST_NANOSECONDS, DIGITS)?,
            bytes: 0,
            unexpected: 0,
        })
    }

    pub(crate) fn note(&mut self, latency: Duration, bytes: usize) {
        let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(LONGEST_NANOSECONDS);
        self.latencies.saturating_record(nanoseconds.max(1));
        self.bytes += bytes as u64;
    }

    /// An answer of another status than the expected one.
    pub(crate) fn note_unexpected(&mut self) {
        self.unexpected += 1;
    }

    /// # Errors
    /// Never in practice: all histograms have the same bounds.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<()> {
        self.latencies.add(&other.latencies)?;
        self.bytes += other.bytes;
        self.unexpected += other.unexpected;
        Ok(())
    }

    /// # Errors
    /// Nothing was answered, or something else than expected: then nothing was measured.
    pub(crate) fn summary(&self, took: Duration) -> Result<Summary> {
        let answers = self.latencies.len();
        if self.unexpected > 0 {
            bail!(
                "{} answers of {} had an unexpected status",
                self.unexpected,
                self.unexpected + answers
            );
        }
        if answers == 0 {
            bail!("nothing was answered");
        }
        Ok(Summary {
            answers,
            seconds: took.as_secs_f64(),
            per_second: per_second(answers, took),
            bytes_per_answer: self.bytes / answers,
            p50_microseconds: self.microseconds(0.5),
            p99_microseconds: self.microseconds(0.99),
            p999_microseconds: self.microseconds(0.999),
            max_microseconds: self.microseconds(1.0),
            cpu_ticks: cpu_ticks()?,
        })
    }

    #[expect(clippy::float_arithmetic, reason = "a time, no money")]
    fn microseconds(&self, quantile: f64) -> f64 {
        let latency = Duration::from_nanos(self.latencies.value_at_quantile(quantile));
        latency.as_secs_f64() * 1e6
    }
}

/// User's and system's time of this process (proc(5)).
fn cpu_ticks() -> Result<u64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields = after_name.split_whitespace().skip(11).take(2);
    Ok(fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum())
}

#[expect(
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    reason = "a count of answers is far below 2^52, and is no money"
)]
fn per_second(answers: u64, took: Duration) -> f64 {
    answers as f64 / took.as_secs_f64()
}
