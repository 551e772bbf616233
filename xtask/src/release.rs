//! `cargo xtask release`: the version and the changelog of a release, in one step.

use std::fs;

use anyhow::{Context, Result, bail, ensure};

use crate::command::{cargo, output, program, succeed, workspace_root};
use crate::tree::ensure_committed;

/// Where the version is written, and the line that has it; `{}` is the version. `Cargo.lock` and the manifests follow.
const PLACES: [(&str, &str); 5] = [
    ("Cargo.toml", "\nversion = \"{}\"\n"),
    (
        "Cargo.toml",
        "\npayments-core = { path = \"crates/payments-core\", version = \"{}\" }\n",
    ),
    ("deploy/kubernetes/chart/Chart.yaml", "\nversion: {}\n"),
    ("deploy/kubernetes/chart/Chart.yaml", "\nappVersion: {}\n"),
    ("deploy/kubernetes/kustomization.yaml", "\n    newTag: {}\n"),
];
/// They name the image by its version, which the rendered chart puts there.
const RENDERED: [&str; 2] = [
    "deploy/kubernetes/deployment.yaml",
    "deploy/kubernetes/migration.yaml",
];
const CHANGELOG: &str = "CHANGELOG.md";
const UNRELEASED: &str = "## [Unreleased]\n";

/// Gives the workspace its next version, and the entries of the changelog that are unreleased that version and today's date.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Such as 0.2.0; higher than the present one, unless that was not released yet.
    version: Version,
}

/// Without a pre-release: every version is one that stores can deploy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version([u32; 3]);

impl std::str::FromStr for Version {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts: Vec<u32> = text.split('.').map(str::parse).collect::<Result<_, _>>()?;
        let parts = parts.try_into().ok().context("three numbers: 0.2.0")?;
        let version = Self(parts);
        ensure!(version.to_string() == text, "write it as {version}");
        Ok(version)
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.0;
        write!(out, "{major}.{minor}.{patch}")
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    ensure_committed()?;
    let version = options.version;
    if let Err(error) = change(version) {
        // Everything else is committed.
        let restored = succeed(program("git", &["restore", "."]));
        restored.with_context(|| format!("half of it is changed: {error:#}"))?;
        return Err(error.context("no file was changed"));
    }
    println!("\n{version}: read `git diff`, commit it, and tag it v{version}");
    Ok(())
}

fn change(version: Version) -> Result<()> {
    let present = present()?;
    let date = output(program("date", &["-u", "+%F"]))?;
    edit(CHANGELOG, |text| {
        ensure!(
            follows(version, present, text),
            "the version is {present} already"
        );
        with_release(text, version, date.trim())
    })?;
    for (path, line) in PLACES {
        edit(path, |text| with_version(text, line, present, version))?;
    }
    succeed(cargo(&["update", "--workspace", "--quiet"]))?;
    // Another process, because this program has the version before.
    succeed(cargo(&["xtask", "check", "--deployment", "--bless"]))?;
    // It also succeeds where Helm cannot be installed.
    let image = format!("/payments:{version}\"");
    for path in RENDERED {
        let text = read(path)?;
        ensure!(text.contains(&image), "{path} does not name {image}");
    }
    Ok(())
}

/// Whether a version may be the next release: a higher one than the present one, or that if the changelog does not have it.
fn follows(version: Version, present: Version, changelog: &str) -> bool {
    let is_released = changelog.contains(&format!("\n## [{present}]"));
    version > present || (version == present && !is_released)
}

/// This program's, which is the workspace's.
fn present() -> Result<Version> {
    env!("CARGO_PKG_VERSION").parse()
}

fn edit(path: &str, change: impl FnOnce(&str) -> Result<String>) -> Result<()> {
    let text = change(&read(path)?).with_context(|| path.to_owned())?;
    let written = fs::write(workspace_root().join(path), text);
    written.with_context(|| format!("cannot write {path}"))
}

fn read(path: &str) -> Result<String> {
    let text = fs::read_to_string(workspace_root().join(path));
    text.with_context(|| format!("cannot read {path}"))
}

fn with_version(text: &str, line: &str, present: Version, next: Version) -> Result<String> {
    let [present, next] = [present, next].map(|version| line.replace("{}", &version.to_string()));
    match text.matches(&present).count() {
        1 => Ok(text.replace(&present, &next)),
        count => bail!("{count} lines `{}`", present.trim()),
    }
}

/// Puts the release's heading below that of unreleased changes, which has no entries then.
fn with_release(changelog: &str, version: Version, date: &str) -> Result<String> {
    let (before, after) = changelog
        .split_once(UNRELEASED)
        .with_context(|| format!("no line `{}`", UNRELEASED.trim()))?;
    let unreleased = after.split("\n## [").next().unwrap_or_default();
    ensure!(!unreleased.trim().is_empty(), "nothing is unreleased");
    Ok(format!(
        "{before}{UNRELEASED}\n## [{version}] - {date}\n{after}"
    ))
}

#[cfg(test)]
mod tests {
    use super::{PLACES, RENDERED, Version, follows, present, read, with_release, with_version};

    const FIRST: Version = Version([0, 1, 0]);
    const SECOND: Version = Version([0, 2, 0]);

    #[test]
    fn versions_are_three_numbers_in_order() {
        assert_eq!("0.2.0".parse::<Version>().unwrap(), SECOND);
        for wrong in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "1.2.x",
            "1.2.3-rc1",
            "v1.2.3",
            "01.2.3",
            "+1.2.3",
        ] {
            assert!(wrong.parse::<Version>().is_err(), "{wrong}");
        }
        assert!(Version([0, 10, 0]) > Version([0, 9, 9]));
    }

    #[test]
    fn the_unreleased_entries_become_those_of_the_version() {
        let before =
            "# Changelog\n\n## [Unreleased]\n\n- New.\n\n## [0.1.0] - 2026-01-01\n\n- Old.\n";
        let after = with_release(before, SECOND, "2026-12-01").unwrap();
        assert_eq!(
            after,
            "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n- New.\n\n## [0.1.0] - 2026-01-01\n\n- Old.\n"
        );
        assert!(
            with_release(&after, SECOND, "2026-12-02").is_err(),
            "no entries"
        );
        assert!(with_release("# Changelog\n", SECOND, "2026-12-01").is_err());
    }

    #[test]
    fn every_place_has_the_present_version() {
        let present = present().unwrap();
        for (path, line) in PLACES {
            let text = read(path).unwrap();
            let changed = with_version(&text, line, present, Version([u32::MAX; 3]));
            assert!(changed.is_ok(), "{path}: {changed:?}");
        }
    }

    #[test]
    fn the_rendered_manifests_name_the_present_version() {
        let image = format!("/payments:{}\"", present().unwrap());
        for path in RENDERED {
            assert!(read(path).unwrap().contains(&image), "{path}");
        }
    }

    #[test]
    fn a_version_is_released_once_and_never_after_a_higher_one() {
        let unreleased = "# Changelog\n\n## [Unreleased]\n";
        assert!(follows(SECOND, FIRST, unreleased));
        assert!(follows(FIRST, FIRST, unreleased));
        assert!(!follows(FIRST, SECOND, unreleased));
        let released = "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n";
        assert!(follows(SECOND, FIRST, released));
        assert!(!follows(FIRST, FIRST, released));
    }

    #[test]
    fn a_version_is_changed_in_its_line_alone() {
        let line = "\nversion = \"{}\"\n";
        let text = "[package]\nversion = \"0.1.0\"\nother = { version = \"0.1.0\" }\n";
        let changed = with_version(text, line, FIRST, SECOND).unwrap();
        assert_eq!(
            changed,
            "[package]\nversion = \"0.2.0\"\nother = { version = \"0.1.0\" }\n"
        );
        assert!(with_version(&changed, line, FIRST, SECOND).is_err());
    }
}
