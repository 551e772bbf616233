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
        let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        let bytes = hex::decode(text).filter(|_| is_lower);
        bytes.map(Self).ok_or(InvalidQuoteId)
    }
}

impl fmt::Display for QuoteId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidQuoteId, QuoteId};

    #[test]
    fn only_the_displayed_text_is_an_id() {
        let id = QuoteId::new([0xab; 16]);
        let text = id.to_string();
        assert_eq!(text, "ab".repeat(16));
        assert_eq!(QuoteId::parse(&text), Ok(id));
        let upper = text.to_uppercase();
        let mixed = text.replacen('a', "A", 1);
        let (short, long) = (&text[1..], format!("{text}a"));
        let spaced = format!(" {}", &text[1..]);
        for other in [
            "",
            &*upper,
            &*mixed,
            short,
            &*long,
            &*spaced,
            &"g".repeat(32),
        ] {
            assert_eq!(QuoteId::parse(other), Err(InvalidQuoteId), "{other}");
        }
    }
}
