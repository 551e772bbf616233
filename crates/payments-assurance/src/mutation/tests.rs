use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::judge;
use super::judged::{self, Judged, Outcome};
use super::survivors::Survivors;
use super::tool::Mutant;

const FILE: &str = "money.rs";

/// A folder with the source file, and `number` mutants of it.
fn source(number: usize) -> (TempDir, Vec<Mutant>) {
    let root = TempDir::new().unwrap();
    fs::write(root.path().join(FILE), "pub fn a() {}").unwrap();
    let folder = Path::new(judged::FILE).parent().unwrap();
    fs::create_dir_all(root.path().join(folder)).unwrap();
    let mutant = |line| Mutant {
        name: format!("{FILE}:{line}:1: replace a{line} with ()"),
        file: FILE.to_owned(),
    };
    (root, (1..=number).map(mutant).collect())
}

fn judged(root: &TempDir, mutants: &[Mutant], outcomes: &[Outcome]) -> Judged {
    let mut judged = Judged::read(root.path(), mutants).unwrap();
    for (mutant, outcome) in mutants.iter().zip(outcomes) {
        judged.add(mutant, *outcome);
    }
    judged
}

fn survivors(text: &str) -> Survivors {
    Survivors::parse(text).unwrap()
}

fn error_of(outcomes: &[Outcome], reasons: &str) -> String {
    let (root, mutants) = source(outcomes.len());
    let judged = judged(&root, &mutants, outcomes);
    let outcome = judge(&mutants, &judged, &survivors(reasons), Vec::new());
    outcome.unwrap_err().to_string()
}

const REASON: &str = "[\"money.rs\"]\n\"replace a1 with ()\" = \"It is empty.\"\n";

#[test]
fn a_survivor_without_a_reason_is_a_finding_before_all_are_tested() {
    let error = error_of(&[Outcome::Missed], "");
    assert!(
        error.ends_with("money.rs:1:1: replace a1 with ()"),
        "{error}"
    );
}

#[test]
fn nineteen_of_twenty_have_to_be_caught() {
    let mut outcomes = [Outcome::Caught; 20];
    outcomes[0] = Outcome::Missed;
    let (root, mutants) = source(20);
    let done = judged(&root, &mutants, &outcomes);
    let report = judge(&mutants, &done, &survivors(REASON), Vec::new()).unwrap();
    assert_eq!(report.done, 1);
    assert_eq!(report.figures["mutants tested"], "20 of 20");
    let caught = &report.figures["mutants caught"];
    assert_eq!(caught, "19 of 20 that compile (95.0 %)");
    for other in [Outcome::Timeout, Outcome::Missed] {
        outcomes[1] = other;
        let reasons = format!("{REASON}\"replace a2 with ()\" = \"So is it.\"\n");
        let reasons = if other == Outcome::Missed {
            &reasons
        } else {
            REASON
        };
        let expected = "only 18 of 20 mutants that compile are caught";
        assert_eq!(error_of(&outcomes, reasons), expected);
    }
    // What does not compile counts on neither side.
    outcomes[1] = Outcome::Unviable;
    let expected = "only 18 of 19 mutants that compile are caught";
    assert_eq!(error_of(&outcomes, REASON), expected);
}

#[test]
fn the_proof_is_not_done_before_every_mutant_is_tested() {
    let (root, mutants) = source(2);
    let some = judged(&root, &mutants, &[Outcome::Missed]);
    let report = judge(&mutants, &some, &survivors(REASON), Vec::new()).unwrap();
    assert_eq!(report.done, 0);
    assert_eq!(report.figures["mutants tested"], "1 of 2");
}

#[test]
fn a_listed_survivor_that_is_caught_is_a_finding() {
    let error = error_of(&[Outcome::Caught], REASON);
    assert!(error.contains("no surviving mutant `replace a1"), "{error}");
}

#[test]
fn a_survivor_needs_a_reason() {
    let empty = REASON.replace("It is empty.", " ");
    assert!(Survivors::parse(&empty).is_err());
}

#[test]
fn outcomes_are_kept_until_the_source_file_changes() {
    let (root, mutants) = source(2);
    let mut before = judged(&root, &mutants, &[Outcome::Caught, Outcome::Missed]);
    before.forget(&mutants[1]);
    before.write(root.path()).unwrap();
    let after = Judged::read(root.path(), &mutants).unwrap();
    assert_eq!(after.outcome(&mutants[0]), Some(Outcome::Caught));
    assert_eq!(after.outcome(&mutants[1]), None);
    fs::write(root.path().join(FILE), "pub fn b() {}").unwrap();
    let changed = Judged::read(root.path(), &mutants).unwrap();
    assert_eq!(changed.outcome(&mutants[0]), None);
}
