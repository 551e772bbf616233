//! What the providers' adapters are tested against: official clients, an independent Stripe, a mock server and a
//! published `OpenAPI` document, all from npm and `PyPI`.
//!
//! The tests of `payments-gateways` read the folder from the environment. Where a registry cannot be reached they read
//! the reason instead and count as skipped.

use anyhow::{Context, Result};

use crate::command::workspace_root;
use crate::pinned;

/// Installs what is missing. Returns the variable that tells the tests about it.
pub(crate) fn variable() -> (&'static str, String) {
    match installed() {
        Ok(folder) => ("PAYMENTS_TEST_THIRD_PARTIES", folder),
        Err(error) => ("PAYMENTS_TEST_THIRD_PARTIES_MISSING", format!("{error:#}")),
    }
}

fn installed() -> Result<String> {
    pinned::node("xtask/third_parties/node", "third-parties/node")?;
    pinned::python("xtask/third_parties/python", "third-parties/python")?;
    let folder = workspace_root().join("target/third-parties");
    Ok(folder
        .to_str()
        .context("the workspace's path is not UTF-8")?
        .to_owned())
}
