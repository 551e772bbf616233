//! Counts of responses and their latencies.

use std::time::Duration;

use anyhow::{Result, bail};
use hdrhistogram::Histogram;
use payments_bench::job::Summary;

/// Longer latencies count as this one.
const MAX_NANOSECONDS: u64 = 60_000_000_000;
const SIGNIFICANT_DIGITS: u8 = 3;

/// Responses of one connection, or of all.
pub(crate) struct Tally {
    latencies: Histogram<u64>,
    bytes: u64,
    unexpected: u64,
}

impl Tally {
    pub(crate) fn new() -> Result<Self> {
        let latencies = Histogram::new_with_bounds(1, MAX_NANOSECONDS, SIGNIFICANT_DIGITS)?;
        Ok(Self {
            latencies,
            bytes: 0,
            unexpected: 0,
        })
    }

    pub(crate) fn sum(tallies: &[Self]) -> Result<Self> {
        let mut all = Self::new()?;
        for tally in tallies {
            all.latencies.add(&tally.latencies)?;
            all.bytes += tally.bytes;
            all.unexpected += tally.unexpected;
        }
        Ok(all)
    }

    pub(crate) fn note(&mut self, is_expected: bool, latency: Duration, bytes: usize) {
        if is_expected {
            let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(MAX_NANOSECONDS);
            self.latencies.saturating_record(nanoseconds.max(1));
            self.bytes += bytes as u64;
        } else {
            self.unexpected += 1;
        }
    }

    pub(crate) fn summary(&self, took: Duration) -> Result<Summary> {
        let responses = self.latencies.len();
        if self.unexpected > 0 || responses == 0 {
            bail!("{responses} responses as expected, {} not", self.unexpected);
        }
        Ok(Summary {
            responses,
            per_second: per_second(responses, took),
            bytes_per_response: self.bytes / responses,
            p50_microseconds: self.microseconds(0.5),
            p99_microseconds: self.microseconds(0.99),
        })
    }

    #[expect(clippy::float_arithmetic, reason = "not money")]
    fn microseconds(&self, quantile: f64) -> f64 {
        let latency = Duration::from_nanos(self.latencies.value_at_quantile(quantile));
        latency.as_secs_f64() * 1e6
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    reason = "a count below 2^52"
)]
fn per_second(responses: u64, took: Duration) -> f64 {
    responses as f64 / took.as_secs_f64()
}
