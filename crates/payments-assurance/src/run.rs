//! Runs proofs and prints their results.

use crate::proof::{Proof, Report, Run, now, since};
use crate::proofs::PROOFS;

/// Runs the proofs whose names contain one of `names`, all if there is none, and prints the results in the words of the
/// standard test harness. Returns whether all passed.
pub fn run(names: &[String], of_proof: impl Fn(&Proof) -> Run) -> bool {
    let is_selected = |proof: &&Proof| {
        names.is_empty() || names.iter().any(|name| proof.name.contains(name.as_str()))
    };
    let (mut passed, mut failed) = (0, 0);
    let started = now();
    for proof in PROOFS.iter().filter(is_selected) {
        match (proof.run)(&of_proof(proof)) {
            Ok(report) => {
                passed += 1;
                println!("test {} ... ok", proof.name);
                print(&report);
            }
            Err(finding) => {
                failed += 1;
                println!("test {} ... FAILED\n{finding:?}", proof.name);
            }
        }
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out; finished in {:?}",
        since(started)
    );
    failed == 0
}

/// The quick tier of a proof.
pub fn quick(proof: &Proof) -> Run {
    Run {
        from: 0,
        units: proof.quick,
        until: None,
    }
}

/// Prints the figures of a report.
fn print(report: &Report) {
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
