//! Telling that two submissions are of the same card, without keeping the number.

use alloc::string::String;

/// A keyed HMAC of a card number: equal for the same card, useless without the key (a plain hash would leave only
/// 10^5 candidates between first six and last four).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Lower-case hexadecimal, 64 characters: the column in the database.
    pub fn to_hex(self) -> String {
        crate::hex::encode(&self.0)
    }

    /// Reads the column in the database back; none for any other text.
    pub fn from_hex(text: &str) -> Option<Self> {
        crate::hex::decode(text).map(Self)
    }
}
