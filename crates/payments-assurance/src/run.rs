//! Runs proofs, prints their results and records those of the long tier.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, anyhow, bail, ensure};

use crate::document;
use crate::origin::Origin;
use crate::progress::{self, Progress};
use crate::proof::{Proof, Report, Run, now, since};

/// The proofs with these names; all without names.
///
/// # Errors
/// If there is no such proof: a mistyped name must not pass as a proof without findings.
pub fn select(proofs: &[Proof], names: &[String]) -> Result<Vec<Proof>> {
    let is_known = |name: &&String| !proofs.iter().any(|proof| proof.name == **name);
    if let Some(unknown) = names.iter().find(is_known) {
        let known: Vec<_> = proofs.iter().map(|proof| proof.name).collect();
        bail!("no proof {unknown}: {}", known.join(", "));
    }
    let is_selected =
        |proof: &&Proof| names.is_empty() || names.iter().any(|name| proof.name == *name);
    Ok(proofs.iter().filter(is_selected).copied().collect())
}

/// Runs what runs among the tests, of the proofs whose names contain one of these. Prints the results in the words of the
/// standard test harness. Returns whether all passed.
pub fn brief(proofs: &[Proof], names: &[String]) -> bool {
    tier(proofs, names, |proof| proof.brief)
}

/// Runs the quick tier, as [`brief`] does.
pub fn quick(proofs: &[Proof], names: &[String]) -> bool {
    tier(proofs, names, |proof| proof.quick)
}

fn tier(proofs: &[Proof], names: &[String], units: fn(&Proof) -> u64) -> bool {
    let with_tier = proofs.iter().filter(|proof| units(proof) > 0);
    let (selected, others): (Vec<_>, Vec<_>) = with_tier.partition(|proof| {
        names.is_empty() || names.iter().any(|name| proof.name.contains(name.as_str()))
    });
    let started = now();
    let of_tier = |proof: &Proof| Run {
        from: 0,
        units: units(proof),
        until: None,
    };
    let passed = selected
        .iter()
        .filter(|proof| run(proof, &of_tier(proof)).is_some());
    let passed = passed.count();
    let failed = selected.len() - passed;
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; {} filtered out; finished in {:.2?}",
        others.len(),
        since(started)
    );
    failed == 0
}

/// How long each proof of the long tier may run, and where it starts.
#[derive(Clone, Copy, Debug)]
pub struct Long {
    /// The time of each proof.
    pub time: Duration,
    /// Start again instead of continuing.
    pub restart: bool,
}

/// Continues the long tier of proofs, and records each without a finding in the progress file and the document of the workspace
/// in `root`. Returns whether all passed.
///
/// # Errors
/// If there is no such proof, or a file cannot be read or written.
pub fn long(
    proofs: &[Proof],
    names: &[String],
    tier: Long,
    origin: &Origin,
    root: &Path,
) -> Result<bool> {
    let file = root.join(progress::FILE);
    let mut progress = Progress::read(&file, proofs)?;
    let mut all_passed = true;
    for proof in select(proofs, names)? {
        if tier.restart {
            progress.forget(&proof);
        }
        let done = progress.done(&proof);
        if done >= proof.long {
            println!("{}: complete; --restart starts it again", proof.name);
            continue;
        }
        let next = Run {
            from: done,
            units: proof.long - done,
            until: Some(now() + tier.time),
        };
        if let Some(report) = run(&proof, &next) {
            progress.add(&proof, &report, origin);
            progress.write(&file)?;
            document::write(proofs, &progress, root)?;
            let (done, unit) = (progress.done(&proof), proof.unit);
            println!("     {done} of {} {unit}", proof.long);
        } else {
            all_passed = false;
        }
    }
    Ok(all_passed)
}

/// Runs some units of one proof again, without recording them. Returns whether it passed.
pub fn replay(proof: &Proof, units: &Run) -> bool {
    run(proof, units).is_some()
}

/// Runs a proof and prints its result. Returns the report unless there is a finding.
fn run(proof: &Proof, run: &Run) -> Option<Report> {
    let started = now();
    match checked(proof, run) {
        Ok(report) => {
            println!("test {} ... ok", proof.name);
            print(&report);
            println!("     in {:.1?}", since(started));
            Some(report)
        }
        Err(finding) => {
            println!("test {} ... FAILED\n{finding:#}", proof.name);
            None
        }
    }
}

/// A proof that found none of its planted faults, or did less than it should, has shown nothing.
fn checked(proof: &Proof, run: &Run) -> Result<Report> {
    // One that panics does not keep the others from running.
    let outcome = catch_unwind(AssertUnwindSafe(|| (proof.run)(run)));
    let report = outcome.unwrap_or_else(|_| Err(anyhow!("it panicked")))?;
    ensure!(!report.controls.is_empty(), "it planted no fault");
    let (done, units, unit) = (report.done, run.units, proof.unit);
    ensure!(
        run.until.is_some() || done >= units,
        "it ran only {done} of {units} {unit}"
    );
    Ok(report)
}

/// Prints the figures of a report.
pub fn print(report: &Report) {
    for (name, count) in &report.counts {
        println!("     {count} {name}");
    }
    for (name, figure) in &report.figures {
        println!("     {name}: {figure}");
    }
    if !report.controls.is_empty() {
        println!("     planted and found: {}", report.controls.join(", "));
    }
}

#[cfg(test)]
mod tests;
