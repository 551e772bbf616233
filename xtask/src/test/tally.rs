//! Adding up what many test binaries say.

use std::fmt;

/// How many tests passed, failed and were skipped, and which ones failed or were skipped.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
    failures: Vec<String>,
    skips: Vec<String>,
}

impl Tally {
    /// Counts the line if it is the closing line of a test binary, notes it if it is of a failed or a skipped test.
    pub(super) fn read(&mut self, line: &str) {
        if let Some(name) = failed_test(line) {
            self.failures.push(name.to_owned());
        }
        if let Some((name, reason)) = skipped_test(line) {
            self.skips.push(format!("{name} ({reason})"));
        }
        let Some(result) = line.strip_prefix("test result: ") else {
            return;
        };
        let parts = result.split(['.', ';']).map(str::trim);
        for (number, word) in parts.filter_map(|part| part.split_once(' ')) {
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// The names of the tests that failed.
    pub(super) fn failures(&self) -> &[String] {
        &self.failures
    }

    /// The names of the tests that were skipped, each with the reason.
    pub(super) fn skips(&self) -> &[String] {
        &self.skips
    }

    /// Tests that were skipped.
    pub(super) fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Tests that were carried out.
    pub(super) fn ran(&self) -> u64 {
        self.passed + self.failed
    }
}

fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

fn skipped_test(line: &str) -> Option<(&str, &str)> {
    let (name, reason) = line.strip_prefix("test ")?.split_once(" ... ignored")?;
    let reason = reason.strip_prefix(", ").unwrap_or("no reason given");
    Some((name, reason))
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn closing_lines_of_several_binaries_are_added_up() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test prices_stand ... ok",
            "test result: FAILED. 4 passed; 2 failed; 1 ignored; 0 measured; 9 filtered out; finished in 1.23s",
        ] {
            tally.read(line);
        }
        assert_eq!(tally.to_string(), "7 passed, 2 failed, 1 skipped");
        assert_eq!(tally.ran(), 9);
    }

    #[test]
    fn failed_tests_are_remembered_by_name() {
        let mut tally = Tally::default();
        tally.read("test money::quote::three_installments ... FAILED");
        tally.read("test money::quote::one_installment ... ok");
        assert_eq!(tally.failures(), ["money::quote::three_installments"]);
    }

    #[test]
    fn skipped_tests_are_remembered_by_name_and_reason() {
        let mut tally = Tally::default();
        for line in [
            "test prism::takes ... ignored, npm could not install the official clients",
            "test other ... ignored",
            "test result: ok. 0 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out",
        ] {
            tally.read(line);
        }
        let expected = [
            "prism::takes (npm could not install the official clients)",
            "other (no reason given)",
        ];
        assert_eq!(tally.skips(), expected);
        assert_eq!(tally.skipped(), 2);
    }

    #[test]
    fn a_test_that_prints_a_number_is_not_counted() {
        let mut tally = Tally::default();
        tally.read("5 passed; 0 failed");
        assert_eq!(tally, Tally::default());
    }
}
