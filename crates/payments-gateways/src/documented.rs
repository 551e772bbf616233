//! Compares the table under "Errors" on a provider's page with the code, in both directions.

use std::collections::BTreeMap;

use payments_core::tokenization::RefusalReason;

use crate::outcome::{Outcome, ProviderError};

/// Replaces an unreadable answer, where only its HTTP status counts.
pub(crate) const UNREADABLE: ProviderError = ProviderError::Unknown {
    what: "the answer cannot be read",
};

/// A page's table: the meaning of each code and HTTP status, and of any other code.
struct Table {
    codes: BTreeMap<String, &'static str>,
    statuses: BTreeMap<u16, &'static str>,
    any_other: &'static str,
}

/// The words that the second column of a row may begin with.
const WORDS: [&str; 13] = [
    "declined",
    "expired card",
    "invalid card",
    "this card may not be saved",
    "contact your bank",
    "try later",
    "the generic sentence",
    "the number is refused",
    "the next sender",
    "`misconfigured`",
    "`rate_limited`",
    "`unavailable`",
    "`unknown`",
];

/// The pages' word for an error. For SMS, a refusal is about the number.
fn word(error: &ProviderError, is_sms: bool) -> &'static str {
    match error {
        ProviderError::Refused { .. } if is_sms => "the number is refused",
        ProviderError::Refused { reason, .. } => match reason {
            RefusalReason::Declined => "declined",
            RefusalReason::ExpiredCard => "expired card",
            RefusalReason::InvalidCard => "invalid card",
            RefusalReason::NotAllowed => "this card may not be saved",
            RefusalReason::ContactBank => "contact your bank",
            RefusalReason::TryLater => "try later",
            RefusalReason::Other | _ => "the generic sentence",
        },
        ProviderError::OutOfReach { .. } => "the next sender",
        ProviderError::Misconfigured { .. } => "`misconfigured`",
        ProviderError::RateLimited { .. } => "`rate_limited`",
        ProviderError::Unavailable { .. } => "`unavailable`",
        ProviderError::Unknown { .. } => "`unknown`",
    }
}

impl Table {
    fn of(page: &str) -> Self {
        let mut table = Self {
            codes: BTreeMap::new(),
            statuses: BTreeMap::new(),
            any_other: "",
        };
        let errors = page.split("## Errors").nth(1).unwrap();
        let errors = errors.split("\n## ").next().unwrap();
        let rows = errors.lines().filter(|line| line.starts_with("| "));
        for row in rows.skip(1) {
            let [_, given, meaning, _] = row.split('|').collect::<Vec<_>>()[..] else {
                panic!("a row of two columns: {row}");
            };
            table.take(given.trim(), meaning.trim());
        }
        table
    }

    fn take(&mut self, given: &str, meaning: &str) {
        let word = WORDS.into_iter().find(|word| meaning.starts_with(word));
        let word = word.unwrap_or_else(|| panic!("{meaning:?} is no outcome"));
        if given.starts_with("any other") {
            self.any_other = word;
            return;
        }
        for code in codes(given) {
            assert!(
                self.codes.insert(code.clone(), word).is_none(),
                "{code} twice"
            );
        }
        for status in statuses(given) {
            self.statuses.insert(status, word);
        }
    }
}

/// The codes in backticks; "`1` to `3`" includes those in between.
fn codes(given: &str) -> Vec<String> {
    let is_code = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    let parts: Vec<&str> = given.split('`').collect();
    let mut codes = Vec::new();
    for (place, code) in parts.iter().enumerate().skip(1).step_by(2) {
        if parts[place - 1] == " to " {
            let number = |text: &str| text.parse::<u32>().unwrap();
            let (first, last) = (number(parts[place - 2]), number(code));
            codes.extend((first + 1..=last).map(|code| code.to_string()));
        } else if is_code(code) {
            codes.push((*code).to_owned());
        }
    }
    codes
}

/// The numbers after "HTTP"; `5xx` means 500 and 503.
fn statuses(given: &str) -> Vec<u16> {
    let after = given.split("HTTP ").nth(1).unwrap_or_default();
    let words = after.split([',', ' ']).filter(|word| !word.is_empty());
    let numbers = words.map_while(|word| match word {
        "5xx" => Some(vec![500, 503]),
        word => word.parse().ok().map(|status| vec![status]),
    });
    numbers.flatten().collect()
}

/// All numbers that may be a code.
pub(crate) fn numbers() -> impl Iterator<Item = String> {
    (1..=200_000_u32).map(|number| number.to_string())
}

/// How the adapter interprets codes, and HTTP statuses of unreadable responses.
pub(crate) struct Adapter<C, S> {
    pub(crate) is_sms: bool,
    pub(crate) of_code: C,
    pub(crate) of_status: S,
}

impl<C: Fn(&str) -> ProviderError, S: Fn(u16) -> ProviderError> Adapter<C, S> {
    /// Asserts that every row of the page matches the adapter, and that every one of `candidates` and of all statuses
    /// that the adapter treats specially has a row.
    pub(crate) fn check(&self, page: &str, candidates: impl Iterator<Item = String>) {
        let table = Table::of(page);
        assert!(!table.codes.is_empty() && !table.any_other.is_empty());
        for (code, documented) in &table.codes {
            let done = word(&(self.of_code)(code), self.is_sms);
            assert_eq!(done, *documented, "code {code}");
        }
        for code in candidates.filter(|code| !table.codes.contains_key(code)) {
            let done = word(&(self.of_code)(&code), self.is_sms);
            assert_eq!(done, table.any_other, "code {code} is undocumented");
        }
        for (status, documented) in &table.statuses {
            let done = word(&(self.of_status)(*status), self.is_sms);
            assert_eq!(done, *documented, "HTTP {status}");
        }
        for status in (400..600).filter(|status| !table.statuses.contains_key(status)) {
            let done = (self.of_status)(status).outcome();
            assert_eq!(done, Outcome::Unknown, "HTTP {status} is undocumented");
        }
    }
}
