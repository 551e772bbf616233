//! No work of the core takes more instructions than before: times differ from run to run, counts do not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::bench::counted::{CASES, Counter, compiler};
use crate::checkers::Findings;
use crate::command::workspace_root;

const FILE: &str = "xtask/instructions.json";
/// By how many percent a count may grow without a finding.
const TOLERANCE_PERCENT: u64 = 10;

type Counts = BTreeMap<String, u64>;

#[derive(Serialize, Deserialize)]
struct Baseline {
    /// Counts of another compiler or architecture cannot be compared.
    compiler: String,
    instructions: Counts,
}

/// Counts every case and compares it with the baseline, or replaces the baseline.
pub(super) fn check(bless: bool) -> Result<Findings> {
    let file = workspace_root().join(FILE);
    let compiler = compiler()?;
    if bless {
        let baseline = Baseline {
            compiler,
            instructions: count()?,
        };
        let text = serde_json::to_string_pretty(&baseline)?;
        fs::write(file, text + "\n").with_context(|| format!("cannot write {FILE}"))?;
        return Ok(Findings::new());
    }
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {FILE}"))?;
    let baseline: Baseline =
        serde_json::from_str(&text).with_context(|| format!("cannot parse {FILE}"))?;
    if baseline.compiler != compiler {
        let counted_by = baseline.compiler;
        println!("       not compared: {FILE} is of {counted_by}, this is {compiler}");
        return Ok(Findings::new());
    }
    let (grown, shrunk) = compare(&baseline.instructions, &count()?);
    for case in shrunk {
        println!("       fewer, renew with `cargo xtask check --bless`: {case}");
    }
    let advice = |case| format!("{case}; if it is intended: cargo xtask check --bless");
    Ok(grown.into_iter().map(advice).collect())
}

fn count() -> Result<Counts> {
    let counter = Counter::prepare()?;
    let count = |case: &str| Ok((case.to_owned(), counter.instructions(case)?));
    CASES.into_iter().map(count).collect()
}

/// The cases with more instructions than tolerated, or without a pair; and those with so many fewer.
fn compare(before: &Counts, now: &Counts) -> (Vec<String>, Vec<String>) {
    let (mut grown, mut shrunk) = (Vec::new(), Vec::new());
    let cases: BTreeSet<_> = before.keys().chain(now.keys()).collect();
    for case in cases {
        match (before.get(case), now.get(case)) {
            (Some(before), Some(now)) => {
                let change = format!("{case}: {now} instructions, {before} before");
                if now * 100 > before * (100 + TOLERANCE_PERCENT) {
                    grown.push(change);
                } else if now * 100 < before * (100 - TOLERANCE_PERCENT) {
                    shrunk.push(change);
                }
            }
            (None, _) => grown.push(format!("{case} has no count in {FILE}")),
            (_, None) => grown.push(format!("{case} is no longer counted")),
        }
    }
    (grown, shrunk)
}

#[cfg(test)]
mod tests {
    use super::{Counts, compare};

    fn check(before: &[(&str, u64)], now: &[(&str, u64)], grown: &[&str], shrunk: &[&str]) {
        let counts = |pairs: &[(&str, u64)]| -> Counts {
            let pairs = pairs.iter().copied();
            pairs
                .map(|(case, count)| (case.to_owned(), count))
                .collect()
        };
        let (found_grown, found_shrunk) = compare(&counts(before), &counts(now));
        assert_eq!(found_grown, grown);
        assert_eq!(found_shrunk, shrunk);
    }

    #[test]
    fn ten_percent_more_are_tolerated_and_no_instruction_beyond() {
        let before = [("quote", 1_000)];
        check(&before, &[("quote", 1_100)], &[], &[]);
        let grown = "quote: 1101 instructions, 1000 before";
        check(&before, &[("quote", 1_101)], &[grown], &[]);
        let shrunk = "quote: 899 instructions, 1000 before";
        check(&before, &[("quote", 899)], &[], &[shrunk]);
    }

    #[test]
    fn a_case_without_its_count_is_found() {
        let missing = "b has no count in xtask/instructions.json";
        check(&[], &[("b", 1)], &[missing], &[]);
        check(&[("b", 1)], &[], &["b is no longer counted"], &[]);
    }
}
