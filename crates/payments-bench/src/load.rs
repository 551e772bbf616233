//! The load: who asks, how often, and for how long.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::requests::{Asked, Requests};
use crate::tally::Summary;
use crate::{closed_loop, open_loop};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where the server listens: an address of the loopback interface.
    #[arg(long)]
    address: SocketAddr,
    #[command(flatten)]
    requests: Asked,
    /// Connections that are kept alive; each has one request under way.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// When to stop.
    #[arg(long)]
    milliseconds: u64,
    /// So many answers are enough.
    #[arg(long, default_value_t = u64::MAX)]
    answers: u64,
    /// Ask so many times in a second, whether or not the server keeps up; else as soon as an answer is there.
    #[arg(long)]
    rate: Option<u32>,
    /// The status that every answer must have.
    #[arg(long, default_value_t = 200)]
    status: u16,
}

/// What a loop needs to know.
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Requests,
    pub(crate) connections: usize,
    pub(crate) lasts: Duration,
    pub(crate) answers: u64,
    pub(crate) status: u16,
}

/// # Errors
/// The address is of another machine, the server cannot be reached, or an answer is not the expected one.
pub(crate) fn run(options: &Options) -> Result<Summary> {
    if !options.address.ip().is_loopback() {
        bail!("{} is not of this machine", options.address);
    }
    let target = Target {
        address: options.address,
        requests: Requests::read(&options.requests)?,
        connections: options.connections,
        lasts: Duration::from_millis(options.milliseconds),
        answers: options.answers,
        status: options.status,
    };
    match options.rate {
        Some(rate) => open_loop::run(&target, rate),
        None => closed_loop::run(target),
    }
}
