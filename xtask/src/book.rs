//! `cargo xtask book`: the documentation as a site.

use anyhow::{Result, ensure};

use crate::command::{is_installed, program, succeed};

pub(crate) fn run() -> Result<()> {
    ensure!(
        is_installed("mdbook"),
        "mdBook is needed to build the site: `cargo install mdbook --locked`"
    );
    succeed(program("mdbook", &["build", "docs"]))?;
    println!("target/book/index.html");
    Ok(())
}
