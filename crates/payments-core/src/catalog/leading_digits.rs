//! The first digits of a card number: as a customer types them, or as they are stored with a saved card.

use core::fmt;

/// The first 6 to 8 digits of a card number. More digits would be cardholder data (PCI DSS 3.4.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeadingDigits {
    /// Digits, then zero bytes.
    bytes: [u8; Self::MAX],
}

/// A text that is not [`LeadingDigits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use the first 6 to 8 digits")]
pub struct InvalidLeadingDigits;

impl LeadingDigits {
    pub(crate) const MIN: usize = 6;
    pub(crate) const MAX: usize = 8;

    /// Takes 6 to 8 ASCII digits.
    ///
    /// # Errors
    /// [`InvalidLeadingDigits`].
    pub fn parse(text: &str) -> Result<Self, InvalidLeadingDigits> {
        let is_long_enough = (Self::MIN..=Self::MAX).contains(&text.len());
        if is_long_enough && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self::of(text.as_bytes()))
        } else {
            Err(InvalidLeadingDigits)
        }
    }

    /// All beginnings of a BIN that customers can have typed.
    pub(super) fn beginnings(bin: &str) -> impl Iterator<Item = Self> {
        let lengths = Self::MIN..=Self::MAX.min(bin.len());
        lengths.map(move |length| Self::of(&bin.as_bytes()[..length]))
    }

    /// The digits.
    pub fn as_bytes(&self) -> &[u8] {
        let end = self.bytes.iter().position(|byte| *byte == 0);
        &self.bytes[..end.unwrap_or(Self::MAX)]
    }

    /// The first six of them: a BIN of every card network.
    #[must_use]
    pub fn first_six(self) -> Self {
        Self::of(&self.bytes[..Self::MIN])
    }

    /// The digits as text, for the database.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// 6 to 8 ASCII digits.
    pub(crate) fn of(digits: &[u8]) -> Self {
        let mut bytes = [0; Self::MAX];
        bytes[..digits.len()].copy_from_slice(digits);
        Self { bytes }
    }
}

/// Without the digits: logs have none of them.
impl fmt::Debug for LeadingDigits {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "LeadingDigits({})", self.as_bytes().len())
    }
}
