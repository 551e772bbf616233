//! The processor time of the service, PostgreSQL and Redis (proc(5)).

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::bench::fixture::Fixture;
use crate::command::output;
use crate::services::postgres;
use crate::services::programs::REDIS;

/// Nanoseconds of a clock tick: `sysconf(_SC_CLK_TCK)` is 100 on Linux.
const TICK: u64 = 10_000_000;

/// User and system time in nanoseconds since the servers began.
#[derive(Clone, Copy)]
pub(super) struct ProcessorTime {
    pub(super) service: u64,
    pub(super) postgres: u64,
    pub(super) redis: u64,
}

/// A process's own ticks, those of its children that ended, and its parent.
struct Process {
    own: u64,
    of_children: u64,
    parent: u32,
}

fn process(pid: u32) -> Result<Process> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = text.rsplit_once(')').context("no process")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    // Fields 4 and 14 to 17 of the page, of which the first two are cut off.
    let number =
        |place: usize| -> Result<u64> { Ok(fields.get(place).context("too few fields")?.parse()?) };
    Ok(Process {
        own: number(11)? + number(12)?,
        of_children: number(13)? + number(14)?,
        parent: u32::try_from(number(1)?)?,
    })
}

/// PostgreSQL's first process and all that it started.
fn of_postgres(url: &str) -> Result<u64> {
    let data = postgres::query(url, "SHOW data_directory")?;
    let file = fs::read_to_string(format!("{data}/postmaster.pid"))?;
    let first: u32 = file.lines().next().context("no process")?.parse()?;
    let Process {
        own, of_children, ..
    } = process(first)?;
    let mut ticks = own + of_children;
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // One may end meanwhile.
        if let Ok(one) = process(pid)
            && one.parent == first
        {
            ticks += one.own;
        }
    }
    Ok(ticks)
}

/// A figure of Redis's `INFO`.
pub(super) fn redis_info(fixture: &Fixture, name: &str) -> Result<String> {
    let mut command = Command::new(REDIS.folder()?.join("redis-cli"));
    command.args(["-u", &fixture.servers()?.redis, "--no-auth-warning", "INFO"]);
    let text = output(command)?;
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let found = lines.find(|(one, _)| *one == name);
    Ok(found
        .with_context(|| format!("no {name}"))?
        .1
        .trim()
        .to_owned())
}

/// Microseconds of a figure of seconds with six decimals.
fn microseconds(seconds: &str) -> Result<u64> {
    let (whole, fraction) = seconds.split_once('.').context("no decimals")?;
    Ok(whole.parse::<u64>()? * 1_000_000 + format!("{fraction:0<6}")[..6].parse::<u64>()?)
}

impl ProcessorTime {
    pub(super) fn now(fixture: &Fixture) -> Result<Self> {
        let redis = microseconds(&redis_info(fixture, "used_cpu_user")?)?
            + microseconds(&redis_info(fixture, "used_cpu_sys")?)?;
        Ok(Self {
            service: process(fixture.service.pid())?.own * TICK,
            postgres: of_postgres(&fixture.servers()?.database)? * TICK,
            redis: redis * 1_000,
        })
    }

    pub(super) const fn since(self, earlier: Self) -> Self {
        Self {
            service: self.service.saturating_sub(earlier.service),
            postgres: self.postgres.saturating_sub(earlier.postgres),
            redis: self.redis.saturating_sub(earlier.redis),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{microseconds, process};

    #[test]
    fn a_process_has_used_its_time_and_has_a_parent() {
        let this = process(std::process::id()).unwrap();
        assert!(this.parent > 0);
        assert!(process(u32::MAX).is_err());
    }

    #[test]
    fn seconds_are_read_as_microseconds() {
        assert_eq!(microseconds("12.345678").unwrap(), 12_345_678);
        assert_eq!(microseconds("0.5").unwrap(), 500_000);
        assert!(microseconds("12").is_err());
    }
}
