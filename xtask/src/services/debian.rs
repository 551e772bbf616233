//! Installing a package on a Debian machine, without starting what is in it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{program, succeed};

/// Asked by every package before it starts or stops a system service.
const POLICY: &str = "/usr/sbin/policy-rc.d";
/// "Action forbidden by policy."
const FORBID: &str = "#!/bin/sh\nexit 101\n";

/// Whether this process is root's on a Debian or a system made from it.
pub(super) fn can_install() -> bool {
    let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    is_root && Path::new("/etc/debian_version").is_file()
}

/// Installs packages, named with blanks between them.
///
/// # Errors
/// One cannot be had or not be installed.
pub(super) fn install(packages: &str) -> Result<()> {
    println!("installing {packages}, which the tests need");
    let _policy = Forbidding::begin()?;
    succeed(apt_get(&["update", "--quiet=2"]))?;
    let mut install = apt_get(&["install", "--yes", "--quiet=2", "--no-install-recommends"]);
    install.args(packages.split(' '));
    succeed(install).with_context(|| format!("{packages} cannot be installed"))
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = program("apt-get", arguments);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// While it lives, no package starts a service.
struct Forbidding {
    is_ours: bool,
}

impl Forbidding {
    fn begin() -> Result<Self> {
        let policy = Path::new(POLICY);
        // Somebody's own policy stands, as it does in most containers.
        if policy.exists() {
            return Ok(Self { is_ours: false });
        }
        let forbidding = Self { is_ours: true };
        fs::write(policy, FORBID).with_context(|| format!("{POLICY} cannot be written"))?;
        fs::set_permissions(policy, fs::Permissions::from_mode(0o755))?;
        Ok(forbidding)
    }
}

impl Drop for Forbidding {
    fn drop(&mut self) {
        if self.is_ours {
            let _ = fs::remove_file(POLICY);
        }
    }
}
