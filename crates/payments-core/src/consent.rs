//! A customer's consent to keeping a card.

use alloc::borrow::ToOwned;
use alloc::string::String;

use chrono::{DateTime, Utc};

/// Names the text that customers agree to: 1 to 16 ASCII letters, digits, `.`, `-` and `_`. A changed text gets another
/// name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentVersion(String);

/// A text that is not a [`ConsentVersion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use 1 to 16 letters, digits, dots, dashes and underscores")]
pub struct InvalidConsentVersion;

impl ConsentVersion {
    /// The most characters.
    pub const MAX_LENGTH: usize = 16;

    /// Takes a text that already is one.
    ///
    /// # Errors
    /// [`InvalidConsentVersion`] when it is not.
    pub fn parse(text: &str) -> Result<Self, InvalidConsentVersion> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let has_length = (1..=Self::MAX_LENGTH).contains(&text.len());
        if has_length && text.bytes().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidConsentVersion)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// When a customer consented, and to which text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// When the card was submitted with it.
    pub at: DateTime<Utc>,
    /// The text's version; `None` for a card submitted to a release that did not note it.
    pub version: Option<ConsentVersion>,
}

#[cfg(test)]
mod tests {
    use super::ConsentVersion;

    #[test]
    fn a_version_is_a_short_word() {
        for good in ["1", "2026-11", "kvkk_v2.1", "abcdefghijklmnop"] {
            assert_eq!(ConsentVersion::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", " 1", "ü", "a b", "abcdefghijklmnopq"] {
            assert!(ConsentVersion::parse(bad).is_err(), "{bad}");
        }
    }
}
