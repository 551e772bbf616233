//! The files of the project.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::command::{output, program, workspace_root};

/// The path of every file below a folder that is tracked by git, or untracked and not ignored.
pub(crate) fn paths_below(folder: &str) -> Result<Vec<String>> {
    let arguments = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        folder,
    ];
    let listing = output(program("git", &arguments))?;
    let root = workspace_root();
    let paths = listing.split('\0').filter(|path| !path.is_empty());
    // A deleted file is listed until the deletion is committed.
    let present = paths.filter(|path| root.join(path).is_file());
    Ok(present.map(str::to_owned).collect())
}

/// Fails if a file differs from the last commit.
pub(crate) fn ensure_committed() -> Result<()> {
    let changed = output(program("git", &["status", "--porcelain"]))?;
    ensure!(changed.is_empty(), "commit first:\n{changed}");
    Ok(())
}

/// Every file of the project.
pub(crate) fn project_files() -> Result<Vec<ProjectFile>> {
    let root = workspace_root();
    let paths = paths_below(".")?;
    let files = paths.into_iter().map(|path| {
        let bytes = fs::read(root.join(&path)).with_context(|| format!("cannot read {path}"))?;
        Ok(ProjectFile {
            path,
            size_bytes: bytes.len(),
            text: String::from_utf8(bytes).ok(),
        })
    });
    files.collect()
}

pub(crate) struct ProjectFile {
    pub(crate) path: String,
    pub(crate) size_bytes: usize,
    /// `None` when the file is not UTF-8.
    pub(crate) text: Option<String>,
}

#[cfg(test)]
impl ProjectFile {
    pub(crate) fn of_text(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            size_bytes: text.len(),
            text: Some(text.to_owned()),
        }
    }
}

/// The text files whose path starts with `folder` and ends with `extension`.
pub(crate) fn text_files<'a>(
    files: &'a [ProjectFile],
    folder: &'a str,
    extension: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let files = files
        .iter()
        .filter_map(|file| Some((&*file.path, file.text.as_deref()?)));
    files.filter(move |(path, _)| path.starts_with(folder) && path.ends_with(extension))
}

/// A file's text; empty when there is no such file.
pub(crate) fn text<'a>(files: &'a [ProjectFile], path: &str) -> &'a str {
    let file = files.iter().find(|file| file.path == path);
    file.and_then(|file| file.text.as_deref())
        .unwrap_or_default()
}
