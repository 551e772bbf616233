//! The programs that the tests need: where they are, and how they are installed on Debian.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use anyhow::{Context, Result};

use crate::command::{program, succeed};

/// Programs of one package.
pub(crate) struct Suite {
    name: &'static str,
    programs: &'static [&'static str],
    /// Package names, separated by blanks.
    debian_packages: &'static str,
    /// Arguments of the first program; it succeeds if it is recent and complete enough. Empty: not run.
    trial: &'static [&'static str],
}

const fn suite(
    name: &'static str,
    programs: &'static [&'static str],
    debian_packages: &'static str,
) -> Suite {
    Suite {
        name,
        programs,
        debian_packages,
        trial: &[],
    }
}

/// Runs the book's shell blocks.
pub(crate) const CURL: Suite = suite("curl", &["curl"], "curl");
/// For the book's blocks, the TypeScript client and Next.js.
pub(crate) const NODE: Suite = Suite {
    trial: &["-e", "fetch"],
    ..suite("Node.js 18 or later with npm", &["node", "npm"], "npm")
};
/// For the browser tests.
pub(crate) const BROWSER: Suite = suite(
    "Chromium's headless shell with its driver",
    &["chromium-headless-shell", "chromedriver"],
    "chromium-headless-shell chromium-driver",
);
/// The only fonts of the browser tests (`tests/browser/fonts.conf`).
pub(crate) const FONTS: Suite = suite("DejaVu", &["DejaVuSans.ttf"], "fonts-dejavu-core");
/// The proxies whose configuration is in `deploy/`.
pub(crate) const NGINX: Suite = suite("nginx", &["nginx"], "nginx-light");
pub(crate) const CADDY: Suite = suite("Caddy", &["caddy"], "caddy");
/// Debian splits the standard library.
pub(crate) const PYTHON: Suite = Suite {
    trial: &[
        "-c",
        "import ensurepip, sys, venv; assert sys.version_info >= (3, 11)",
    ],
    ..suite(
        "Python 3.11 or later with venv",
        &["python3"],
        "python3-venv",
    )
};
pub(crate) const VALGRIND: Suite = suite("Valgrind", &["valgrind"], "valgrind");
/// Checks the rules in `deploy/prometheus`.
pub(crate) const PROMTOOL: Suite = suite("promtool", &["promtool"], "prometheus");
/// The engine that `cargo xtask image` uses where no Docker daemon responds. catatonit is its `init: true`.
pub(crate) const PODMAN: Suite = suite("Podman", &["podman"], "podman catatonit iptables");
/// Runs containers without systemd.
pub(crate) const RUNC: Suite = suite("runc", &["runc"], "runc");
/// Resolves names in the networks of Podman 4.
pub(crate) const CNI_NAMES: Suite = suite(
    "the CNI plugin dnsname",
    &["dnsname"],
    "golang-github-containernetworking-plugin-dnsname",
);
/// Makes base images that cannot be pulled.
pub(crate) const DEBOOTSTRAP: Suite = suite("debootstrap", &["debootstrap"], "debootstrap");
pub(super) const POSTGRES: Suite = suite(
    "PostgreSQL",
    &["initdb", "postgres", "pg_isready", "psql"],
    "postgresql",
);
pub(crate) const REDIS: Suite = suite("Redis", &["redis-server", "redis-cli"], "redis-server");

impl Suite {
    /// The folder that has all of the programs; they are installed if this process is root's on Debian.
    pub(crate) fn folder(&self) -> Result<PathBuf> {
        if let Some(folder) = self.find() {
            return Ok(folder);
        }
        let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
        if is_root && Path::new("/etc/debian_version").is_file() {
            install(self.debian_packages)?;
        }
        self.find().with_context(|| {
            let (name, packages) = (self.name, self.debian_packages);
            format!(
                "{name} is needed and not installed (Debian: `apt-get install {packages}`); \
                 running servers can be named in PAYMENTS_TEST_… instead"
            )
        })
    }

    /// All from one folder: versions could differ.
    fn find(&self) -> Option<PathBuf> {
        #[expect(
            clippy::disallowed_methods,
            reason = "programs are looked up on the path"
        )]
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = std::env::split_paths(&path).chain(other_folders());
        folders.find(|folder| self.is_in(folder))
    }

    fn is_in(&self, folder: &Path) -> bool {
        let mut programs = self.programs.iter().map(|program| folder.join(program));
        programs.clone().all(|program| program.is_file())
            && (self.trial.is_empty() || programs.next().is_some_and(|it| self.passes_trial(&it)))
    }

    fn passes_trial(&self, program: &Path) -> bool {
        let mut trial = Command::new(program);
        trial.args(self.trial);
        trial.stdout(Stdio::null()).stderr(Stdio::null());
        trial.status().is_ok_and(|status| status.success())
    }
}

/// Debian does not put PostgreSQL's programs on the path. The newest version comes first, then what is only on root's
/// path, plugins and fonts.
fn other_folders() -> Vec<PathBuf> {
    const PARENT: &str = "/usr/lib/postgresql";
    let entries = fs::read_dir(PARENT).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut versions: Vec<u32> = names.filter_map(|name| name.parse().ok()).collect();
    versions.sort_unstable_by_key(|version| std::cmp::Reverse(*version));
    let folders = versions
        .iter()
        .map(|version| format!("{PARENT}/{version}/bin"));
    let others = [
        "/usr/sbin",
        "/usr/lib/cni",
        "/usr/share/fonts/truetype/dejavu",
    ];
    let folders = folders.chain(others.map(str::to_owned));
    folders.map(PathBuf::from).collect()
}

/// Asked by every package before it starts a system service; 101 forbids it (invoke-rc.d(8)).
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Installs Debian packages without starting their services.
fn install(packages: &str) -> Result<()> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock();
    println!("installing {packages}");
    let policy = Path::new(POLICY);
    // Most containers have a policy of their own.
    let is_ours = !policy.exists();
    if is_ours {
        fs::write(policy, "#!/bin/sh\nexit 101\n")?;
        fs::set_permissions(policy, fs::Permissions::from_mode(0o755))?;
    }
    let apt_get = |arguments: &[&str]| {
        let mut command = program("apt-get", arguments);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        succeed(command)
    };
    let mut arguments = vec!["install", "--yes", "--quiet=2", "--no-install-recommends"];
    arguments.extend(packages.split(' '));
    let outcome = apt_get(&["update", "--quiet=2"]).and_then(|()| apt_get(&arguments));
    if is_ours {
        fs::remove_file(policy)?;
    }
    outcome.with_context(|| format!("cannot install {packages}"))
}

#[cfg(test)]
mod tests {
    use super::REDIS;

    #[test]
    fn a_folder_with_some_of_the_programs_is_skipped() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("redis-cli"), "").unwrap();
        assert!(!REDIS.is_in(folder.path()));
        std::fs::write(folder.path().join("redis-server"), "").unwrap();
        assert!(REDIS.is_in(folder.path()));
    }
}
