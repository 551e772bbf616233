//! `compose.yaml`: two processes with one PostgreSQL and one Redis.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::command::{cargo, command_line, program, succeed};
use crate::pinned;
use crate::test::Tally;

use super::container::KEYS;
use super::engine::{Engine, Kind};
use super::network::Network;

/// Not the project of a trial on the same machine.
const PROJECT: &str = "payments-xtask";
const PROJECT_LABEL: &str = "label=com.docker.compose.project=payments-xtask";
const STORES: [&str; 2] = ["postgres", "redis"];
const PROCESSES: [&str; 2] = ["one", "other"];
const URLS: &str = "http://127.0.0.1:8080,http://127.0.0.1:8081";
const PASSWORDS: [&str; 4] = [
    "POSTGRES_PASSWORD",
    "PAYMENTS_OWNER_PASSWORD",
    "PAYMENTS_DATABASE_PASSWORD",
    "PAYMENTS_REDIS_PASSWORD",
];
/// The test that kills a process.
const KILL: &str = "when_one_is_killed";

struct Compose<'a> {
    engine: &'a Engine,
    program: PathBuf,
    /// Options before the command.
    options: Vec<String>,
}

/// Starts everything, runs the tests of two processes against it, and removes it.
pub(super) fn check(engine: &Engine, network: Network, folder: &Path, keep: bool) -> Result<()> {
    let compose = Compose::new(engine, network, folder)?;
    compose.up()?;
    println!(
        "ok     compose.yaml: PostgreSQL, Redis, the migration and two processes; all are healthy"
    );
    compose.run_tests()?;
    println!("ok     the tests of two processes");
    if keep {
        println!(
            "       still running: {URLS}; `{}` removes it",
            compose.line(&["down", "--volumes"])
        );
        std::mem::forget(compose);
        return Ok(());
    }
    compose.remove();
    let left = compose.left()?;
    ensure!(left.is_empty(), "it left {left:?}");
    println!("ok     removed, with its volumes and networks");
    Ok(())
}

impl<'a> Compose<'a> {
    fn new(engine: &'a Engine, network: Network, folder: &Path) -> Result<Self> {
        let mut options = Vec::new();
        let environment = folder.join("compose.env");
        fs::write(&environment, secrets())?;
        options.push(format!("--project-name={PROJECT}"));
        options.push(format!("--env-file={}", environment.display()));
        let mut files = vec!["compose.yaml"];
        if let Some(quiet) = engine.quiet() {
            options.push(format!("--podman-args={quiet}"));
        }
        let program = match engine.kind {
            Kind::Docker => {
                options.insert(0, "compose".to_owned());
                PathBuf::from("docker")
            }
            Kind::Podman => {
                files.push("xtask/image/podman.yaml");
                pinned::python("xtask/image/compose", "image/compose")?.join("podman-compose")
            }
        };
        if network == Network::Host {
            files.push("xtask/image/host-network.yaml");
        }
        options.extend(files.iter().map(|file| format!("--file={file}")));
        Ok(Self {
            engine,
            program,
            options,
        })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(&self.program.to_string_lossy(), &[]);
        command.args(&self.options).args(arguments);
        self.engine.within(command)
    }

    fn line(&self, arguments: &[&str]) -> String {
        command_line(&self.command(arguments))
    }

    /// One step after the other: Compose for Podman before 4.6 does not wait for health checks.
    fn up(&self) -> Result<()> {
        self.remove();
        let up = ["up", "--detach", "--no-build"];
        succeed(self.command(&[&up[..], &STORES].concat()))?;
        for store in STORES {
            self.engine.wait_until_healthy(&self.container(store)?)?;
        }
        succeed(self.command(&["run", "--rm", "migrate"]))?;
        succeed(self.command(&[&up[..], &PROCESSES].concat()))?;
        for process in PROCESSES {
            self.engine.wait_until_healthy(&self.container(process)?)?;
        }
        Ok(())
    }

    fn run_tests(&self) -> Result<()> {
        self.test(&["servers::two_processes", "--skip", KILL])?;
        // Last, because it leaves one process.
        self.test(&[KILL])
    }

    fn test(&self, filter: &[&str]) -> Result<()> {
        let mut test = cargo(&[
            "test",
            "--quiet",
            "--package=payments-http",
            "--all-features",
        ]);
        test.args(["--test=on_servers", "--", "--test-threads=1"]);
        test.args(filter);
        let kill = [
            self.engine.program(),
            "kill",
            &self.container(PROCESSES[0])?,
        ]
        .join(" ");
        test.env("PAYMENTS_TEST_PROCESSES", URLS);
        test.env("PAYMENTS_TEST_KILL", kill);
        let (tally, passed) = Tally::of(self.engine.within(test))?;
        ensure!(passed, "the tests failed");
        // A test may have another name.
        ensure!(tally.passed > 0, "no test is named {filter:?}");
        Ok(())
    }

    /// The id of a service's container.
    fn container(&self, service: &str) -> Result<String> {
        let service = format!("label=com.docker.compose.service={service}");
        let list = [
            "ps",
            "--all",
            "--quiet",
            "--filter",
            PROJECT_LABEL,
            "--filter",
            &service,
        ];
        let ids = self.engine.output(&list)?;
        let id = ids.lines().next();
        id.map(str::to_owned)
            .with_context(|| format!("no container with {service}"))
    }

    fn remove(&self) {
        // What restarts again and again cannot be stopped by Compose.
        let containers = self
            .engine
            .output(&["ps", "--all", "--quiet", "--filter", PROJECT_LABEL]);
        for container in containers.unwrap_or_default().lines() {
            self.engine.remove(container);
        }
        let mut down = self.command(&["down", "--volumes"]);
        // It reports what is not there.
        let _ = down.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }

    /// The containers, volumes and networks of the project.
    fn left(&self) -> Result<Vec<String>> {
        let mut left = Vec::new();
        for list in [&["ps", "--all"][..], &["volume", "ls"], &["network", "ls"]] {
            let filter = ["--quiet", "--filter", PROJECT_LABEL];
            let ids = self.engine.output(&[list, &filter].concat())?;
            left.extend(ids.lines().map(str::to_owned));
        }
        Ok(left)
    }
}

impl Drop for Compose<'_> {
    fn drop(&mut self) {
        self.remove();
    }
}

/// They protect nothing: the ports are on the loopback interface, and all is deleted afterwards.
fn secrets() -> String {
    let mut text = String::new();
    for name in PASSWORDS {
        let _ = writeln!(text, "{name}=throw-away");
    }
    for (name, key) in KEYS {
        let _ = writeln!(text, "{name}={key}");
    }
    text
}
