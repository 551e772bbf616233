use std::fs;

use super::{FILE, grouped, text};
use crate::progress::{self, Progress};
use crate::proofs::PROOFS;
use crate::sample;
use crate::workspace::root;

/// After a change of a proof's words or of the progress file: `cargo xtask assure --report`.
#[test]
fn the_page_is_what_the_progress_file_says() {
    let progress = Progress::read(&root().join(progress::FILE), PROOFS).unwrap();
    let page = fs::read_to_string(root().join(FILE)).unwrap();
    let is_current = page == text(PROOFS, &progress);
    assert!(
        is_current,
        "{FILE} is outdated: `cargo xtask assure --report`"
    );
}

#[test]
fn a_proof_that_has_not_run_says_so() {
    let proof = sample::proof();
    let page = text(&[proof], &Progress::default());
    assert!(page.contains("The long tier has **not run**. Its goal is 1,000 seeds."));
    assert!(
        page.contains("| [sample](#sample) | Nothing is lost. | seeds | 5 | 10 | 1,000 | 0 |\n")
    );
}

#[test]
fn figures_are_added_up_and_name_their_origin() {
    let proof = sample::proof();
    let mut progress = Progress::default();
    progress.add(&proof, &sample::report(400), &sample::origin("a"));
    progress.add(&proof, &sample::report(100), &sample::origin("b"));
    let page = text(&[proof], &progress);
    for line in [
        "| done | 500 of 1,000 seeds (in progress), on 2 revisions; from 400 on, on the last one |",
        "| cards | 5,000 |",
        "| speed | 100 seeds |",
        "| planted faults, all found | no intent |",
        "| last run | 2026-11-30, revision `b` |",
        "| command | `cargo xtask assure --long` |",
        "| machine | 2 processors |",
        "- By `sample`: Everything else.",
    ] {
        assert!(page.contains(line), "{line}\n{page}");
    }
    progress.add(&proof, &sample::report(500), &sample::origin("b"));
    assert!(text(&[proof], &progress).contains("1,000 of 1,000 seeds (complete)"));
}

#[test]
fn every_promise_is_on_the_page() {
    let page = text(&[], &Progress::default());
    assert!((1..=10).all(|number| page.contains(&format!("- **I{number}** "))));
}

#[test]
fn thousands_are_separated() {
    let numbers = [0, 999, 1_000, 1_234_567].map(grouped);
    assert_eq!(numbers, ["0", "999", "1,000", "1,234,567"]);
}
