//! `cargo xtask book`: the documentation as a site.

use std::process::Stdio;

use anyhow::{Result, bail};

use crate::command::{program, succeed};

/// Builds the documentation as a site in `target/book`, with mdBook.
#[derive(clap::Args)]
pub(crate) struct Options {}

pub(crate) fn run(_: &Options) -> Result<()> {
    let mut version = program("mdbook", &["--version"]);
    if !version
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        bail!("mdBook is needed to build the site: `cargo install mdbook --locked`");
    }
    succeed(program("mdbook", &["build", "docs"]))?;
    println!("target/book/index.html");
    Ok(())
}
