//! A customer's consent to saving a card.

use alloc::borrow::ToOwned;
use alloc::string::String;

use chrono::{DateTime, Utc};

/// The version of the text that customers agree to: 1 to 16 ASCII letters, digits, `.`, `-` and `_`. A changed text
/// needs a new version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentVersion(String);

/// The text is not a [`ConsentVersion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use 1 to 16 letters, digits, dots, dashes and underscores")]
pub struct InvalidConsentVersion;

impl ConsentVersion {
    /// The maximum number of characters.
    pub const MAX_LENGTH: usize = 16;

    /// Parses a text without changing it.
    ///
    /// # Errors
    /// [`InvalidConsentVersion`] if it is not one.
    pub fn parse(text: &str) -> Result<Self, InvalidConsentVersion> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let has_length = (1..=Self::MAX_LENGTH).contains(&text.len());
        if has_length && text.bytes().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidConsentVersion)
        }
    }

    /// The version as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// When a customer consented, and to which text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// When the card was submitted with the consent.
    pub at: DateTime<Utc>,
    /// The version of the text; `None` for a card that an earlier release accepted without noting it.
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
