//! A proof for the tests of what runs, records and reports proofs.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use crate::origin::Origin;
use crate::proof::{Proof, Report, Run};

/// Finds something in unit 500.
pub(crate) fn proof() -> Proof {
    Proof {
        name: "sample",
        promise: "Nothing is lost.",
        method: "It counts.",
        not_covered: "Everything else.",
        unit: "seeds",
        brief: 5,
        quick: 10,
        long: 1_000,
        version: 1,
        servers: &["redis"],
        run,
    }
}

fn run(run: &Run) -> Result<Report> {
    let mut done = 0;
    for seed in run.units().take(200) {
        ensure!(seed != 500, "seed {seed}: a card is lost");
        done += 1;
    }
    Ok(report(done))
}

pub(crate) fn report(done: u64) -> Report {
    Report {
        done,
        counts: BTreeMap::from([("cards", done * 10)]),
        figures: BTreeMap::from([("speed", format!("{done} seeds"))]),
        controls: vec!["no intent".to_owned()],
    }
}

pub(crate) fn origin(revision: &str) -> Origin {
    Origin {
        date: "2026-11-30".to_owned(),
        revision: revision.to_owned(),
        command: "cargo xtask assure --long".to_owned(),
        machine: "2 processors".to_owned(),
    }
}
