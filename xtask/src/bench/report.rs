//! All that a run found out, as it is kept.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::machine::Machine;
use super::row::{Figure, Row};

/// A run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) revision: String,
    pub(crate) compiler: String,
    pub(crate) machine: Machine,
    pub(crate) is_quick: bool,
    pub(crate) rounds: usize,
    pub(crate) round_seconds: u64,
    pub(crate) rows: Vec<Row>,
}

impl Report {
    /// Writes it as JSON, each row with its verdict and what that is about.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn write(&self, file: &Path) -> Result<()> {
        let mut report = serde_json::to_value(self)?;
        let rows = self.rows.iter().map(with_verdict);
        report["rows"] = rows.collect::<Result<Vec<Value>>>()?.into();
        let text = serde_json::to_string_pretty(&report)? + "\n";
        fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
    }

    /// Of all rounds that were watched.
    pub(crate) fn most_stolen_percent(&self) -> f64 {
        let sides = self.rows.iter().flat_map(|row| match &row.figure {
            Figure::Ratio { ours, theirs } => vec![ours, theirs],
            Figure::Measured { .. } | Figure::Absent { .. } => Vec::new(),
        });
        let rounds = sides.flat_map(|side| &side.rounds);
        rounds.map(|round| round.steal_percent).fold(0.0, f64::max)
    }

    /// A report of these rows, for tests.
    #[cfg(test)]
    pub(crate) fn of_rows(rows: Vec<Row>) -> Self {
        Self {
            revision: "abc".to_owned(),
            compiler: "rustc 1.95.0".to_owned(),
            machine: Machine {
                processor: "a processor".to_owned(),
                processors: 2,
            },
            is_quick: false,
            rounds: 5,
            round_seconds: 4,
            rows,
        }
    }
}

fn with_verdict(row: &Row) -> Result<Value> {
    let mut value = serde_json::to_value(row)?;
    value["verdict"] = row.verdict().word().into();
    let samples = row.samples();
    if !samples.is_empty() {
        value["summary"] = json!({
            "median": samples.median(), "min": samples.min(), "max": samples.max(),
        });
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::{Report, with_verdict};
    use crate::bench::row::{Figure, Goal, Row, Unit};
    use crate::bench::samples::Samples;

    #[test]
    fn a_row_is_kept_with_its_verdict_and_a_report_reads_back() {
        let row = Row {
            id: "P7".to_owned(),
            what: "memory".to_owned(),
            figure: Figure::Measured {
                unit: Unit::Megabytes,
                samples: Samples::of([40.0, 50.0]),
            },
            goal: Some(Goal::AtMost(60.0)),
            note: String::new(),
        };
        let value = with_verdict(&row).unwrap();
        assert_eq!(value["verdict"], "met");
        assert_eq!(value["summary"]["median"], 45.0);

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");
        Report::of_rows(vec![row]).write(&file).unwrap();
        let report: Report = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        assert_eq!(report.rows[0].samples(), Samples::of([40.0, 50.0]));
    }
}
