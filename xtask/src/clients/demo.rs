//! A demo store for the clients' journeys.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};
use tempfile::TempDir;

/// A running service with its data in a temporary folder. Dropped, both are gone.
pub(super) struct Demo {
    process: Child,
    /// Kept open, or the service would write into nothing.
    _said: BufReader<ChildStdout>,
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
            .with_context(|| format!("{} cannot be started", payments.display()))?;
        let said = process.stdout.take().context("the service has no output")?;
        let mut said = BufReader::new(said);
        let url = said
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find_map(|line| Some(format!("http://{}", line.split_once("http://")?.1)))
            .context("the service does not say where it listens")?;
        let end = url.find(' ').unwrap_or(url.len());
        Ok(Self {
            process,
            _said: said,
            url: url[..end].trim_end_matches('/').to_owned(),
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
