//! What the kernel knows about a process and its connections.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, setrlimit};

/// Lets this process, and those that it starts, open as many files as they may.
pub(super) fn open_many_files() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    Ok(setrlimit(Resource::Nofile, raised)?)
}

/// The memory of a process in KiB: now, and at most so far.
pub(super) fn memory(process: Pid) -> Result<(u64, u64)> {
    let path = format!("/proc/{}/status", process.as_raw_nonzero());
    let status = std::fs::read_to_string(path)?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.with_context(|| format!("no {name}"))
    };
    Ok((field("VmRSS:")?, field("VmHWM:")?))
}

/// The connections that a server has on an IPv4 address.
pub(super) fn connections(server: SocketAddr) -> Result<usize> {
    const ESTABLISHED: &str = "01";
    let port = format!(":{:04X}", server.port());
    let table = std::fs::read_to_string("/proc/net/tcp")?;
    let is_open = |line: &&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        matches!(words.as_slice(), [_, local, _, ESTABLISHED, ..] if local.ends_with(&port))
    };
    Ok(table.lines().filter(is_open).count())
}
