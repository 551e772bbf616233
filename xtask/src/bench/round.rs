//! One round: one load on one server.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "times and rates are no money"
)]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::machine::{self, Steal};
use crate::command::output;

/// A clock tick is a hundredth of a second (proc(5), `USER_HZ`).
const TICK_MICROSECONDS: f64 = 10_000.0;

/// What a round gave.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Round {
    pub(crate) answers: u64,
    pub(crate) seconds: f64,
    pub(crate) per_second: f64,
    pub(crate) bytes_per_answer: u64,
    pub(crate) p50_microseconds: f64,
    pub(crate) p99_microseconds: f64,
    pub(crate) p999_microseconds: f64,
    pub(crate) max_microseconds: f64,
    /// Processor time per answer: of the server, without its databases, and of the load.
    pub(crate) server_cpu_microseconds: f64,
    pub(crate) load_cpu_microseconds: f64,
    /// How much of the machine's time its host gave to others.
    pub(crate) steal_percent: f64,
}

/// What the load process says.
#[derive(Deserialize)]
struct Summary {
    answers: u64,
    seconds: f64,
    per_second: f64,
    bytes_per_answer: u64,
    p50_microseconds: f64,
    p99_microseconds: f64,
    p999_microseconds: f64,
    max_microseconds: f64,
    cpu_ticks: u64,
}

/// A server under load.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) pid: u32,
}

/// What is asked of a server.
#[derive(Clone)]
pub(crate) struct Question {
    /// `{}` stands for a key.
    pub(crate) path: String,
    /// Lines; `{}` stands for a key.
    pub(crate) headers: Vec<String>,
    /// A file with a key in each line.
    pub(crate) keys: PathBuf,
    pub(crate) status: u16,
}

/// How it is asked.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) lasts: Duration,
    pub(crate) connections: usize,
    /// So many answers are enough.
    pub(crate) answers: Option<u64>,
    /// So many in a second, whether or not the server keeps up; else as fast as it can.
    pub(crate) rate: Option<u32>,
}

impl Load {
    /// As fast as the server can, on the connections of a busy proxy.
    pub(crate) const fn lasting(lasts: Duration) -> Self {
        Self {
            lasts,
            connections: 32,
            answers: None,
            rate: None,
        }
    }
}

/// Asks the server from another process.
///
/// # Errors
/// The server cannot be reached or answers something else than expected.
pub(crate) fn load(
    program: &Path,
    target: Target,
    question: &Question,
    load: Load,
) -> Result<Round> {
    load_by(Command::new(program), target, question, load)
}

/// The same, by the load's program however it is started.
///
/// # Errors
/// As of [`load`].
pub(crate) fn load_by(
    mut command: Command,
    target: Target,
    question: &Question,
    load: Load,
) -> Result<Round> {
    command
        .args(["load", "--address", &target.address.to_string()])
        .args(["--path", &question.path])
        .args(["--status", &question.status.to_string()])
        .args(["--connections", &load.connections.to_string()])
        .args(["--milliseconds", &load.lasts.as_millis().to_string()])
        .arg("--keys")
        .arg(&question.keys);
    for header in &question.headers {
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

/// Runs a process that loads a server, and sees what it cost both.
///
/// # Errors
/// It fails, or does not say what was answered.
pub(crate) fn measured(command: Command, server: u32) -> Result<Round> {
    let steal = Steal::begin()?;
    let before = machine::cpu_ticks(server)?;
    let said = output(command)?;
    let server_ticks = machine::cpu_ticks(server)? - before;
    let steal_percent = steal.percent()?;
    let summary: Summary = serde_json::from_str(&said).context("the load said something else")?;
    let each = |ticks: u64| ticks as f64 * TICK_MICROSECONDS / summary.answers as f64;
    Ok(Round {
        answers: summary.answers,
        seconds: summary.seconds,
        per_second: summary.per_second,
        bytes_per_answer: summary.bytes_per_answer,
        p50_microseconds: summary.p50_microseconds,
        p99_microseconds: summary.p99_microseconds,
        p999_microseconds: summary.p999_microseconds,
        max_microseconds: summary.max_microseconds,
        server_cpu_microseconds: each(server_ticks),
        load_cpu_microseconds: each(summary.cpu_ticks),
        steal_percent,
    })
}
