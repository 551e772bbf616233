//! Phone numbers, in profiles and as destinations of codes.

mod destination;

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::keys::Keys;

pub use destination::{Destination, DestinationPrefix, DestinationRefused};

/// A number that a code can be sent to: 10 to 14 ASCII digits, after removing spaces and one leading zero.
///
/// Personal data: `Debug` hides the digits, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(Zeroizing<String>);

/// The text is not a phone number. Does not contain the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use 10 to 14 digits")]
pub struct InvalidPhone;

impl Phone {
    /// Parses what a customer typed, by the contract's rule: 10 to 14 code points as given; U+0020 removed; one leading
    /// `0` removed; then exactly 10 to 14 ASCII digits.
    ///
    /// # Errors
    /// [`InvalidPhone`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidPhone> {
        if !(10..=14).contains(&text.chars().take(15).count()) {
            return Err(InvalidPhone);
        }
        let digits: String = text.chars().filter(|character| *character != ' ').collect();
        let digits = digits.strip_prefix('0').unwrap_or(&digits);
        if (10..=14).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(Zeroizing::new(digits.to_owned())))
        } else {
            Err(InvalidPhone)
        }
    }

    /// Lends the digits to `use_it`: for an SMS provider's request, or the customer's own profile.
    pub fn expose<T>(&self, use_it: impl FnOnce(&str) -> T) -> T {
        use_it(&self.0)
    }
}

impl Phone {
    /// A digest that recognizes the phone without storing it.
    pub fn digest(&self, keys: &Keys) -> PhoneDigest {
        PhoneDigest(keys.phone_key().tag(&[self.0.as_bytes()]))
    }
}

/// A calling code, which does not begin with 0, followed by the rest of the number.
fn is_international(digits: &str) -> bool {
    !digits.starts_with('0')
        && (10..=14).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A keyed HMAC of a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PhoneDigest(#[serde(with = "crate::hex")] pub [u8; 32]);

impl fmt::Debug for Phone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Phone(…)")
    }
}

/// A phone number as the commerce system wrote it into a profile: anything that [`Phone::parse`] accepts
/// (`05551234567`), or a number in E.164 form (`+905551234567`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProfilePhone(String);

impl ProfilePhone {
    /// Parses a number, and keeps it as it was given.
    ///
    /// # Errors
    /// [`InvalidPhone`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidPhone> {
        let is_phone = match text.strip_prefix('+') {
            Some(international) => is_international(international),
            None => Phone::parse(text).is_ok(),
        };
        is_phone.then(|| Self(text.to_owned())).ok_or(InvalidPhone)
    }

    /// The text as it was given.
    pub fn as_given(&self) -> &str {
        &self.0
    }

    /// The number that a code would be sent to, as customers in the country of this calling code (`90`) type it: a
    /// number of that country has neither the calling code nor a leading zero.
    ///
    /// # Errors
    /// Never for a value made by [`ProfilePhone::parse`].
    pub fn normalized(&self, calling_code: &str) -> Result<Phone, InvalidPhone> {
        let Some(international) = self.0.strip_prefix('+') else {
            return Phone::parse(&self.0);
        };
        let national = international.strip_prefix(calling_code).map(Phone::parse);
        national
            .and_then(Result::ok)
            .map_or_else(|| Phone::parse(international), Ok)
    }
}

impl TryFrom<String> for ProfilePhone {
    type Error = InvalidPhone;

    fn try_from(text: String) -> Result<Self, InvalidPhone> {
        Self::parse(&text)
    }
}

impl From<ProfilePhone> for String {
    fn from(phone: ProfilePhone) -> Self {
        phone.0
    }
}

impl fmt::Debug for ProfilePhone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ProfilePhone(…)")
    }
}
