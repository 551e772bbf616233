//! What the operating system says about the machine and its processes (proc(5)).

use std::fs;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Where figures come from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) processors: usize,
}

impl Machine {
    /// # Errors
    /// The system does not say how many processors there are.
    pub(crate) fn of_this() -> Result<Self> {
        let processors = std::thread::available_parallelism()?.get();
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpuinfo
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let processor = model.map_or("unknown", |(_, name)| name).to_owned();
        Ok(Self {
            processor,
            processors,
        })
    }
}

/// The time that the machine's host gave to others, from a moment on.
pub(crate) struct Steal(Ticks);

#[derive(Clone, Copy)]
struct Ticks {
    stolen: u64,
    all: u64,
}

impl Steal {
    /// # Errors
    /// The system does not count it.
    pub(crate) fn begin() -> Result<Self> {
        Ok(Self(Ticks::read(&fs::read_to_string("/proc/stat")?)?))
    }

    /// Of all processors' time since the beginning.
    ///
    /// # Errors
    /// The system does not count it.
    pub(crate) fn percent(&self) -> Result<f64> {
        let now = Ticks::read(&fs::read_to_string("/proc/stat")?)?;
        Ok(percent(now.stolen - self.0.stolen, now.all - self.0.all))
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    reason = "a share, no money"
)]
fn percent(part: u64, whole: u64) -> f64 {
    part as f64 * 100.0 / (whole.max(1)) as f64
}

impl Ticks {
    /// `cpu user nice system idle iowait irq softirq steal …`
    fn read(stat: &str) -> Result<Self> {
        let line = stat.lines().next().unwrap_or_default();
        let counts = line.split_whitespace().skip(1).take(8);
        let counts: Vec<u64> = counts.filter_map(|count| count.parse().ok()).collect();
        let stolen = *counts.get(7).context("/proc/stat counts no stolen time")?;
        Ok(Self {
            stolen,
            all: counts.iter().sum(),
        })
    }
}

/// User's and system's time of a process and of those it has started, in hundredths of a second.
///
/// # Errors
/// There is no such process.
pub(crate) fn cpu_ticks(pid: u32) -> Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))
        .with_context(|| format!("process {pid} is gone"))?;
    // The name, in parentheses, may hold anything.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields = after_name.split_whitespace().skip(11).take(2);
    let own: u64 = fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    let pids = children
        .split_whitespace()
        .filter_map(|pid| pid.parse().ok());
    // One that has just ended is none.
    Ok(own + pids.filter_map(|pid| cpu_ticks(pid).ok()).sum::<u64>())
}

/// Memory of a process that is in memory, in megabytes of 10⁶ bytes.
///
/// # Errors
/// There is no such process.
pub(crate) fn resident_megabytes(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))
        .with_context(|| format!("process {pid} is gone"))?;
    megabytes(&status).context("the system does not say how much memory a process has")
}

#[expect(clippy::float_arithmetic, reason = "a size, no money")]
fn megabytes(status: &str) -> Option<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u32 = line.split_whitespace().next()?.parse().ok()?;
    Some(f64::from(kibibytes) * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::{Ticks, megabytes, percent};

    #[test]
    fn stolen_time_is_the_eighth_count() {
        let ticks = Ticks::read("cpu  10 20 30 40 50 60 70 80 90 100\ncpu0 1 1\n").unwrap();
        assert_eq!((ticks.stolen, ticks.all), (80, 360));
        assert!(Ticks::read("cpu  10 20 30 40\n").is_err());
        assert!((percent(80, 360) - 22.2).abs() < 0.1);
    }

    #[test]
    fn memory_is_counted_in_kibibytes() {
        let megabytes = megabytes("Name: x\nVmRSS:\t   50000 kB\n").unwrap();
        assert!((megabytes - 51.2).abs() < 1e-9);
    }
}
