//! A started server program on a port of the loopback interface; dropping it ends it.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use payments_bench::http::{Client, Response};
use rustix::process::{Pid, Signal, kill_process};

use crate::command::spawn;
use crate::services::port::free_ports;
use crate::services::wait::{pause, wait_for};

const TIMEOUT: Duration = Duration::from_mins(2);
const STOP_TIMEOUT_SECONDS: u64 = 10;
const INTERVAL: Duration = Duration::from_millis(1);

pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    since: Instant,
}

impl Server {
    /// Starts a program on a free port, which `command` gets.
    pub(crate) fn start(
        log: &Path,
        command: impl FnOnce(SocketAddr) -> Result<Command>,
    ) -> Result<Self> {
        let [port] = free_ports()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let log = File::create(log)?;
        let mut command = command(address)?;
        command.stdin(Stdio::null());
        command.stdout(log.try_clone()?).stderr(log);
        let since = now();
        Ok(Self {
            child: spawn(&mut command)?,
            address,
            since,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Polls until the response is the wanted one. Returns the time since the start, and the response.
    pub(crate) fn wait_for(
        &mut self,
        path: &str,
        is_wanted: impl Fn(&Response) -> bool,
    ) -> Result<(Duration, Response)> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended ({status})");
            }
            match Client::new(self.address).send("GET", path, &[], "") {
                Ok(response) if is_wanted(&response) => {
                    return Ok((self.since.elapsed(), response));
                }
                _ if self.since.elapsed() > TIMEOUT => bail!("{path}: timeout"),
                _ => pause(INTERVAL),
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let has_ended = wait_for(STOP_TIMEOUT_SECONDS, || {
            Ok(self.child.try_wait()?.is_some())
        });
        if !has_ended.unwrap_or(false) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
