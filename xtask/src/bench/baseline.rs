//! The committed instruction counts, and how far new ones may be from them.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::command::workspace_root;

/// Where the counts stand.
pub(crate) const FILE: &str = "xtask/instructions.json";
/// How many percent a count may grow unnoticed.
const ALLOWED_PERCENT: u64 = 10;

/// Counts, and what they were counted with.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Baseline {
    /// Counts of another compiler or kind of processor say nothing.
    pub(crate) compiler: String,
    pub(crate) instructions: BTreeMap<String, u64>,
}

/// What a comparison says of one case.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    /// More than allowed: a complaint.
    Grown(String),
    /// So much less that the baseline should be renewed.
    Shrunk(String),
}

impl Baseline {
    /// # Errors
    /// The file is missing or not understood.
    pub(crate) fn read() -> Result<Self> {
        let text = fs::read_to_string(workspace_root().join(FILE))
            .with_context(|| format!("{FILE} cannot be read"))?;
        serde_json::from_str(&text).with_context(|| format!("{FILE} is not understood"))
    }

    /// # Errors
    /// The file cannot be written.
    pub(crate) fn write(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(workspace_root().join(FILE), text)
            .with_context(|| format!("{FILE} cannot be written"))
    }

    /// How the counts differ from these by more than is allowed; a case that only one of them has differs.
    pub(crate) fn compare(&self, counts: &BTreeMap<String, u64>) -> Vec<Difference> {
        let gone = self
            .instructions
            .keys()
            .filter(|case| !counts.contains_key(*case));
        let gone = gone.map(|case| Difference::Grown(format!("{case} is not counted any more")));
        let counted = counts.iter().filter_map(|(case, now)| {
            let Some(before) = self.instructions.get(case) else {
                return Some(Difference::Grown(format!("{case} has no count in {FILE}")));
            };
            difference(case, *before, *now)
        });
        gone.chain(counted).collect()
    }
}

fn difference(case: &str, before: u64, now: u64) -> Option<Difference> {
    let said = || format!("{case}: {now} instructions, {before} before");
    if now * 100 > before * (100 + ALLOWED_PERCENT) {
        Some(Difference::Grown(said()))
    } else if now * 100 < before * (100 - ALLOWED_PERCENT) {
        Some(Difference::Shrunk(said()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Baseline, Difference};

    fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
        pairs
            .iter()
            .map(|(case, count)| ((*case).to_owned(), *count))
            .collect()
    }

    fn check(before: &[(&str, u64)], now: &[(&str, u64)], expected: &[Difference]) {
        let baseline = Baseline {
            compiler: "rustc 1.95.0, x86_64".to_owned(),
            instructions: counts(before),
        };
        assert_eq!(baseline.compare(&counts(now)), expected);
    }

    #[test]
    fn ten_percent_more_are_allowed_and_no_instruction_beyond() {
        check(&[("quote", 1_000)], &[("quote", 1_100)], &[]);
        let grown = "quote: 1101 instructions, 1000 before".to_owned();
        check(
            &[("quote", 1_000)],
            &[("quote", 1_101)],
            &[Difference::Grown(grown)],
        );
    }

    #[test]
    fn much_less_is_said_and_is_no_complaint() {
        check(&[("quote", 1_000)], &[("quote", 900)], &[]);
        let shrunk = "quote: 899 instructions, 1000 before".to_owned();
        check(
            &[("quote", 1_000)],
            &[("quote", 899)],
            &[Difference::Shrunk(shrunk)],
        );
    }

    #[test]
    fn a_case_without_its_count_is_a_complaint() {
        let new = Difference::Grown("b has no count in xtask/instructions.json".to_owned());
        check(&[("a", 1)], &[("a", 1), ("b", 1)], &[new]);
        let gone = Difference::Grown("b is not counted any more".to_owned());
        check(&[("a", 1), ("b", 1)], &[("a", 1)], &[gone]);
    }
}
