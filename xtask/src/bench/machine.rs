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
