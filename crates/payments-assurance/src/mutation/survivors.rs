//! The mutants that no test catches, each with the reason why that is right, in a committed file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::tool::Mutant;

/// The file's path in the workspace.
pub(super) const FILE: &str = "crates/payments-assurance/survivors.toml";

/// The reasons, by source file and change. A reason holds for all equal changes in one function.
pub(super) struct Survivors(BTreeMap<String, BTreeMap<String, String>>);

impl Survivors {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join(FILE));
        Self::parse(&text.with_context(|| format!("cannot read {FILE}"))?)
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        let reasons: BTreeMap<String, BTreeMap<String, String>> =
            toml::from_str(text).with_context(|| format!("{FILE} is broken"))?;
        for (change, reason) in reasons.values().flatten() {
            ensure!(
                !reason.trim().is_empty(),
                "{FILE}: `{change}` has no reason"
            );
        }
        Ok(Self(reasons))
    }

    /// Whether the mutant is listed.
    pub(super) fn explain(&self, mutant: &Mutant) -> bool {
        let of_file = self.0.get(&mutant.file);
        of_file.is_some_and(|reasons| reasons.contains_key(mutant.change()))
    }

    /// # Errors
    /// If a mutant is listed that a test catches, or that no longer exists: the list would hide the next one of its name.
    pub(super) fn check<'m>(&self, missed: impl Iterator<Item = &'m Mutant>) -> Result<()> {
        let missed: Vec<_> = missed.collect();
        for (file, reasons) in &self.0 {
            for change in reasons.keys() {
                let is_missed =
                    |mutant: &&Mutant| mutant.file == *file && mutant.change() == change;
                ensure!(
                    missed.iter().copied().any(|mutant| is_missed(&mutant)),
                    "{FILE}: {file} has no surviving mutant `{change}`; remove it"
                );
            }
        }
        Ok(())
    }
}
