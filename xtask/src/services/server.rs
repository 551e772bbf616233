//! One server process.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::Child;
use std::sync::Arc;

use anyhow::{Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::command::spawn;

use super::wait::wait_for;
use super::workdir::Workdir;

const READY_TIMEOUT_SECONDS: u64 = 60;
const STOP_TIMEOUT_SECONDS: u64 = 10;

/// How a server is started, and started again.
pub(super) struct Recipe {
    /// Also the name of its log.
    pub(super) name: String,
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<String>,
    pub(super) port: u16,
}

/// A server in the shared folder; dropping it stops it.
pub(super) struct Server {
    recipe: Recipe,
    workdir: Arc<Workdir>,
    child: Option<Child>,
}

impl Server {
    pub(super) fn start(workdir: &Arc<Workdir>, recipe: Recipe) -> Result<Self> {
        let mut server = Self {
            recipe,
            workdir: Arc::clone(workdir),
            child: None,
        };
        server.spawn()?;
        Ok(server)
    }

    pub(super) fn name(&self) -> &str {
        &self.recipe.name
    }

    /// Starts the server if it does not run, and waits until it listens.
    ///
    /// Retries: after [`Server::kill`] PostgreSQL's own processes lock its data for a moment.
    pub(super) fn start_again(&mut self) -> Result<()> {
        let is_up = wait_for(READY_TIMEOUT_SECONDS, || {
            if !self.is_running()? {
                self.spawn()?;
            }
            Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, self.recipe.port)).is_ok())
        })?;
        if !is_up {
            bail!("{} does not listen: {}", self.recipe.name, self.log_tail());
        }
        Ok(())
    }

    fn is_running(&mut self) -> Result<bool> {
        let status = self.child.as_mut().map(Child::try_wait).transpose()?;
        Ok(matches!(status, Some(None)))
    }

    fn spawn(&mut self) -> Result<()> {
        let mut log = File::options();
        let log = log.create(true).append(true).open(self.log_path())?;
        let mut command = self.workdir.command(&self.recipe.program);
        command.args(&self.recipe.arguments);
        command.stdout(log.try_clone()?).stderr(log);
        let child = spawn(&mut command)?;
        let pid_file = self.workdir.pid_file(&self.recipe.name);
        fs::write(pid_file, format!("{}\n", child.id()))?;
        self.child = Some(child);
        Ok(())
    }

    /// Polls until `is_ready` returns true.
    pub(super) fn wait_until_ready(
        &mut self,
        mut is_ready: impl FnMut() -> Result<bool>,
    ) -> Result<()> {
        let is_ready = wait_for(READY_TIMEOUT_SECONDS, || {
            if !self.is_running()? {
                bail!("{} ended: {}", self.recipe.name, self.log_tail());
            }
            is_ready()
        })?;
        if !is_ready {
            bail!("{} is not ready: {}", self.recipe.name, self.log_tail());
        }
        Ok(())
    }

    /// Ends the server, cutting its connections, and waits until it has ended.
    pub(super) fn stop(&mut self) -> Result<()> {
        self.resume()?;
        if let Some(mut child) = self.child.take() {
            // PostgreSQL's fast shutdown; Redis handles it like SIGTERM.
            signal(&child, Signal::INT)?;
            if !wait_for(STOP_TIMEOUT_SECONDS, || Ok(child.try_wait()?.is_some()))? {
                child.kill()?;
            }
            self.ended(child)?;
        }
        Ok(())
    }

    /// Ends the server by SIGKILL.
    pub(super) fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            self.ended(child)?;
        }
        Ok(())
    }

    fn ended(&self, mut child: Child) -> Result<()> {
        child.wait()?;
        Ok(fs::remove_file(self.workdir.pid_file(&self.recipe.name))?)
    }

    /// Makes the server hang: connections stay open and nothing is answered.
    pub(super) fn pause(&self) -> Result<()> {
        self.signal_all(Signal::STOP)
    }

    pub(super) fn resume(&self) -> Result<()> {
        self.signal_all(Signal::CONT)
    }

    /// Also signals its child processes: each of PostgreSQL's is in its own process group.
    fn signal_all(&self, kind: Signal) -> Result<()> {
        let Some(child) = &self.child else {
            return Ok(());
        };
        signal(child, kind)?;
        let pid = child.id();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let children = children.unwrap_or_default();
        let children = children.split_whitespace();
        for pid in children.filter_map(|pid| Pid::from_raw(pid.parse().ok()?)) {
            // A process that has just ended needs no signal.
            let _ = kill_process(pid, kind);
        }
        Ok(())
    }

    fn log_path(&self) -> PathBuf {
        let name = format!("{}.log", self.recipe.name);
        self.workdir.folder().join(name)
    }

    fn log_tail(&self) -> String {
        const LINES: usize = 8;
        let log = fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n    ")
    }
}

fn signal(child: &Child, kind: Signal) -> Result<()> {
    Ok(kill_process(Pid::from_child(child), kind)?)
}

impl Drop for Server {
    fn drop(&mut self) {
        // What cannot be stopped here, the folder's guard ends.
        let _ = self.stop();
    }
}
