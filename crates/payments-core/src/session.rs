//! Session ids: the bearer secret in a front end's cookie, and the digest that is stored.

#[cfg(feature = "card-storage")]
mod id;

use alloc::string::String;

#[cfg(feature = "card-storage")]
pub use id::{InvalidSessionId, SessionId};

/// SHA-256 of a session id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionDigest(pub [u8; 32]);

impl SessionDigest {
    /// Lower-case hexadecimal, 64 characters, as stored in the database.
    pub fn to_hex(self) -> String {
        crate::hex::encode(&self.0)
    }

    /// Parses 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        crate::hex::decode(text).map(Self)
    }
}
