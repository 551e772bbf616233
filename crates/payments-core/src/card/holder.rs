//! Names: on a card, and the one its owner gives a saved card.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

/// The name on a card: 2 to 100 characters, no digits run that could hide a number, no control characters.
#[derive(Clone, PartialEq, Eq)]
pub struct CardHolder(String);

/// The name a customer gives a saved card: 1 to 50 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct CardName(String);

/// A text that is not such a name. The text itself is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable name")]
pub struct InvalidName;

/// Most digits a name may have: a card number typed into the wrong field must not be kept.
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
    /// Takes 2 to 100 characters, trimmed; at most five digits and none of `<>"%;&+()|=!` (gateways refuse those).
    ///
    /// # Errors
    /// [`InvalidName`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        check(text, 2..=100).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl CardName {
    /// Takes 1 to 50 characters, trimmed, by the same rules as [`CardHolder::parse`].
    ///
    /// # Errors
    /// [`InvalidName`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        check(text, 1..=50).map(Self)
    }

    /// The name.
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
