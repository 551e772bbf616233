//! The result of a run: a table and a JSON file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::json;

use super::row::Row;
use crate::command::workspace_root;

const PAGE: &str = "docs/performance.md";
/// The table in the page is between these.
const BEGIN: &str = "<!-- bench: table -->";
const END: &str = "<!-- end of table -->";

const HEAD: &str = "| | what | median (worst and best round) | goal | |\n|---|---|---|---|---|\n";

#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) revision: String,
    pub(crate) compiler: String,
    pub(crate) machine: String,
    pub(crate) is_quick: bool,
    pub(crate) rounds: u32,
    pub(crate) round_seconds: u64,
    pub(crate) rows: Vec<Row>,
}

impl Report {
    pub(crate) fn write(&self, folder: &Path, write_docs: bool) -> Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("report.json"), format!("{:#}\n", json!(self)))?;
        let table = self.table();
        println!("\n{table}\n{}", folder.join("report.json").display());
        if write_docs {
            let page = workspace_root().join(PAGE);
            let text = replaced(&fs::read_to_string(&page)?, &table)?;
            fs::write(page, text)?;
        }
        Ok(())
    }

    fn table(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let Row { id, what, note, .. } = row;
            let (figure, goal, verdict) = (row.figure(), row.goal(), row.verdict());
            format!("| {id} | {what} | {figure}; {note} | {goal} | {verdict} |\n")
        });
        let rows: String = rows.collect();
        let origin = format!("`{}` on {}, {}", self.revision, self.machine, self.compiler);
        let quick = if self.is_quick { " (`--quick`)" } else { "" };
        let rounds = format!("{} rounds of {} s", self.rounds, self.round_seconds);
        format!("{HEAD}{rows}\nMeasured at revision {origin}; {rounds} on each side{quick}.\n")
    }
}

fn replaced(page: &str, table: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("no mark before the table")?;
    let (_, after) = rest.split_once(END).context("no mark after the table")?;
    Ok(format!("{before}{BEGIN}\n\n{table}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::{Report, replaced};
    use crate::bench::row::{Goal, Row, Samples, Unit};

    #[test]
    fn the_table_has_a_line_for_each_row_and_names_its_origin() {
        let memory = Row::new("P7", "memory", Unit::Megabytes, Samples::of([50.0]));
        let report = Report {
            revision: "abc".to_owned(),
            compiler: "rustc 1.95.0".to_owned(),
            machine: "2 processors".to_owned(),
            is_quick: false,
            rounds: 5,
            round_seconds: 4,
            rows: vec![memory.with_goal(Goal::AtMost(60.0)).with_note("PostgreSQL")],
        };
        let table = report.table();
        assert!(table.contains("| P7 | memory | 50.0 MB; PostgreSQL | ≤ 60.0 MB | met |\n"));
        assert!(table.contains("revision `abc`"));
        let folder = tempfile::tempdir().unwrap();
        report.write(folder.path(), false).unwrap();
        let json = std::fs::read(folder.path().join("report.json")).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["rows"][0]["samples"][0], 50.0);
    }

    #[test]
    fn only_the_text_between_the_marks_is_replaced() {
        let page = "# A\n<!-- bench: table -->\nold\n<!-- end of table -->\nB\n";
        let expected = "# A\n<!-- bench: table -->\n\nnew\n\n<!-- end of table -->\nB\n";
        let once = replaced(page, "new\n").unwrap();
        assert_eq!(
            (&*once, &*replaced(&once, "new\n").unwrap()),
            (expected, expected)
        );
        assert!(replaced("# A", "new").is_err());
    }
}
