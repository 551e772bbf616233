//! The sum of what many test binaries report.

use std::fmt;
use std::process::Command;

use anyhow::Result;

use crate::command::read_lines;

/// How many tests passed, failed and were skipped, and the names of those that did not pass.
#[derive(Default, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
    pub(super) failures: Vec<String>,
    /// Each with the reason.
    pub(super) skips: Vec<String>,
}

impl Tally {
    /// Runs `cargo test`, whose output goes to the terminal too. Returns whether it succeeded.
    pub(crate) fn of(command: Command) -> Result<(Self, bool)> {
        let mut tally = Self::default();
        let passed = read_lines(command, |line| {
            println!("{line}");
            tally.read(line);
        })?;
        Ok((tally, passed))
    }

    /// Reads a line of `cargo test`'s output.
    pub(super) fn read(&mut self, line: &str) {
        if let Some(test) = line.strip_prefix("test ") {
            if let Some(name) = test.strip_suffix(" ... FAILED") {
                self.failures.push(name.to_owned());
            } else if let Some((name, reason)) = test.split_once(" ... ignored") {
                let reason = reason.strip_prefix(", ").unwrap_or("no reason given");
                self.skips.push(format!("{name} ({reason})"));
            }
        }
        let result = line.strip_prefix("test result: ").unwrap_or_default();
        for part in result.split(['.', ';']) {
            match part.trim().split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                Some((number, "ignored")) => self.skipped += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (passed, failed, skipped) = (self.passed, self.failed, self.skipped);
        write!(
            formatter,
            "{passed} passed, {failed} failed, {skipped} skipped"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn results_are_summed_up_and_failed_and_skipped_tests_are_named() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test money::quote::three_installments ... FAILED",
            "test money::quote::one_installment ... ok",
            "test prism::takes ... ignored, npm could not install the official clients",
            "test other ... ignored",
            "5 passed; 0 failed",
            "test result: FAILED. 4 passed; 2 failed; 2 ignored; 0 measured; 9 filtered out; finished in 1.23s",
        ] {
            tally.read(line);
        }
        assert_eq!(tally.to_string(), "7 passed, 2 failed, 2 skipped");
        assert_eq!(tally.failures, ["money::quote::three_installments"]);
        let skips = [
            "prism::takes (npm could not install the official clients)",
            "other (no reason given)",
        ];
        assert_eq!(tally.skips, skips);
    }
}
