//! Phone numbers in international form.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use crate::keys::Keys;

use super::PhoneDigest;

/// The number of digits after the calling code that are part of a [`DestinationPrefix`].
const PREFIX_DIGITS: usize = 3;

/// A phone number in international form. Personal data: `Debug` hides the digits, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Destination {
    /// The calling code and the national number.
    digits: Zeroizing<String>,
    prefix: DestinationPrefix,
}

/// A calling code and the first digits of a national number: an operator or a range of numbers, never one phone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DestinationPrefix(String);

/// Why no code may be sent to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestinationRefused {
    /// The number is not a mobile number of any country.
    #[error("the number is not a mobile number")]
    NotMobile,
    /// Codes are not sent to the number's country.
    #[error("codes are not sent to the country of the number")]
    CountryNotAllowed,
}

impl Destination {
    /// Joins a calling code and a national number; both are digits.
    pub fn new(calling_code: u16, national_number: &str) -> Self {
        let national = national_number.chars();
        let prefix: String = national.take(PREFIX_DIGITS).collect();
        Self {
            digits: Zeroizing::new(format!("{calling_code}{national_number}")),
            prefix: DestinationPrefix(format!("{calling_code}{prefix}")),
        }
    }

    /// Lends the digits, without `+`, to `use_it`.
    pub fn expose<T>(&self, use_it: impl FnOnce(&str) -> T) -> T {
        use_it(&self.digits)
    }

    /// The prefix that the number belongs to.
    pub const fn prefix(&self) -> &DestinationPrefix {
        &self.prefix
    }

    /// Recognizes the phone without storing its number, in any spelling.
    pub fn digest(&self, keys: &Keys) -> PhoneDigest {
        PhoneDigest(
            keys.phone_key()
                .tag(&[b"destination", self.digits.as_bytes()]),
        )
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Destination({}…)", self.prefix.as_str())
    }
}

impl DestinationPrefix {
    /// The digits of the prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parses 1 to 8 digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        ((1..=8).contains(&text.len()) && is_digits).then(|| Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Destination, DestinationPrefix};

    #[test]
    fn a_prefix_is_the_calling_code_and_three_digits() {
        let destination = Destination::new(90, "5551234567");
        assert_eq!(destination.prefix().as_str(), "90555");
        assert_eq!(format!("{destination:?}"), "Destination(90555…)");
        for text in ["", "905551234", "90a", "+90"] {
            assert_eq!(DestinationPrefix::parse(text), None, "{text}");
        }
    }
}
