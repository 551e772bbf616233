//! Where and when a run takes place: what an auditor needs to repeat it.

use std::fs;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::SystemTime;

use anyhow::Result;
use chrono::{DateTime, Utc};

use crate::document;
use crate::mutation::judged;
use crate::progress;
use crate::workspace::output;

/// The circumstances of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The day (UTC) on which it started.
    pub date: String,
    /// The commit, and whether files differ from it.
    pub revision: String,
    /// The command as one types it.
    pub command: String,
    /// Processors, memory, kernel and compiler.
    pub machine: String,
}

impl Origin {
    /// Of a run of the workspace in `root` that starts now.
    ///
    /// # Errors
    /// If git or the compiler cannot be asked.
    pub fn now(root: &Path, arguments: &[String]) -> Result<Self> {
        Ok(Self {
            date: today(),
            revision: revision(root)?,
            command: format!("cargo xtask assure {}", arguments.join(" ")),
            machine: machine(root)?,
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a run is recorded with its date; nothing that is tested reads it"
)]
fn today() -> String {
    let now = DateTime::<Utc>::from(SystemTime::now());
    now.format("%Y-%m-%d").to_string()
}

/// What a run writes itself is no difference.
fn revision(root: &Path) -> Result<String> {
    let commit = output(root, "git", &["rev-parse", "--short=12", "HEAD"])?;
    let written = [progress::FILE, judged::FILE, document::FILE];
    let excluded = written.map(|file| format!(":!{file}"));
    let mut status = vec!["status", "--porcelain", "--", "."];
    status.extend(excluded.iter().map(String::as_str));
    let is_clean = output(root, "git", &status)?.trim().is_empty();
    let suffix = if is_clean { "" } else { " with changes" };
    Ok(format!("{}{suffix}", commit.trim()))
}

fn machine(root: &Path) -> Result<String> {
    let processors = available_parallelism()?.get();
    let model = field("/proc/cpuinfo", "model name").unwrap_or_default();
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_default();
    let kibibytes = memory.trim_end_matches(" kB").parse::<u64>().unwrap_or(0);
    let gibibytes = kibibytes.div_ceil(1024 * 1024);
    let kernel = output(root, "uname", &["-sr"])?;
    let compiler = output(root, "rustc", &["--version"])?;
    let compiler: Vec<_> = compiler.split_whitespace().take(2).collect();
    Ok(format!(
        "{processors} processors ({model}), {gibibytes} GiB of memory, {}, {}",
        kernel.trim(),
        compiler.join(" ")
    ))
}

/// The first value of a name in a file of proc(5).
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::Origin;
    use crate::workspace::root;

    #[test]
    fn a_run_names_its_day_commit_command_and_machine() {
        let arguments = ["--long".to_owned(), "--minutes=5".to_owned()];
        let origin = Origin::now(&root(), &arguments).unwrap();
        assert_eq!(origin.date.len(), 10);
        assert!(origin.revision.len() >= 12);
        assert_eq!(origin.command, "cargo xtask assure --long --minutes=5");
        assert!(origin.machine.contains("rustc 1."), "{}", origin.machine);
    }
}
