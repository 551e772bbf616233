//! The container engine of this machine.

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::{output, program, succeed};
use crate::services::programs;
use crate::services::wait::wait_for;

/// Podman's settings where systemd does not run: runc, because crun refuses a mix of both versions of cgroups, cgroups without
/// systemd, and limits that root can set in a container or a small virtual machine.
const WITHOUT_SYSTEMD: &str = r#"[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]

[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
"#;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Docker,
    /// With Buildah in it, as a library.
    Podman,
}

pub(super) struct Engine {
    pub(super) kind: Kind,
    /// A file of settings for Podman.
    settings: Option<PathBuf>,
}

impl Engine {
    pub(super) fn find(folder: &Path) -> Result<Self> {
        // Without a daemon it fails.
        let docker = succeeds(&mut program("docker", &["info"]));
        let kind = choose(docker, || programs::PODMAN.folder().map(drop))?;
        let mut engine = Self {
            kind,
            settings: None,
        };
        if kind == Kind::Podman {
            engine.prepare_podman(folder)?;
        }
        Ok(engine)
    }

    fn prepare_podman(&mut self, folder: &Path) -> Result<()> {
        if !Path::new("/run/systemd/system").exists() {
            programs::RUNC.folder()?;
            let settings = folder.join("containers.conf");
            fs::write(&settings, WITHOUT_SYSTEMD)?;
            self.settings = Some(settings);
        }
        let backend = self.output(&["info", "--format={{.Host.NetworkBackend}}"])?;
        if backend.trim() == "cni" {
            // Without it, containers have a network but cannot find each other by name.
            if let Err(error) = programs::CNI_NAMES.folder() {
                println!("       {error:#}");
            }
        }
        Ok(())
    }

    /// A program that starts this engine itself, in its settings.
    pub(super) fn within(&self, mut command: Command) -> Command {
        if let Some(settings) = &self.settings {
            command.env("CONTAINERS_CONF", settings);
        }
        command
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(self.program(), &[]);
        command.args(self.quiet()).args(arguments);
        self.within(command)
    }

    /// An option against complaints that systemd does not run health checks.
    pub(super) fn quiet(&self) -> Option<&'static str> {
        self.settings.is_some().then_some("--log-level=fatal")
    }

    /// Kills and removes a container, if there is one.
    pub(super) fn remove(&self, container: &str) {
        let mut remove = vec!["rm", "--force", "--volumes"];
        if self.kind == Kind::Podman {
            // Docker does not wait.
            remove.push("--time=0");
        }
        remove.push(container);
        self.succeeds(&remove);
    }

    pub(super) fn program(&self) -> &'static str {
        match self.kind {
            Kind::Docker => "docker",
            Kind::Podman => "podman",
        }
    }

    pub(super) fn succeed(&self, arguments: &[&str]) -> Result<()> {
        succeed(self.command(arguments))
    }

    pub(super) fn output(&self, arguments: &[&str]) -> Result<String> {
        Ok(output(self.command(arguments))?.trim().to_owned())
    }

    /// Whether a command succeeds; its output is discarded.
    pub(super) fn succeeds(&self, arguments: &[&str]) -> bool {
        succeeds(&mut self.command(arguments))
    }

    /// `build` with what the engine needs for the Dockerfile.
    pub(super) fn build(&self) -> Command {
        let mut build = self.command(&["build"]);
        if self.kind == Kind::Podman {
            // OCI's format has no health check.
            build.arg("--format=docker");
        }
        if self.settings.is_some() {
            build.arg("--isolation=chroot");
        }
        build
    }

    /// Whether a container's health check says that it is healthy.
    fn is_healthy(&self, container: &str) -> Result<bool> {
        match self.kind {
            Kind::Docker => Ok(self.health(container)? == "healthy"),
            // Podman runs it at intervals by systemd only.
            Kind::Podman => Ok(self.succeeds(&["healthcheck", "run", container])),
        }
    }

    /// `starting`, `healthy` or `unhealthy`, as Docker knows it.
    fn health(&self, container: &str) -> Result<String> {
        self.output(&["inspect", "--format={{.State.Health.Status}}", container])
    }

    /// Options of `run` with which a container is unhealthy soon, if it is. Docker takes a start period of 0 for none given.
    pub(super) fn impatient(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Docker => &[
                "--health-interval=1s",
                "--health-start-period=1ms",
                "--health-retries=1",
            ],
            Kind::Podman => &[],
        }
    }

    /// Whether the health check of a container that was started with [`Self::impatient`] fails.
    pub(super) fn is_unhealthy(&self, container: &str) -> Result<bool> {
        const TIMEOUT_SECONDS: u64 = 30;
        match self.kind {
            // It starts as `starting`.
            Kind::Docker => wait_for(TIMEOUT_SECONDS, || {
                Ok(self.health(container)? == "unhealthy")
            }),
            Kind::Podman => Ok(!self.is_healthy(container)?),
        }
    }

    pub(super) fn wait_until_healthy(&self, container: &str) -> Result<()> {
        const TIMEOUT_SECONDS: u64 = 60;
        if wait_for(TIMEOUT_SECONDS, || self.is_healthy(container))? {
            return Ok(());
        }
        self.succeed(&["logs", container])?;
        bail!("{container} is not healthy after {TIMEOUT_SECONDS} s")
    }
}

impl Display for Engine {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let version = self.output(&["--version"]).unwrap_or_default();
        formatter.write_str(&version)?;
        if self.settings.is_some() {
            formatter.write_str(" (without systemd: runc, cgroupfs)")?;
        }
        Ok(())
    }
}

/// Docker if its daemon responds, otherwise Podman, which may have to be installed.
fn choose(docker_responds: bool, install_podman: impl FnOnce() -> Result<()>) -> Result<Kind> {
    if docker_responds {
        return Ok(Kind::Docker);
    }
    install_podman().context("no Docker daemon responds")?;
    Ok(Kind::Podman)
}

fn succeeds(command: &mut Command) -> bool {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = silent.stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::{Kind, choose};

    #[test]
    fn podman_is_installed_only_where_no_docker_daemon_responds() {
        let installed = choose(true, || bail!("not asked for"));
        assert_eq!(installed.unwrap(), Kind::Docker);
        assert_eq!(choose(false, || Ok(())).unwrap(), Kind::Podman);
        let error = choose(false, || bail!("no packages")).unwrap_err();
        assert_eq!(
            format!("{error:#}"),
            "no Docker daemon responds: no packages"
        );
    }
}
