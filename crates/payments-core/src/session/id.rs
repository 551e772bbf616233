//! The session id itself.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::SessionDigest;

/// A session id as the cookie contains it: a bearer secret. `[A-Za-z0-9_]`, 22 to 128 characters.
///
/// The server stores only its [`SessionDigest`]; the id itself seals the held card.
#[derive(Clone)]
pub struct SessionId(Zeroizing<String>);

/// The text is not a session id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use 22 to 128 letters, digits and underscores")]
pub struct InvalidSessionId;

impl SessionId {
    /// The minimum number of characters that can hold 128 bits: 22 of the 63-letter alphabet hold 131.
    pub const MIN_LENGTH: usize = 22;
    /// The maximum number of characters.
    pub const MAX_LENGTH: usize = 128;

    /// Parses a text in the alphabet and length of session ids.
    ///
    /// # Errors
    /// [`InvalidSessionId`], without the text.
    pub fn parse(text: &str) -> Result<Self, InvalidSessionId> {
        let in_alphabet = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if in_alphabet && (Self::MIN_LENGTH..=Self::MAX_LENGTH).contains(&text.len()) {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(InvalidSessionId)
        }
    }

    /// The digest that is stored instead of the id.
    pub fn digest(&self) -> SessionDigest {
        SessionDigest(Sha256::digest(self.0.as_bytes()).into())
    }

    /// Lends the raw id to `use_it`, as key material.
    pub fn expose<T>(&self, use_it: impl FnOnce(&[u8]) -> T) -> T {
        use_it(self.0.as_bytes())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SessionId(…)")
    }
}
