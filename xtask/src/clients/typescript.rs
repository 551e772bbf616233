//! TypeScript: the types compile under `strict`, and a journey that uses them runs.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::{in_words, installed, lay_out};
use crate::command::{program, succeed};

const PINS: &str = "package-lock.json";

/// # Errors
/// The generator cannot be installed, its types do not compile, or the journey ends badly.
pub(super) fn check(folder: &Path, description: &Path, url: &str) -> Result<()> {
    if lay_out(folder, "typescript", PINS)? {
        let arguments = [
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ];
        succeed(within(folder, "npm", &arguments))?;
        installed(folder, PINS)?;
    }
    let description = in_words(description)?;
    let generator = "node_modules/openapi-typescript/bin/cli.js";
    let generate = [generator, description, "--output", "payments.d.ts"];
    succeed(within(folder, "node", &generate))?;
    let compiler = "node_modules/typescript/bin/tsc";
    succeed(within(folder, "node", &[compiler, "--project", "."]))?;
    succeed(within(folder, "node", &["compiled/journey.js", url]))
}

fn within(folder: &Path, name: &str, arguments: &[&str]) -> Command {
    let mut command = program(name, arguments);
    command.current_dir(folder);
    command
}
