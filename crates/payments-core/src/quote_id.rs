//! Ids of quotes.

use core::fmt;

use crate::hex;

/// The id of a quote: 16 random bytes, as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuoteId([u8; 16]);

/// The text is not a [`QuoteId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a quote")]
pub struct InvalidQuoteId;

impl QuoteId {
    /// The id with these random bytes.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Parses a text as it is displayed.
    ///
    /// # Errors
    /// [`InvalidQuoteId`] for any other text.
    pub fn parse(text: &str) -> Result<Self, InvalidQuoteId> {
        hex::decode(text).map(Self).ok_or(InvalidQuoteId)
    }
}

impl fmt::Display for QuoteId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(&self.0))
    }
}
