//! PostgreSQL's own programs.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

/// Runs a program from the path, such as `pg_dump`, to its end.
pub(super) async fn program(
    name: &'static str,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Result<()> {
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::null());
    let ended = tokio::task::spawn_blocking(move || command.output()).await?;
    let output = ended.with_context(|| format!("{name} of PostgreSQL is needed on the path"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name}: {errors}");
    Ok(())
}
