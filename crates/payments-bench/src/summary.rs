use std::fs;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// The result of one load on one server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it all")]
pub struct Summary {
    pub answers: u64,
    pub seconds: f64,
    pub per_second: f64,
    pub bytes_per_answer: u64,
    pub p50_microseconds: f64,
    pub p99_microseconds: f64,
    pub p999_microseconds: f64,
    pub max_microseconds: f64,
    /// The load's own processor time.
    pub cpu_ticks: u64,
}

/// User and system time of a process (proc(5)), in clock ticks of a hundredth of a second. `pid` may be `self`.
///
/// # Errors
/// There is no such process.
pub fn cpu_ticks(pid: &str) -> Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
    let stat = stat.with_context(|| format!("process {pid} has ended"))?;
    // The name, in parentheses, may contain anything.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields = after_name.split_whitespace().skip(11).take(2);
    Ok(fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum())
}
