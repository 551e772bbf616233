//! A copy of the workspace's files, in which mutants are made: a killed run never leaves a mutant in the sources.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::planted;
use crate::workspace::output;

/// Makes the copy equal to the workspace, with what is planted. Files that are equal already are left alone, so that cargo
/// does not compile them again.
pub(super) fn copy(root: &Path, tree: &Path) -> Result<()> {
    let mut files = files(root)?;
    planted::add(&mut files)?;
    fs::create_dir_all(tree)?;
    delete_others(tree, tree, &files)?;
    for (path, wanted) in files {
        let path = tree.join(path);
        if fs::read(&path).is_ok_and(|present| present == wanted) {
            continue;
        }
        let folder = path.parent().context("a file is in a folder")?;
        fs::create_dir_all(folder)?;
        fs::write(&path, wanted).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// By the path in the workspace.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// What is tracked by git, or untracked and not ignored.
fn files(root: &Path) -> Result<Files> {
    let list = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let paths = output(root, "git", &list)?;
    let paths = paths.split_terminator('\0').map(PathBuf::from);
    // A deleted file is listed until the deletion is committed.
    let present = paths.filter(|path| root.join(path).is_file());
    let read = |path: PathBuf| Ok((path.clone(), fs::read(root.join(path))?));
    present.map(read).collect()
}

/// Deletes what the tests of a mutant wrote.
fn delete_others(tree: &Path, folder: &Path, files: &Files) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            delete_others(tree, &path, files)?;
        } else if !files.contains_key(path.strip_prefix(tree)?) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::copy;
    use crate::workspace::root;

    #[test]
    fn a_mutant_and_what_its_tests_wrote_are_gone_from_the_next_copy() {
        let folder = TempDir::new().unwrap();
        let money = folder.path().join("crates/payments-core/src/money.rs");
        let written = folder.path().join("crates/payments-core/regressions.txt");
        copy(&root(), folder.path()).unwrap();
        let original = fs::read(&money).unwrap();
        fs::write(&money, "mutant").unwrap();
        fs::write(&written, "").unwrap();
        copy(&root(), folder.path()).unwrap();
        assert_eq!(fs::read(&money).unwrap(), original);
        assert!(!written.exists());
        let modified = || fs::metadata(&money).unwrap().modified().unwrap();
        let before = modified();
        copy(&root(), folder.path()).unwrap();
        assert_eq!(modified(), before, "cargo would compile it again");
    }
}
