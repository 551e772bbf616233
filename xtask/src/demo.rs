//! `cargo xtask run`: the service with its demo store.

use anyhow::Result;

use crate::command::{cargo, delete_folder, succeed, workspace_root};

/// The demo store's settings besides the defaults.
const SETTINGS: &str = "config/demo.toml";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Delete the demo store's data (the folder `var`) first.
    #[arg(long)]
    fresh: bool,
    /// Build without optimizations, which takes less time.
    #[arg(long)]
    debug: bool,
    /// Arguments of the `payments` program.
    #[arg(last = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    if options.fresh {
        delete_folder(&workspace_root().join("var"))?;
    }
    let mut command = cargo(&["run", "--package", "payments-http", "--bin", "payments"]);
    if !options.debug {
        command.arg("--release");
    }
    command.args(["--", "--config", SETTINGS]);
    command.args(&options.arguments);
    succeed(command)
}
