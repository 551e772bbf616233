//! Runs proofs and prints their results.

use anyhow::Result;

use crate::proof::{Proof, Report, Run, now, since};

/// Runs the quick tier of proofs, and prints the results in the words of the standard test harness. Returns whether all
/// passed.
pub fn quick(proofs: &[Proof], names: &[String]) -> bool {
    let is_selected = |proof: &&Proof| {
        names.is_empty() || names.iter().any(|name| proof.name.contains(name.as_str()))
    };
    let (mut passed, mut failed) = (0, 0);
    let started = now();
    for proof in proofs.iter().filter(is_selected) {
        let result = run_quick(proof);
        match &result {
            Ok(report) => {
                passed += 1;
                println!("test {} ... ok", proof.name);
                print(report);
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

fn run_quick(proof: &Proof) -> Result<Report> {
    (proof.run)(&Run {
        from: 0,
        units: proof.quick,
        until: None,
    })
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
