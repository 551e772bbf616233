//! Running other programs from the workspace's root.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

pub(crate) fn workspace_root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// What `cargo run` sets for this program and ring's build script watches.
const OF_THIS_PACKAGE: [&str; 6] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// Cargo in the environment of a user who types the command: in another one, ring and all that depends on it compile again.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = program("cargo", arguments);
    for name in OF_THIS_PACKAGE {
        command.env_remove(name);
    }
    command
}

/// A command that runs in the workspace's root.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(workspace_root());
    command
}

/// Runs a command; its output goes to the terminal.
pub(crate) fn succeed(mut command: Command) -> Result<()> {
    let line = command_line(&command);
    let status = command.status();
    let status = status.with_context(|| format!("cannot start `{line}`"))?;
    ensure!(status.success(), "`{line}` failed");
    Ok(())
}

pub(crate) fn spawn(command: &mut Command) -> Result<Child> {
    let child = command.spawn();
    child.with_context(|| format!("cannot start `{}`", command_line(command)))
}

/// Runs a command and returns its standard output.
pub(crate) fn output(mut command: Command) -> Result<String> {
    let line = command_line(&command);
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("cannot start `{line}`"))?;
    ensure!(output.status.success(), "`{line}` failed");
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` did not write UTF-8"))
}

/// Runs a command and calls `read` with each line of its standard output. Returns whether it succeeded.
pub(crate) fn read_lines(mut command: Command, mut read: impl FnMut(&str)) -> Result<bool> {
    let line = command_line(&command);
    let mut child = spawn(command.stdout(Stdio::piped()))?;
    let output = child.stdout.take();
    let output = output.with_context(|| format!("`{line}` has no output"))?;
    for line in BufReader::new(output).split(b'\n') {
        read(&String::from_utf8_lossy(&line?));
    }
    let status = child.wait();
    let status = status.with_context(|| format!("cannot wait for `{line}`"))?;
    Ok(status.success())
}

pub(crate) fn target_directory() -> Result<PathBuf> {
    let metadata = output(cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let target = metadata["target_directory"].as_str();
    Ok(PathBuf::from(
        target.context("cargo names no target directory")?,
    ))
}

/// Whether a program can be run.
pub(crate) fn is_installed(name: &str) -> bool {
    let mut version = program(name, &["--version"]);
    let version = version.stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// Deletes a folder unless there is none.
pub(crate) fn delete_folder(path: &Path) -> Result<()> {
    if path.exists() {
        let deleted = fs::remove_dir_all(path);
        deleted.with_context(|| format!("cannot delete {}", path.display()))?;
    }
    Ok(())
}

/// The command as one types it.
pub(crate) fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words.join(" ")
}
