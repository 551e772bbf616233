//! One load on one server.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use payments_bench::Summary;

use super::Bench;
use crate::command::output;

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
    pub(crate) fn on_processors(program: &Path, processors: &str) -> Command {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", processors]).arg(program);
        command
    }

    /// Loads a server from another process.
    pub(crate) fn load(
        &self,
        address: SocketAddr,
        requests: &Requests,
        load: &Load<'_>,
    ) -> Result<Summary> {
        let mut command = match load.processors {
            Some(processors) => Self::on_processors(&self.beside, processors),
            None => Command::new(&self.beside),
        };
        command.args(["load", "--address", &address.to_string()]);
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
        summary(command)
    }
}

/// Runs a process that loads a server.
pub(crate) fn summary(command: Command) -> Result<Summary> {
    serde_json::from_str(&output(command)?).context("the load printed no summary")
}
