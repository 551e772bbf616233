//! A demo store for the clients' journeys.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};
use tempfile::TempDir;

/// A running service with its data in a temporary folder; dropping it ends and deletes both.
pub(super) struct Demo {
    process: Child,
    /// Kept open: the service writes to it.
    _output: BufReader<ChildStdout>,
    url: String,
    _folder: TempDir,
}

impl Demo {
    /// # Errors
    /// The program cannot be started, or ends before it listens.
    pub(super) fn start(payments: &Path) -> Result<Self> {
        let folder = TempDir::new().context("no temporary folder")?;
        let mut process = Command::new(payments)
            .current_dir(folder.path())
            .env("PAYMENTS__HTTP__BIND", "127.0.0.1:0")
            .env("PAYMENTS__LOG__FILTER", "error")
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", payments.display()))?;
        let output = process.stdout.take().context("the service has no output")?;
        let mut output = BufReader::new(output);
        let mut lines = output.by_ref().lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.split_once("http://")?.1.to_owned()));
        let address = address.context("the service does not say where it listens")?;
        let address = address.split([' ', '/']).next().unwrap_or_default();
        Ok(Self {
            process,
            _output: output,
            url: format!("http://{address}"),
            _folder: folder,
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
