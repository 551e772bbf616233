use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::{Long, checked, long, quick, replay, select};
use crate::document;
use crate::progress::{self, Progress};
use crate::proof::{Proof, Report, Run};
use crate::sample::{origin, proof};

const HOUR: Long = Long {
    time: Duration::from_hours(1),
    restart: false,
};

/// A workspace's folders.
fn workspace() -> TempDir {
    let root = TempDir::new().unwrap();
    for file in [progress::FILE, document::FILE] {
        let folder = Path::new(file).parent().unwrap();
        fs::create_dir_all(root.path().join(folder)).unwrap();
    }
    root
}

fn run_long(root: &TempDir, tier: Long) -> bool {
    long(&[proof()], &[], tier, &origin("a"), root.path()).unwrap()
}

fn done(root: &TempDir) -> u64 {
    let file = root.path().join(progress::FILE);
    Progress::read(&file, &[proof()]).unwrap().done(&proof())
}

#[test]
fn the_long_tier_continues_and_does_not_record_a_finding() {
    let root = workspace();
    assert!(run_long(&root, HOUR));
    assert_eq!(done(&root), 200);
    assert!(run_long(&root, HOUR));
    assert_eq!(done(&root), 400);
    let page = fs::read_to_string(root.path().join(document::FILE)).unwrap();
    assert!(page.contains("400 of 1,000 seeds"));
    // Unit 500 is a finding.
    assert!(!run_long(&root, HOUR));
    assert_eq!(done(&root), 400);
}

#[test]
fn the_long_tier_starts_again_on_request_and_ends_with_its_time() {
    let root = workspace();
    assert!(run_long(&root, HOUR));
    let no_time = Long {
        time: Duration::ZERO,
        restart: false,
    };
    assert!(run_long(&root, no_time));
    assert_eq!(done(&root), 200);
    assert!(run_long(
        &root,
        Long {
            restart: true,
            ..HOUR
        }
    ));
    assert_eq!(done(&root), 200);
}

#[test]
fn a_complete_proof_does_not_run() {
    let root = workspace();
    let short = Proof {
        long: 200,
        run: |run| {
            assert_eq!(run.from, 0);
            (proof().run)(run)
        },
        ..proof()
    };
    for _ in 0..2 {
        assert!(long(&[short], &[], HOUR, &origin("a"), root.path()).unwrap());
        assert_eq!(done(&root), 200);
    }
}

#[test]
fn a_proof_that_found_no_planted_fault_did_too_little_or_panicked_has_failed() {
    let without_controls = Proof {
        run: |run| {
            Ok(Report {
                done: run.units,
                ..Report::default()
            })
        },
        ..proof()
    };
    let panics = Proof {
        run: |_| panic!("planted"),
        ..proof()
    };
    let run = |from, units| Run {
        from,
        units,
        until: None,
    };
    let error = |proof: &Proof, run: &Run| checked(proof, run).unwrap_err().to_string();
    assert_eq!(error(&without_controls, &run(0, 10)), "it planted no fault");
    assert_eq!(
        error(&proof(), &run(0, 201)),
        "it ran only 200 of 201 seeds"
    );
    assert_eq!(error(&panics, &run(0, 10)), "it panicked");
    assert!(replay(&proof(), &run(499, 1)));
    assert!(!replay(&proof(), &run(500, 1)));
}

#[test]
fn the_quick_tier_fails_with_any_proof_and_omits_those_without_it() {
    let fails = |run: &Run| {
        anyhow::ensure!(run.until.is_some(), "in the quick tier");
        (proof().run)(run)
    };
    let failing = Proof {
        name: "failing",
        run: fails,
        ..proof()
    };
    let long_only = Proof {
        quick: 0,
        ..failing
    };
    assert!(quick(&[proof()], &[]));
    assert!(!quick(&[proof(), failing], &[]));
    assert!(quick(&[proof(), failing], &["sam".to_owned()]));
    assert!(quick(&[proof(), long_only], &[]));
}

#[test]
fn an_unknown_name_is_an_error() {
    let names = |name: &str| select(&[proof()], &[name.to_owned()]);
    assert_eq!(names("sample").unwrap().len(), 1);
    assert_eq!(select(&[proof()], &[]).unwrap().len(), 1);
    let error = names("sampel").err().unwrap().to_string();
    assert_eq!(error, "no proof sampel: sample");
}
