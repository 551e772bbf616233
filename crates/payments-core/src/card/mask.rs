//! The part of a card number that may be shown.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

/// A masked card number: first six digits, one `*` for each hidden digit, last four (`123456******1234`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskedPan(String);

/// The text is not a masked card number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a masked card number")]
pub struct InvalidMask;

impl MaskedPan {
    /// Masks a number's ASCII digits, of which there must be at least 12.
    pub(crate) fn of_digits(digits: &[u8]) -> Self {
        let hidden = 6..digits.len().saturating_sub(4);
        let show = |(place, digit): (usize, &u8)| {
            if hidden.contains(&place) {
                '*'
            } else {
                char::from(*digit)
            }
        };
        Self(digits.iter().enumerate().map(show).collect())
    }

    /// Parses a stored mask: six digits, 2 to 9 asterisks, four digits.
    ///
    /// # Errors
    /// [`InvalidMask`] for any other text.
    pub fn parse(text: &str) -> Result<Self, InvalidMask> {
        let bytes = text.as_bytes();
        let well_formed = (12..=19).contains(&bytes.len())
            && bytes[..6].iter().all(u8::is_ascii_digit)
            && bytes[6..bytes.len() - 4].iter().all(|byte| *byte == b'*')
            && bytes[bytes.len() - 4..].iter().all(u8::is_ascii_digit);
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidMask)
        }
    }

    /// The mask as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MaskedPan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
