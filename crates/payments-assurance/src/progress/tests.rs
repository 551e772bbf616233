use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::Progress;
use crate::proof::Proof;
use crate::sample::{origin, proof, report};

/// Reads a file with this text.
fn read(text: &str, proofs: &[Proof]) -> anyhow::Result<Progress> {
    let (_folder, path) = file();
    fs::write(&path, text)?;
    Progress::read(&path, proofs)
}

fn file() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("progress.toml");
    (folder, path)
}

#[test]
fn without_a_file_nothing_has_been_done() {
    let (_folder, path) = file();
    let progress = Progress::read(&path, &[proof()]).unwrap();
    assert_eq!(progress.done(&proof()), 0);
    assert_eq!(progress.total(&proof()), None);
}

#[test]
fn what_is_written_is_read_again() {
    let (_folder, path) = file();
    let mut progress = Progress::default();
    progress.add(&proof(), &report(7), &origin("a"));
    progress.add(&proof(), &report(5), &origin("b"));
    progress.write(&path).unwrap();
    assert_eq!(Progress::read(&path, &[proof()]).unwrap(), progress);
}

#[test]
fn runs_on_one_revision_are_one_entry_with_the_figures_of_the_last() {
    let mut progress = Progress::default();
    progress.add(&proof(), &report(7), &origin("a"));
    progress.add(&proof(), &report(5), &origin("a"));
    assert_eq!(progress.runs.len(), 1);
    let total = progress.total(&proof()).unwrap();
    assert_eq!((total.done, total.revisions), (12, 1));
    assert_eq!(total.counts["cards"], 120);
    assert_eq!((total.last.from, total.last.done), (0, 12));
    assert_eq!(total.last.figures["speed"], "5 seeds");
}

#[test]
fn runs_on_two_revisions_add_up_and_name_the_last() {
    let mut progress = Progress::default();
    progress.add(&proof(), &report(7), &origin("a"));
    progress.add(&proof(), &report(5), &origin("b"));
    let total = progress.total(&proof()).unwrap();
    assert_eq!((total.done, total.revisions), (12, 2));
    assert_eq!(total.counts["cards"], 120);
    assert_eq!((&*total.last.revision, total.last.from), ("b", 7));
}

#[test]
fn a_run_that_came_to_nothing_leaves_no_entry_behind() {
    let mut progress = Progress::default();
    progress.add(&proof(), &report(7), &origin("a"));
    progress.add(&proof(), &report(0), &origin("b"));
    progress.add(&proof(), &report(5), &origin("c"));
    let total = progress.total(&proof()).unwrap();
    assert_eq!((total.done, total.revisions), (12, 2));
    assert_eq!((&*total.last.revision, total.last.from), ("c", 7));
}

#[test]
fn a_changed_proof_starts_again_and_an_unknown_one_does_not_count() {
    let (_folder, path) = file();
    let mut progress = Progress::default();
    progress.add(&proof(), &report(7), &origin("a"));
    progress.write(&path).unwrap();
    let changed = Proof {
        version: 2,
        ..proof()
    };
    let renamed = Proof {
        name: "other",
        ..proof()
    };
    for proof in [changed, renamed] {
        let progress = Progress::read(&path, &[proof]).unwrap();
        assert_eq!(progress, Progress::default());
    }
    progress.forget(&proof());
    assert_eq!(progress, Progress::default());
}

#[test]
fn a_broken_file_is_an_error_that_names_it() {
    for text in [
        "[[run]]\nproof = \"sample\"\n",
        "run = 7",
        "typo = true",
        "<<<<<<< HEAD",
    ] {
        let error = format!("{:#}", read(text, &[proof()]).unwrap_err());
        assert!(
            error.contains("progress.toml is broken: take it"),
            "{error}"
        );
    }
}

#[test]
fn missing_and_doubled_units_are_an_error() {
    let (_folder, path) = file();
    let mut progress = Progress::default();
    progress.add(&proof(), &report(7), &origin("a"));
    progress.add(&proof(), &report(5), &origin("b"));
    for from in [6, 8] {
        progress.runs[1].from = from;
        progress.write(&path).unwrap();
        let error = Progress::read(&path, &[proof()]).unwrap_err().to_string();
        let expected = format!("the units of sample before {from} are missing or counted twice");
        assert!(error.contains(&expected), "{error}");
    }
}
