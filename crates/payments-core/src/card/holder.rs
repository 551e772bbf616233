//! Names: the name on a card, and the customer's own name for a saved card.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

/// The name on a card: 2 to 100 characters, without control characters or a number of digits that could
/// be a card number.
#[derive(Clone, PartialEq, Eq)]
pub struct CardHolder(String);

/// A customer's own name for a saved card: 1 to 50 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct CardName(String);

/// The text is not such a name. Does not contain the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable name")]
pub struct InvalidName;

/// The maximum number of digits in a name, so that a card number typed into the wrong field is not stored.
const MAX_DIGITS: usize = 5;

fn check(text: &str, lengths: core::ops::RangeInclusive<usize>) -> Result<String, InvalidName> {
    let text = text.trim();
    let digits = text
        .chars()
        .filter(|character| character.is_numeric())
        .count();
    let forbidden = |character: char| character.is_control() || "<>\"%;&+()|=!".contains(character);
    if lengths.contains(&text.chars().count()) && digits <= MAX_DIGITS && !text.contains(forbidden)
    {
        Ok(text.to_owned())
    } else {
        Err(InvalidName)
    }
}

impl CardHolder {
    /// Trims and accepts 2 to 100 characters, with at most five digits and none of
    /// `<>"%;&+()|=!`, which gateways refuse.
    ///
    /// # Errors
    /// [`InvalidName`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        check(text, 2..=100).map(Self)
    }

    /// The name as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl CardName {
    /// Trims and accepts 1 to 50 characters, by the same rules as [`CardHolder::parse`].
    ///
    /// # Errors
    /// [`InvalidName`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        check(text, 1..=50).map(Self)
    }

    /// The name as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CardHolder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CardHolder(…)")
    }
}

impl fmt::Debug for CardName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CardName(…)")
    }
}
