//! What a run writes into the documentation: between two marks, and nothing else.

use std::fs;

use anyhow::{Context, Result};

use super::report::Report;
use super::{chart, table};
use crate::command::workspace_root;

const PAGE: &str = "docs/performance.md";
const CHART: &str = "docs/performance.svg";

/// The table and the chart.
///
/// # Errors
/// The page is not there or has not the marks.
pub(crate) fn write_report(report: &Report) -> Result<()> {
    write("table", &table::table(report))?;
    fs::write(workspace_root().join(CHART), chart::chart(&report.rows))
        .with_context(|| format!("{CHART} cannot be written"))?;
    println!("{PAGE}, {CHART}");
    Ok(())
}

/// Where a listing's instructions go.
///
/// # Errors
/// The page is not there or has not the marks.
pub(crate) fn write_profile(profile: &str) -> Result<()> {
    write("profile", &format!("```text\n{profile}```\n"))
}

fn write(name: &str, content: &str) -> Result<()> {
    let page = workspace_root().join(PAGE);
    let text = fs::read_to_string(&page).with_context(|| format!("{PAGE} cannot be read"))?;
    let text = between(&text, name, content)?;
    fs::write(&page, text).with_context(|| format!("{PAGE} cannot be written"))
}

/// The text with something else between the marks `<!-- bench: name -->` and `<!-- end of name -->`.
fn between(text: &str, name: &str, content: &str) -> Result<String> {
    let (begin, end) = (
        format!("<!-- bench: {name} -->"),
        format!("<!-- end of {name} -->"),
    );
    let (before, rest) = text
        .split_once(&begin)
        .with_context(|| format!("{PAGE} has no {begin}"))?;
    let (_, after) = rest
        .split_once(&end)
        .with_context(|| format!("{PAGE} has no {end}"))?;
    Ok(format!("{before}{begin}\n\n{content}\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn what_stands_around_the_marks_stays() {
        let page = "# A\n<!-- bench: table -->\nold\n<!-- end of table -->\nB\n";
        let expected = "# A\n<!-- bench: table -->\n\nnew\n\n<!-- end of table -->\nB\n";
        let once = between(page, "table", "new\n").unwrap();
        assert_eq!(once, expected);
        assert_eq!(between(&once, "table", "new\n").unwrap(), expected);
        assert!(between(page, "profile", "new").is_err());
    }
}
