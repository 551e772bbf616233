//! The description itself: it is valid, and the service keeps to it whatever is asked.

use std::path::Path;

use anyhow::Result;

use super::{in_words, python};
use crate::command::{program, succeed};

/// # Errors
/// The tools cannot be installed, the description is not valid, or the service answers otherwise than it says.
pub(super) fn check(folder: &Path, description: &Path, url: &str) -> Result<()> {
    let python = python::environment(folder, "description")?;
    let check = folder.join("check.py");
    let arguments = [in_words(&check)?, in_words(description)?, url];
    succeed(program(in_words(&python)?, &arguments))
}
