//! A program that was started to be measured. Dropped, it is gone.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::asking::{self, Answer};
use super::round::Target;
use crate::services::port::free_ports;
use crate::services::wait::wait_for;

const PATIENCE: Duration = Duration::from_mins(2);
const STOPPED_WITHIN_SECONDS: u64 = 10;
const TURN: Duration = Duration::from_millis(1);

/// A server on a port of the loopback interface.
pub(crate) struct Started {
    child: Child,
    address: SocketAddr,
    since: Instant,
}

impl Started {
    /// Starts a program on a free port. `command` gets the address.
    ///
    /// # Errors
    /// There is no free port, or the program cannot be started.
    pub(crate) fn start(log: &Path, command: impl FnOnce(SocketAddr) -> Command) -> Result<Self> {
        let [port] = free_ports()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let log =
            File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
        let mut command = command(address);
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let said = crate::command::spoken(&command);
        let since = now();
        let child = command
            .spawn()
            .with_context(|| format!("`{said}` cannot be started"))?;
        Ok(Self {
            child,
            address,
            since,
        })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn target(&self) -> Target {
        Target {
            address: self.address,
            pid: self.child.id(),
        }
    }

    /// Asks until the answer is the wanted one. How long that was after the start, and the answer.
    ///
    /// # Errors
    /// The program ended, or never answered so.
    pub(crate) fn wait_for(
        &mut self,
        path: &str,
        headers: &[&str],
        is_wanted: impl Fn(&Answer) -> bool,
    ) -> Result<(Duration, Answer)> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended ({status})");
            }
            let answer = asking::get(self.address, path, headers);
            if let Ok(answer) = answer
                && is_wanted(&answer)
            {
                return Ok((self.since.elapsed(), answer));
            }
            if self.since.elapsed() > PATIENCE {
                bail!("{path} is not answered as expected");
            }
            pause();
        }
    }
}

impl Started {
    /// Asks the program to end, as an operator does, and waits until it has. Whether it did in time.
    pub(crate) fn stop(&mut self) -> bool {
        if self.child.try_wait().is_ok_and(|status| status.is_some()) {
            return true;
        }
        let pid = self.child.id().to_string();
        let asked = Command::new("sh")
            .args(["-c", "kill -TERM \"$0\"", &pid])
            .status();
        let has_ended = || Ok(self.child.try_wait()?.is_some());
        asked.is_ok() && wait_for(STOPPED_WITHIN_SECONDS, has_ended).unwrap_or(false)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if !self.stop() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark is about the time that passes"
)]
fn now() -> Instant {
    Instant::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server of another program can only be asked again"
)]
fn pause() {
    std::thread::sleep(TURN);
}
