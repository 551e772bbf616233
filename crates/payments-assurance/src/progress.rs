//! The committed file with what the long tier has done, so that the next run continues where the last one ended.
//!
//! It lists runs. A proof's progress is their sum, so a figure of the document can be traced to the run that found it. Runs on
//! one revision and machine are one entry. A finding is never recorded: only a run without one is.
//!
//! A change of the production code does not restart a proof: what it did on earlier revisions stays, and the document says how much
//! of it is of the last one. A change of the proof does: its [`Proof::version`] is raised, and runs of other versions no longer count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::origin::Origin;
use crate::proof::{Proof, Report};
use crate::workspace::replace;

/// The file's path in the workspace.
pub const FILE: &str = "crates/payments-assurance/progress.toml";

const HEAD: &str =
    "# The runs of `cargo xtask assure --long`, which writes this file and docs/assurance.md.\n\n";

/// The runs of the long tier without findings, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    #[serde(default, rename = "run")]
    runs: Vec<Entry>,
}

/// One or more runs of a proof on one revision and machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    proof: String,
    version: u32,
    /// The first unit.
    pub from: u64,
    /// The number of units.
    pub done: u64,
    /// The day of the last run.
    pub date: String,
    /// The commit.
    pub revision: String,
    /// The command of the last run.
    pub command: String,
    /// Processors, memory, kernel and compiler.
    pub machine: String,
    /// The planted faults; the last run found each.
    pub controls: Vec<String>,
    /// Added up over the runs.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
    /// Of the last run.
    #[serde(default)]
    pub figures: BTreeMap<String, String>,
}

/// What a proof has done in all of its runs.
#[derive(Debug, PartialEq, Eq)]
pub struct Total<'p> {
    /// The number of units.
    pub done: u64,
    /// By name.
    pub counts: BTreeMap<&'p str, u64>,
    /// The number of revisions on which it ran.
    pub revisions: usize,
    /// The last runs, on one revision.
    pub last: &'p Entry,
}

impl Progress {
    /// Reads the file. Without one, nothing has been done. What is of other proofs or of other versions does not count.
    ///
    /// # Errors
    /// If it cannot be read, or if units are missing between two runs.
    pub fn read(path: &Path, proofs: &[Proof]) -> Result<Self> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            text => text.with_context(|| format!("cannot read {}", path.display()))?,
        };
        let parsed: Result<Self> = toml::from_str(&text).map_err(Into::into);
        let mut progress = parsed.with_context(|| {
            let path = path.display();
            format!("{path} is broken: take it from a commit, or delete it to start again")
        })?;
        progress
            .runs
            .retain(|run| proofs.iter().any(|proof| run.is_of(proof)));
        for proof in proofs {
            let mut next = 0;
            for run in progress.runs_of(proof) {
                let (name, from) = (proof.name, run.from);
                ensure!(
                    from == next,
                    "{}: the units of {name} before {from} are missing or counted twice",
                    path.display()
                );
                next += run.done;
            }
        }
        Ok(progress)
    }

    /// Replaces the file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        replace(path, &format!("{HEAD}{}", toml::to_string_pretty(self)?))
    }

    /// The sum of a proof's runs; `None` if it has not run.
    pub fn total(&self, proof: &Proof) -> Option<Total<'_>> {
        let last = self.runs_of(proof).last()?;
        let mut counts = BTreeMap::new();
        for (name, count) in self.runs_of(proof).flat_map(|run| &run.counts) {
            *counts.entry(name.as_str()).or_default() += count;
        }
        let revisions: BTreeSet<_> = self.runs_of(proof).map(|run| &run.revision).collect();
        Some(Total {
            done: self.done(proof),
            counts,
            revisions: revisions.len(),
            last,
        })
    }

    /// The number of a proof's units that have been done.
    pub fn done(&self, proof: &Proof) -> u64 {
        self.runs_of(proof).map(|run| run.done).sum()
    }

    /// Adds a run that continued where the last one ended.
    pub fn add(&mut self, proof: &Proof, report: &Report, origin: &Origin) {
        let mut run = Entry::new(proof, self.done(proof), report, origin);
        let mut runs = self.runs.iter_mut();
        let last = runs.rfind(|run| run.is_of(proof));
        if let Some(last) = last.filter(|last| last.done == 0 || last.is_continued_by(&run)) {
            run.from = last.from;
            run.done += last.done;
            for (name, count) in &last.counts {
                *run.counts.entry(name.clone()).or_default() += count;
            }
            *last = run;
        } else {
            self.runs.push(run);
        }
    }

    /// Lets a proof start again.
    pub fn forget(&mut self, proof: &Proof) {
        self.runs.retain(|run| !run.is_of(proof));
    }

    fn runs_of(&self, proof: &Proof) -> impl Iterator<Item = &Entry> {
        self.runs.iter().filter(|run| run.is_of(proof))
    }
}

impl Entry {
    fn new(proof: &Proof, from: u64, report: &Report, origin: &Origin) -> Self {
        let counts = report.counts.iter();
        let figures = report.figures.iter();
        let Origin {
            date,
            revision,
            command,
            machine,
        } = origin.clone();
        Self {
            proof: proof.name.to_owned(),
            version: proof.version,
            from,
            done: report.done,
            date,
            revision,
            command,
            machine,
            controls: report.controls.clone(),
            counts: counts
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect(),
            figures: figures
                .map(|(name, figure)| ((*name).to_owned(), figure.clone()))
                .collect(),
        }
    }

    fn is_of(&self, proof: &Proof) -> bool {
        self.proof == proof.name && self.version == proof.version
    }

    fn is_continued_by(&self, next: &Self) -> bool {
        self.revision == next.revision && self.machine == next.machine
    }
}

#[cfg(test)]
mod tests;
