//! The load: which requests, how many, and for how long.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use payments_bench::Summary;

use crate::{closed_loop, open_loop};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The server's address, on the loopback interface.
    #[arg(long)]
    address: SocketAddr,
    /// The path; `{}` is replaced by a key.
    #[arg(long)]
    path: String,
    /// A header line; `{}` is replaced by a key.
    #[arg(long)]
    header: Vec<String>,
    /// File with one key per line; each request takes a random one.
    #[arg(long)]
    keys: PathBuf,
    /// Kept-alive connections, each with one request in flight.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    #[arg(long)]
    milliseconds: u64,
    /// Stop after this many responses.
    #[arg(long, default_value_t = u64::MAX)]
    answers: u64,
    /// Requests per second, whether or not the server keeps up; by default as fast as it responds.
    #[arg(long)]
    rate: Option<u32>,
    /// The expected status.
    #[arg(long, default_value_t = 200)]
    status: u16,
}

/// The target of a loop.
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// Written before the first is sent: only the server is measured.
    requests: Vec<Vec<u8>>,
    pub(crate) connections: usize,
    pub(crate) lasts: Duration,
    pub(crate) answers: u64,
    pub(crate) status: u16,
}

impl Target {
    /// A random request.
    pub(crate) fn request(&self, random: &mut Random) -> &[u8] {
        &self.requests[random.below(self.requests.len())]
    }
}

pub(crate) fn run(options: &Options) -> Result<Summary> {
    if !options.address.ip().is_loopback() {
        bail!("{} is not on this machine", options.address);
    }
    let keys = &options.keys;
    let text = fs::read_to_string(keys);
    let text = text.with_context(|| format!("cannot read {}", keys.display()))?;
    let requests: Vec<_> = text.lines().map(|key| request(options, key)).collect();
    if requests.is_empty() {
        bail!("{} has no keys", keys.display());
    }
    let target = Target {
        address: options.address,
        requests,
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

fn request(options: &Options, key: &str) -> Vec<u8> {
    let mut head = vec![
        format!("GET {} HTTP/1.1", options.path),
        "Host: 127.0.0.1".to_owned(),
    ];
    head.extend(options.header.iter().cloned());
    let request = head.join("\r\n") + "\r\n\r\n";
    request.replace("{}", key).into_bytes()
}

/// Marsaglia's xorshift64: random enough to spread keys, and the same on both sides of a comparison.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn of(connection: usize) -> Self {
        Self(0x9E37_79B9_7F4A_7C15 ^ ((connection as u64 + 1) << 20))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn every_key_is_taken() {
        let mut random = Random::of(3);
        let mut seen = [false; 10];
        for _ in 0..1_000 {
            seen[random.below(10)] = true;
        }
        assert_eq!(seen, [true; 10]);
    }
}
