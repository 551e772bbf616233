//! Recognizes two submissions of the same card without storing the number.

use alloc::string::String;

/// A keyed HMAC of a card number: equal for the same card, and useless without the key. (A plain hash would leave only
/// 10^5 candidates between the first six and the last four digits.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Lower-case hexadecimal, 64 characters, as stored in the database.
    pub fn to_hex(self) -> String {
        crate::hex::encode(&self.0)
    }

    /// Parses 64 hexadecimal digits; `None` for any other text.
    pub fn from_hex(text: &str) -> Option<Self> {
        crate::hex::decode(text).map(Self)
    }
}
