//! One server process.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::patience::wait_for;
use super::throw_away::ThrowAway;

const READY_WITHIN_SECONDS: u64 = 60;
const STOPPED_WITHIN_SECONDS: u64 = 10;

/// How a server is started, and started again.
pub(super) struct Recipe {
    /// Also the name of its log.
    pub(super) name: String,
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<String>,
    /// Where it listens.
    pub(super) port: u16,
}

/// A server in its folder. Dropped, it is stopped.
pub(super) struct Server {
    recipe: Recipe,
    ground: Arc<ThrowAway>,
    child: Option<Child>,
}

impl Server {
    /// # Errors
    /// The program cannot be started.
    pub(super) fn start(ground: &Arc<ThrowAway>, recipe: Recipe) -> Result<Self> {
        let mut server = Self {
            recipe,
            ground: Arc::clone(ground),
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
    /// Tried again and again: after [`Server::kill`] PostgreSQL's own processes hold its data for a moment.
    ///
    /// # Errors
    /// The program cannot be started, or does not listen in time; with the last lines of its log.
    pub(super) fn start_again(&mut self) -> Result<()> {
        let is_up = wait_for(READY_WITHIN_SECONDS, || {
            if !self.is_running()? {
                self.spawn()?;
            }
            Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, self.recipe.port)).is_ok())
        })?;
        if !is_up {
            bail!(
                "{} does not listen: {}",
                self.recipe.name,
                self.last_words()
            );
        }
        Ok(())
    }

    fn is_running(&mut self) -> Result<bool> {
        let Some(child) = &mut self.child else {
            return Ok(false);
        };
        if child.try_wait()?.is_none() {
            return Ok(true);
        }
        self.ground.forget(child.id());
        self.child = None;
        Ok(false)
    }

    fn spawn(&mut self) -> Result<()> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())?;
        let mut command = self.ground.command(&self.recipe.program);
        command
            .args(&self.recipe.arguments)
            .stdout(log.try_clone()?)
            .stderr(log);
        let said = crate::command::spoken(&command);
        let child = command
            .spawn()
            .with_context(|| format!("`{said}` cannot be started"))?;
        self.ground.watch(child.id());
        self.child = Some(child);
        Ok(())
    }

    /// Asks until the server says that it is ready.
    ///
    /// # Errors
    /// It ended, or was not ready in time; with the last lines of its log.
    pub(super) fn wait_until_ready(&mut self, mut ask: impl FnMut() -> Result<bool>) -> Result<()> {
        let is_ready = wait_for(READY_WITHIN_SECONDS, || {
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait()?
            {
                bail!(
                    "{} ended ({status}): {}",
                    self.recipe.name,
                    self.last_words()
                );
            }
            ask()
        })?;
        if !is_ready {
            bail!("{} is not ready: {}", self.recipe.name, self.last_words());
        }
        Ok(())
    }

    /// Asks the server to end (connections are cut), and waits until it has.
    ///
    /// # Errors
    /// The operating system lost the process.
    pub(super) fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        signal_all("CONT", child.id());
        // PostgreSQL's fast shutdown; Redis treats it as SIGTERM.
        self.ground.signal("INT", child.id());
        let has_ended = wait_for(STOPPED_WITHIN_SECONDS, || Ok(child.try_wait()?.is_some()))?;
        if !has_ended {
            child.kill()?;
            child.wait()?;
        }
        self.ground.forget(child.id());
        Ok(())
    }

    /// Ends the server without a chance to say goodbye.
    ///
    /// # Errors
    /// The operating system lost the process.
    pub(super) fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
            self.ground.forget(child.id());
        }
        Ok(())
    }

    /// Lets the server hang: connections stay open and nothing is answered.
    pub(super) fn pause(&self) {
        if let Some(child) = &self.child {
            signal_all("STOP", child.id());
        }
    }

    /// Lets a hanging server go on.
    pub(super) fn resume(&self) {
        if let Some(child) = &self.child {
            signal_all("CONT", child.id());
        }
    }

    fn log_path(&self) -> PathBuf {
        self.ground
            .folder()
            .join(format!("{}.log", self.recipe.name))
    }

    fn last_words(&self) -> String {
        const LINES: usize = 8;
        let log = fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n    ")
    }
}

/// Also to the server's children: each process of PostgreSQL is in a group of its own. Sent when this returns.
fn signal_all(name: &str, pid: u32) {
    let script = concat!(
        include_str!("children.sh"),
        "kill -s \"$1\" \"$2\"\n",
        "for child in $(children_of \"$2\"); do kill -s \"$1\" \"$child\"; done\n"
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh", name, &pid.to_string()]);
    // A process that has ended meanwhile needs no signal.
    let _ = shell.stderr(Stdio::null()).status();
}

impl Drop for Server {
    fn drop(&mut self) {
        // What cannot be stopped here the guard ends.
        let _ = self.stop();
    }
}
