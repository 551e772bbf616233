//! A process of the `payments` program.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::log::Log;

/// Names the program, if it is not next to the proofs.
const PROGRAM: &str = "ASSURANCE_PROGRAM";

/// How long a process may take to start or to end on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running process; killed on drop.
pub struct Process {
    child: Child,
    /// Its address, such as `http://127.0.0.1:12345`.
    pub url: String,
    /// What it writes.
    pub log: Arc<Log>,
}

/// A process that ended by itself.
pub struct Ended {
    /// How.
    pub status: ExitStatus,
    /// What it wrote.
    pub lines: Vec<String>,
}

impl Process {
    /// Starts a process in a folder, with these environment variables, and waits until it listens.
    pub(super) async fn start(
        folder: &Path,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Self> {
        let program = program()?;
        let mut command = Command::new(&program);
        command.current_dir(folder).arg("serve").envs(variables);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let started = command.stderr(Stdio::piped()).spawn();
        let mut child = started.with_context(|| program.display().to_string())?;
        let log = Log::of(child.stderr.take().context("no standard error")?);
        let mut process = Self {
            child,
            url: String::new(),
            log: Arc::clone(&log),
        };
        let port = log.find(PATIENCE, port).await?;
        process.url = format!("http://127.0.0.1:{port}");
        Ok(process)
    }

    /// The id of the process.
    ///
    /// # Errors
    /// It is no id.
    pub fn id(&self) -> Result<Pid> {
        let id = i32::try_from(self.child.id())?;
        Pid::from_raw(id).context("a process id")
    }

    /// Ends the process at once, with whatever it is doing (`kill -9`), and waits for that.
    ///
    /// # Errors
    /// The operating system refuses it.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks the process to end (SIGTERM).
    ///
    /// # Errors
    /// The process has ended before.
    pub fn terminate(&self) -> Result<()> {
        Ok(kill_process(self.id()?, Signal::TERM)?)
    }

    /// Waits for the end of the process.
    ///
    /// # Errors
    /// It does not end in time.
    pub async fn ended(mut self) -> Result<Ended> {
        let step = Duration::from_millis(10);
        let mut waited = Duration::ZERO;
        loop {
            if let Some(status) = self.child.try_wait()? {
                let lines = self.log.lines();
                return Ok(Ended { status, lines });
            }
            ensure!(waited < PATIENCE, "a process does not end");
            tokio::time::sleep(step).await;
            waited += step;
        }
    }

    /// Asks the process to end, and checks that it ends cleanly.
    ///
    /// # Errors
    /// It ends in another way, or not in time.
    pub async fn stop(self) -> Result<()> {
        self.terminate()?;
        let Ended { status, lines } = self.ended().await?;
        ensure!(status.success(), "{status}: {}", lines.join("\n"));
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs a command of the program to its end, which must have one of these exit codes. Returns the code, and what it
/// prints.
pub(super) async fn command(
    folder: &Path,
    arguments: &[&str],
    variables: Vec<(String, String)>,
    codes: &[i32],
) -> Result<(i32, String)> {
    let mut command = Command::new(program()?);
    command
        .current_dir(folder)
        .args(arguments)
        .envs(variables)
        .stdin(Stdio::null());
    let name = format!("payments {}", arguments.join(" "));
    let ended = tokio::task::spawn_blocking(move || command.output()).await?;
    let output = ended.with_context(|| name.clone())?;
    let [said, errors] = [&output.stdout, &output.stderr].map(|one| String::from_utf8_lossy(one));
    let code = output.status.code().filter(|code| codes.contains(code));
    let code = code.with_context(|| format!("{name}: {}: {said}{errors}", output.status))?;
    Ok((code, said.into_owned()))
}

/// The port in the line that says that the program listens.
fn port(line: &str) -> Option<u64> {
    let line: Value = serde_json::from_str(line).ok()?;
    line["port"].as_u64()
}

/// The environment variable of a setting: `PAYMENTS__HTTP__BIND` for `http.bind`.
pub(super) fn variable(key: &str) -> String {
    format!("PAYMENTS__{}", key.replace('.', "__").to_uppercase())
}

/// The program that the same build made, or the one that is named.
fn program() -> Result<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the program's path is read"
    )]
    let named = std::env::var_os(PROGRAM);
    if let Some(named) = named {
        return Ok(named.into());
    }
    let own = std::env::current_exe()?;
    let mut places = own
        .ancestors()
        .skip(1)
        .take(2)
        .map(|one| one.join("payments"));
    let found = places.find(|place| place.is_file());
    found.with_context(|| {
        format!(
            "no program `payments` near {}: name it in {PROGRAM}",
            own.display()
        )
    })
}
