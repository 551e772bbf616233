//! Where the servers' programs are, and how they come onto the machine.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::debian;

/// Programs that come together.
pub(crate) struct Suite {
    /// As a person says it.
    name: &'static str,
    programs: &'static [&'static str],
    /// With blanks between several.
    debian_packages: &'static str,
    /// What else would do, beginning with a comma.
    instead: &'static str,
    /// Arguments with which the first program says by its exit code whether it is good enough; none: it is.
    trial: &'static [&'static str],
}

/// What to do on a machine where servers are not to be installed.
const SERVERS_INSTEAD: &str =
    ", or name running servers in PAYMENTS_TEST_… (see `cargo xtask services --help`)";

/// The book's blocks are run with it.
pub(crate) const CURL: Suite = Suite {
    name: "curl",
    programs: &["curl"],
    debian_packages: "curl",
    instead: "",
    trial: &[],
};

/// For the book's blocks and the TypeScript client.
pub(crate) const NODE: Suite = Suite {
    name: "Node.js 18 or later with npm",
    programs: &["node", "npm"],
    debian_packages: "npm",
    instead: "",
    trial: &["-e", "fetch"],
};

/// For the journeys through the demo store. Without any font, texts would have no size.
pub(crate) const BROWSER: Suite = Suite {
    name: "Chromium with its driver",
    programs: &["chromium", "chromedriver"],
    debian_packages: "chromium chromium-driver fonts-dejavu-core",
    instead: "",
    trial: &[],
};

/// The proxies of `deploy/`, with which the service is tried.
pub(crate) const FRONT_PROXIES: [Suite; 2] = [
    Suite {
        name: "nginx",
        programs: &["nginx"],
        debian_packages: "nginx-light",
        instead: "",
        trial: &[],
    },
    Suite {
        name: "Caddy",
        programs: &["caddy"],
        debian_packages: "caddy",
        instead: "",
        trial: &[],
    },
];

/// For the Python client.
pub(crate) const PYTHON: Suite = Suite {
    name: "Python 3.10 or later with venv",
    programs: &["python3"],
    debian_packages: "python3-venv",
    instead: "",
    // Debian splits the standard library.
    trial: &[
        "-c",
        "import ensurepip, sys, venv; assert sys.version_info >= (3, 10)",
    ],
};

/// Counts instructions.
pub(crate) const VALGRIND: Suite = Suite {
    name: "Valgrind with Callgrind",
    programs: &["valgrind", "callgrind_annotate"],
    debian_packages: "valgrind",
    instead: "",
    trial: &[],
};

pub(super) const POSTGRES: Suite = Suite {
    name: "PostgreSQL",
    programs: &["initdb", "postgres", "pg_isready", "psql"],
    debian_packages: "postgresql",
    instead: SERVERS_INSTEAD,
    trial: &[],
};

pub(super) const REDIS: Suite = Suite {
    name: "Redis",
    programs: &["redis-server", "redis-cli"],
    debian_packages: "redis-server",
    instead: SERVERS_INSTEAD,
    trial: &[],
};

/// Folders of systems that do not put a server's programs on the path; `*` is a version.
const USUAL_PLACES: [&str; 5] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/sbin",
];

impl Suite {
    /// The folder that has all of the programs; they are installed if this process may do that.
    ///
    /// # Errors
    /// They are not there and cannot be installed: in one line what to install.
    pub(crate) fn folder(&self) -> Result<PathBuf> {
        if let Some(folder) = self.find() {
            return Ok(folder);
        }
        if debian::can_install() {
            debian::install(self.debian_packages)?;
            if let Some(folder) = self.find() {
                return Ok(folder);
            }
        }
        bail!(
            "{} is needed for the tests and is not there: install it (Debian: `apt-get install {}`){}",
            self.name,
            self.debian_packages,
            self.instead
        )
    }

    fn find(&self) -> Option<PathBuf> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the path is where programs are looked for"
        )]
        let path = std::env::var_os("PATH").unwrap_or_default();
        candidates(&path).find(|folder| self.is_in(folder) && self.passes_trial(folder))
    }

    fn passes_trial(&self, folder: &Path) -> bool {
        let Some(first) = self.programs.first().filter(|_| !self.trial.is_empty()) else {
            return true;
        };
        let outcome = Command::new(folder.join(first))
            .args(self.trial)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        outcome.is_ok_and(|status| status.success())
    }

    /// All from one folder, or the versions could differ.
    fn is_in(&self, folder: &Path) -> bool {
        self.programs
            .iter()
            .all(|program| folder.join(program).is_file())
    }
}

fn candidates(path: &OsStr) -> impl Iterator<Item = PathBuf> {
    let on_path: Vec<PathBuf> = std::env::split_paths(path).collect();
    on_path
        .into_iter()
        .chain(USUAL_PLACES.iter().flat_map(|place| expand(place)))
}

/// The folders that a pattern with at most one `*` stands for, the newest version first.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else {
        return vec![PathBuf::from(pattern)];
    };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let versions = names.filter_map(|name| Some(name.strip_prefix(prefix)?.to_owned()));
    newest_first(versions.collect())
        .into_iter()
        .map(|version| PathBuf::from(format!("{before}{version}{after}")))
        .collect()
}

fn newest_first(mut versions: Vec<String>) -> Vec<String> {
    let number = |version: &String| version.parse::<u32>().unwrap_or(0);
    versions.sort_by_key(|version| std::cmp::Reverse(number(version)));
    versions
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{REDIS, expand, newest_first};

    #[test]
    fn version_15_is_newer_than_9() {
        let versions = ["9", "15", "14"].map(str::to_owned);
        assert_eq!(newest_first(versions.to_vec()), ["15", "14", "9"]);
    }

    #[test]
    fn a_folder_without_a_star_stands_for_itself() {
        assert_eq!(expand("/usr/sbin"), [PathBuf::from("/usr/sbin")]);
        assert!(expand("/no-such-folder/*/bin").is_empty());
    }

    #[test]
    fn a_star_stands_for_every_folder_with_the_prefix() {
        let place = tempfile::tempdir().unwrap();
        for name in ["pgsql-9", "pgsql-16", "mysql-8"] {
            std::fs::create_dir(place.path().join(name)).unwrap();
        }
        let pattern = format!("{}/pgsql-*/bin", place.path().display());
        let found = ["pgsql-16/bin", "pgsql-9/bin"].map(|folder| place.path().join(folder));
        assert_eq!(expand(&pattern), found);
    }

    #[test]
    fn a_folder_with_some_of_the_programs_is_passed_over() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("redis-cli"), "").unwrap();
        assert!(!REDIS.is_in(place.path()));
        std::fs::write(place.path().join("redis-server"), "").unwrap();
        assert!(REDIS.is_in(place.path()) && !REDIS.is_in(Path::new("/no-such-folder")));
    }
}
