//! References of orders.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use crate::card::{Brand, Pan};

/// The order system's own reference of an order: 1 to 64 ASCII letters, digits, `-`, `_`, `.`, `:` and `/`, and never a
/// card number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderReference(String);

/// The text is not an [`OrderReference`]. Does not contain the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use {}", OrderReference::EXPECTED)]
pub struct InvalidOrderReference;

impl OrderReference {
    /// The maximum number of characters.
    pub const MAX_LENGTH: usize = 64;

    /// Describes a reference.
    pub const EXPECTED: &str =
        "1 to 64 ASCII letters, digits, and -_.:/ that do not contain a card number";

    /// Parses a text without changing it. Refuses a text with a run of digits that is the number of a known card scheme
    /// (12 to 19 digits that pass the Luhn check), with or without separators between the digits. Other runs of digits
    /// are accepted, as order numbers may be long.
    ///
    /// # Errors
    /// [`InvalidOrderReference`] if it is not one.
    pub fn parse(text: &str) -> Result<Self, InvalidOrderReference> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte);
        let has_length = (1..=Self::MAX_LENGTH).contains(&text.len());
        if has_length && text.bytes().all(is_allowed) && !has_card_number(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidOrderReference)
        }
    }

    /// The reference as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderReference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Whether a run of digits is a card number, or several that only separators divide.
fn has_card_number(text: &str) -> bool {
    let between_letters = text.split(|character: char| character.is_ascii_alphabetic());
    between_letters.into_iter().any(|part| {
        let runs: Vec<&str> = part.split(|other: char| !other.is_ascii_digit()).collect();
        (0..runs.len()).any(|first| begins_card_number(&runs[first..]))
    })
}

/// Whether the first of these runs, alone or with the next ones, is a card number.
fn begins_card_number(runs: &[&str]) -> bool {
    let mut digits = Zeroizing::new(String::with_capacity(OrderReference::MAX_LENGTH));
    runs.iter().any(|run| {
        digits.push_str(run);
        Pan::parse(&digits).is_ok_and(|pan| pan.brand() != Brand::Other)
    })
}

#[cfg(test)]
mod tests {
    use super::OrderReference;

    #[test]
    fn a_reference_is_a_short_word_without_a_card_number() {
        let longest = "7".repeat(64);
        for good in [
            "1",
            "ORD-10023",
            "2026/11:a_b.c",
            "20261129000123",
            "10000000000000000009",
            longest.as_str(),
        ] {
            assert_eq!(OrderReference::parse(good).unwrap().as_str(), good);
        }
        let too_long = "a".repeat(65);
        for bad in [
            "",
            " ",
            "a b",
            "a\n",
            "a\0",
            "é",
            "<b>",
            too_long.as_str(),
            "5528790000000008",
            "ORD5528790000000008",
            "ORD-5528790000000008-1",
            "5528-7900-0000-0008",
            "ORD5528.7900.0000.0008X",
            "374427000000003",
            "ORD-1-5528-7900-0000-0008",
            "20261129-5528-7900-0000-0008-2",
            "1.5528.7900.0000.0008",
        ] {
            assert!(OrderReference::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_error_does_not_repeat_the_text() {
        let error = OrderReference::parse("5528790000000008").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("5528"));
    }
}
