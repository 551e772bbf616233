//! P8: how soon the program answers, as it comes.

#![expect(clippy::float_arithmetic, reason = "a time is no money")]

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::{Ground, Rows, row};
use crate::bench::asking::Answer;
use crate::bench::row::{Figure, Goal, Unit};
use crate::bench::samples::Samples;
use crate::bench::started::Started;

/// In an empty folder, where the demo store is made first, and again in the same.
///
/// # Errors
/// The service does not start.
pub(crate) fn rows(ground: &Ground<'_>) -> Rows {
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..ground.pace.starts {
        let folder = TempDir::new().context("no temporary folder")?;
        times
            .0
            .push(start(&ground.programs.payments, folder.path())?);
        times
            .1
            .push(start(&ground.programs.payments, folder.path())?);
    }
    let measured = |times: Vec<Duration>| Figure::Measured {
        unit: Unit::Milliseconds,
        samples: Samples::of(times.iter().map(|time| time.as_secs_f64() * 1e3)),
    };
    let goal = Some(Goal::AtMost(500.0));
    Ok(vec![
        row(
            "P8",
            "start to first listing, embedded default in an empty folder",
            goal,
            measured(times.0),
            "with making the demo store",
        ),
        row("P8", "the same, started again", goal, measured(times.1), ""),
    ])
}

fn start(payments: &Path, folder: &Path) -> Result<Duration> {
    let mut service = Started::start(&folder.join("service.log"), |address| {
        let mut command = Command::new(payments);
        command
            .current_dir(folder)
            .env_clear()
            .env("PAYMENTS__HTTP__BIND", address.to_string());
        command
    })?;
    let (took, _) = service.wait_for("/payments/cards/product/1/", &[], Answer::is_ok)?;
    Ok(took)
}
