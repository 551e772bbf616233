//! What became of each mutant, in a committed file.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use super::tool::Mutant;
use crate::workspace::{output, replace};

/// The file's path in the workspace.
pub const FILE: &str = "crates/payments-assurance/mutants.toml";

const HEAD: &str = "# What became of each mutant: `cargo xtask assure --long --only mutants` writes this file.\n\n";

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A test failed.
    Caught,
    /// Every test passed.
    Missed,
    /// The tests did not end in time.
    Timeout,
    /// It does not compile.
    Unviable,
}

/// The outcomes so far, by source file.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Judged(BTreeMap<String, SourceFile>);

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceFile {
    /// Git's hash of the file. Outcomes of another version of the file do not count.
    hash: String,
    /// By the mutant's position and change.
    #[serde(default)]
    mutants: BTreeMap<String, Outcome>,
}

impl Judged {
    /// Reads the file, and keeps the outcomes in source files that are as they were.
    pub(super) fn read(root: &Path, mutants: &[Mutant]) -> Result<Self> {
        let text = match fs::read_to_string(root.join(FILE)) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            text => text.with_context(|| format!("cannot read {FILE}"))?,
        };
        let before: Result<Self> = toml::from_str(&text).map_err(Into::into);
        let Self(mut before) = before.with_context(|| format!("{FILE} is broken"))?;
        let keep = |(path, hash): (String, String)| {
            let same = before.remove(&path).filter(|file| file.hash == hash);
            let mutants = same.map(|file| file.mutants).unwrap_or_default();
            (path, SourceFile { hash, mutants })
        };
        Ok(Self(hashes(root, mutants)?.into_iter().map(keep).collect()))
    }

    pub(super) fn write(&self, root: &Path) -> Result<()> {
        let text = toml::to_string_pretty(self)?;
        replace(&root.join(FILE), &format!("{HEAD}{text}"))
    }

    pub(super) fn outcome(&self, mutant: &Mutant) -> Option<Outcome> {
        let file = self.0.get(&mutant.file)?;
        file.mutants.get(mutant.in_file()).copied()
    }

    pub(super) fn add(&mut self, mutant: &Mutant, outcome: Outcome) {
        let file = self.0.entry(mutant.file.clone()).or_default();
        file.mutants.insert(mutant.in_file().to_owned(), outcome);
    }

    pub(super) fn forget(&mut self, mutant: &Mutant) {
        if let Some(file) = self.0.get_mut(&mutant.file) {
            file.mutants.remove(mutant.in_file());
        }
    }
}

/// Git's hash of each file that has a mutant.
fn hashes(root: &Path, mutants: &[Mutant]) -> Result<BTreeMap<String, String>> {
    let mut paths: Vec<_> = mutants.iter().map(|mutant| &*mutant.file).collect();
    paths.dedup();
    let arguments = [vec!["hash-object", "--"], paths.clone()].concat();
    let hashes = output(root, "git", &arguments)?;
    let hashes: Vec<_> = hashes.lines().map(str::to_owned).collect();
    ensure!(hashes.len() == paths.len(), "git hashed other files");
    let paths = paths.into_iter().map(str::to_owned);
    Ok(paths.zip(hashes).collect())
}
