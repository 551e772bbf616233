//! What the operating system reports about the machine and its processes (proc(5)).

use std::fs;
use std::thread::available_parallelism;

use anyhow::{Context, Result};

pub(crate) fn description() -> Result<String> {
    let processors = available_parallelism()?.get();
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut names = cpuinfo
        .lines()
        .filter_map(|line| line.strip_prefix("model name"));
    let name = names.next().and_then(|name| Some(name.split_once(": ")?.1));
    Ok(format!(
        "{processors} processors ({})",
        name.unwrap_or("unknown")
    ))
}

/// The lists of processors (taskset(1)) for the load and for the server. `None` on a machine with one processor.
pub(crate) fn separate_processors() -> Result<Option<(String, String)>> {
    let last = available_parallelism()?.get() - 1;
    Ok((last > 0).then(|| ("0".to_owned(), format!("1-{last}"))))
}

/// Processor time of the machine, in clock ticks.
pub(crate) struct Ticks {
    stolen: u64,
    all: u64,
}

impl Ticks {
    pub(crate) fn now() -> Result<Self> {
        Self::parse(&fs::read_to_string("/proc/stat")?)
    }

    /// `cpu user nice system idle iowait irq softirq steal …`
    fn parse(stat: &str) -> Result<Self> {
        let counts = stat
            .lines()
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .skip(1)
            .take(8);
        let counts: Vec<u64> = counts.filter_map(|count| count.parse().ok()).collect();
        let stolen = *counts.get(7).context("/proc/stat has no steal time")?;
        Ok(Self {
            stolen,
            all: counts.iter().sum(),
        })
    }

    /// The share that the host gave to other machines since then.
    #[expect(
        clippy::cast_precision_loss,
        clippy::float_arithmetic,
        reason = "a share of time"
    )]
    pub(crate) fn steal_percent_since(&self, before: &Self) -> f64 {
        let all = (self.all - before.all).max(1);
        (self.stolen - before.stolen) as f64 * 100.0 / all as f64
    }
}

/// User and system time of a process and its children, in clock ticks.
pub(crate) fn cpu_ticks(pid: u32) -> Result<u64> {
    let own = payments_bench::cpu_ticks(&pid.to_string())?;
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    let pids = children
        .split_whitespace()
        .filter_map(|pid| pid.parse().ok());
    // A child that has just ended counts as zero.
    Ok(own + pids.filter_map(|pid| cpu_ticks(pid).ok()).sum::<u64>())
}

/// Resident memory of a process, in megabytes of 10⁶ bytes.
#[expect(clippy::float_arithmetic, reason = "a size")]
pub(crate) fn resident_megabytes(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kibibytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
    let kibibytes: u32 = kibibytes.context("no VmRSS")?.parse()?;
    Ok(f64::from(kibibytes) * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::Ticks;

    #[test]
    fn steal_time_is_the_eighth_count() {
        let parse = |eighth| Ticks::parse(&format!("cpu  1 1 1 1 1 1 1 {eighth} 90\ncpu0 1\n"));
        let (before, after) = (parse(0).unwrap(), parse(100).unwrap());
        assert!((after.steal_percent_since(&before) - 100.0).abs() < 1e-9);
        assert!(Ticks::parse("cpu  10 20 30 40\n").is_err());
    }
}
