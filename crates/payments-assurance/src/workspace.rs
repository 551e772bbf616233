//! The workspace whose promises are proven, and the programs that are run in it.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::NamedTempFile;

/// The workspace's folder.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_path_buf()
}

/// Runs a program in a folder, and returns its standard output.
///
/// # Errors
/// If it cannot be started or fails; the error has what it wrote.
pub fn output(folder: &Path, program: &str, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments);
    finish(&mut command)
}

/// Runs a command to its end, and returns its standard output.
///
/// # Errors
/// If it cannot be started or fails; the error has what it wrote.
pub fn finish(command: &mut Command) -> Result<String> {
    let line = command_line(command);
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("cannot start `{line}`"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (written, errors) = (text(&output.stdout), text(&output.stderr));
    ensure!(
        output.status.success(),
        "`{line}`: {}\n{written}{errors}",
        output.status
    );
    Ok(written)
}

/// The command as one types it.
pub fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

/// Replaces a file as a whole: whoever reads it, even after a crash, finds the old text or the new one.
///
/// # Errors
/// If it cannot be written.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().context("a file is in a folder")?;
    let written = NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        Ok(file.persist(path)?)
    });
    written.with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}
