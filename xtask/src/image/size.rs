//! How large the image is to transfer.

use std::io::{copy, sink};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::command::spawn;

use super::engine::Engine;

const MAX_BYTES: u64 = 60_000_000;

/// The bytes of all layers, compressed by gzip as registries keep them.
pub(super) fn compressed(engine: &Engine, name: &str) -> Result<u64> {
    let mut save = spawn(engine.command(&["save", name]).stdout(Stdio::piped()))?;
    let mut gzip = Command::new("gzip");
    gzip.stdin(save.stdout.take().context("no output")?);
    let mut gzip = spawn(gzip.stdout(Stdio::piped()))?;
    let mut output = gzip.stdout.take().context("no output")?;
    let bytes = copy(&mut output, &mut sink())?;
    let saved = save.wait()?.success() && gzip.wait()?.success();
    ensure!(saved, "cannot save {name}");
    Ok(bytes)
}

/// Fails above the limit.
pub(super) fn checked_megabytes(bytes: u64) -> Result<String> {
    let tenths = bytes.div_ceil(100_000);
    let megabytes = format!("{}.{}", tenths / 10, tenths % 10);
    ensure!(
        bytes <= MAX_BYTES,
        "the image is {megabytes} MB compressed, more than {} MB",
        MAX_BYTES / 1_000_000
    );
    Ok(megabytes)
}

#[cfg(test)]
mod tests {
    use super::checked_megabytes;

    #[test]
    fn sixty_megabytes_are_the_limit() {
        assert_eq!(checked_megabytes(60_000_000).unwrap(), "60.0");
        assert_eq!(checked_megabytes(46_910_000).unwrap(), "47.0");
        let error = checked_megabytes(60_000_001).unwrap_err().to_string();
        assert_eq!(error, "the image is 60.1 MB compressed, more than 60 MB");
    }
}
