//! The files of the project, as version control sees them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::command::{output, program, workspace_root};

/// Every file that is tracked, or would be if it were added now.
///
/// # Errors
/// The folder is not a git repository, or a file cannot be read.
pub(crate) fn project_files() -> Result<Vec<ProjectFile>> {
    let listing = output(program(
        "git",
        &[
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
    ))?;
    let root = workspace_root();
    let paths = listing.split('\0').filter(|path| !path.is_empty());
    // A file that was deleted and not yet committed as such is still listed.
    let present = paths.filter(|path| root.join(path).is_file());
    present.map(|path| ProjectFile::read(&root, path)).collect()
}

/// A file of the project, text or not.
pub(crate) struct ProjectFile {
    pub(crate) path: String,
    pub(crate) size_bytes: usize,
    /// `None` when the file is not UTF-8.
    pub(crate) text: Option<String>,
}

impl ProjectFile {
    fn read(root: &Path, path: &str) -> Result<Self> {
        let bytes = fs::read(root.join(path)).with_context(|| format!("{path} cannot be read"))?;
        Ok(Self {
            path: path.to_owned(),
            size_bytes: bytes.len(),
            text: String::from_utf8(bytes).ok(),
        })
    }
}

/// The text files whose path starts with `folder/` and ends with `extension`.
pub(crate) fn text_files<'a>(
    files: &'a [ProjectFile],
    folder: &'a str,
    extension: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    files
        .iter()
        .filter(move |file| file.path.starts_with(folder) && file.path.ends_with(extension))
        .filter_map(|file| Some((&*file.path, file.text.as_deref()?)))
}
