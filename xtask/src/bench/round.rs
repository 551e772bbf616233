//! One load on one server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use payments_bench::Summary;
use serde::Serialize;

use super::Bench;
use super::machine::{Ticks, cpu_ticks};
use crate::command::output;

/// A clock tick is a hundredth of a second (proc(5), `USER_HZ`).
const TICK_MICROSECONDS: f64 = 10_000.0;

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Round {
    #[serde(flatten)]
    pub(crate) summary: Summary,
    /// Processor time per response of the server, without its databases, and of the load.
    server_cpu_microseconds: f64,
    load_cpu_microseconds: f64,
    /// The share of the machine's time that its host gave to others.
    pub(crate) steal_percent: f64,
}

/// A server under load.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) pid: u32,
}

/// The requests of a load; `{}` in the path or the headers is replaced by a key.
#[derive(Clone)]
pub(crate) struct Requests {
    pub(crate) path: String,
    pub(crate) headers: Vec<String>,
    /// A file with one key per line.
    pub(crate) keys: PathBuf,
    /// The expected status.
    pub(crate) status: u16,
}

pub(crate) struct Load<'a> {
    pub(crate) lasts: Duration,
    pub(crate) answers: Option<u64>,
    /// Requests per second; as many as the server answers if `None`.
    pub(crate) rate: Option<u32>,
    /// The processors that the load runs on.
    pub(crate) processors: Option<&'a str>,
}

impl Load<'_> {
    pub(crate) const fn lasting(lasts: Duration) -> Self {
        Self {
            lasts,
            answers: None,
            rate: None,
            processors: None,
        }
    }
}

impl Bench {
    /// A command that runs a program on some processors only.
    pub(crate) fn on_processors(program: &std::path::Path, processors: &str) -> Command {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", processors]).arg(program);
        command
    }

    /// Loads a server from another process.
    ///
    /// # Errors
    /// The server cannot be reached, or a response is not the expected one.
    pub(crate) fn load(
        &self,
        target: Target,
        requests: &Requests,
        load: &Load<'_>,
    ) -> Result<Round> {
        let mut command = match load.processors {
            Some(processors) => Self::on_processors(&self.bench, processors),
            None => Command::new(&self.bench),
        };
        command.args(["load", "--address", &target.address.to_string()]);
        command.args([
            "--path",
            &requests.path,
            "--status",
            &requests.status.to_string(),
        ]);
        command.args(["--milliseconds", &load.lasts.as_millis().to_string()]);
        command.arg("--keys").arg(&requests.keys);
        for header in &requests.headers {
            command.args(["--header", header]);
        }
        if let Some(answers) = load.answers {
            command.args(["--answers", &answers.to_string()]);
        }
        if let Some(rate) = load.rate {
            command.args(["--rate", &rate.to_string()]);
        }
        measured(command, target.pid)
    }
}

/// Runs a process that loads a server, and reads what it cost both.
///
/// # Errors
/// The process fails, or prints no summary.
#[expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a time"
)]
pub(crate) fn measured(command: Command, server: u32) -> Result<Round> {
    let (before, server_before) = (Ticks::now()?, cpu_ticks(server)?);
    let said = output(command)?;
    let server_ticks = cpu_ticks(server)? - server_before;
    let steal_percent = Ticks::now()?.steal_percent_since(&before);
    let summary: Summary = serde_json::from_str(&said).context("the load printed no summary")?;
    let per_answer = |ticks: u64| ticks as f64 * TICK_MICROSECONDS / summary.answers as f64;
    Ok(Round {
        server_cpu_microseconds: per_answer(server_ticks),
        load_cpu_microseconds: per_answer(summary.cpu_ticks),
        steal_percent,
        summary,
    })
}
