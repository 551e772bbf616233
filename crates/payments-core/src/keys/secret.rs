//! Keys that are wiped on drop, and how others are derived from them.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::KeyId;

/// A master key of the ring.
pub struct MasterKey {
    pub(super) id: KeyId,
    pub(super) secret: SecretKey,
}

/// The master key that is kept for as long as the saved cards are.
pub struct LastingKey(pub(crate) SecretKey);

/// A secret that is too short to be a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key needs at least 32 random bytes")]
pub struct InvalidMasterKey;

/// The fewest bytes of a master key.
const MIN_BYTES: usize = 32;

fn extract(secret: &[u8]) -> Result<SecretKey, InvalidMasterKey> {
    if secret.len() < MIN_BYTES {
        return Err(InvalidMasterKey);
    }
    Ok(SecretKey::expand(
        &Hkdf::<Sha256>::new(None, secret),
        &[b"payments/v1/master"],
    ))
}

impl MasterKey {
    /// Takes at least 32 random bytes.
    ///
    /// # Errors
    /// [`InvalidMasterKey`] for fewer.
    pub fn new(id: KeyId, secret: &[u8]) -> Result<Self, InvalidMasterKey> {
        Ok(Self {
            id,
            secret: extract(secret)?,
        })
    }
}

impl LastingKey {
    /// Takes at least 32 random bytes, other ones than those of the ring.
    ///
    /// # Errors
    /// [`InvalidMasterKey`] for fewer.
    pub fn new(secret: &[u8]) -> Result<Self, InvalidMasterKey> {
        extract(secret).map(Self)
    }
}

/// 256 bits of key; wiped on drop.
pub(crate) struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    /// A key for one purpose, named by its label.
    pub(crate) fn derive(&self, label: &str) -> Self {
        Self::expand(&Hkdf::<Sha256>::new(None, &*self.0), &[label.as_bytes()])
    }

    /// What tells this key from others and does not tell the key.
    pub(super) fn check(&self) -> [u8; 8] {
        let mut check = [0; 8];
        check.copy_from_slice(&self.derive("payments/v1/key check").0[..8]);
        check
    }

    /// A key for one purpose that needs the secret `salt` as well.
    pub(crate) fn derive_salted(&self, salt: &[u8], label: &str, about: &[u8]) -> Self {
        Self::expand(
            &Hkdf::<Sha256>::new(Some(salt), &*self.0),
            &[label.as_bytes(), about],
        )
    }

    fn expand(from: &Hkdf<Sha256>, info: &[&[u8]]) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        // HKDF-SHA256 fails only beyond 8,160 bytes, so the key is always filled.
        let filled = from.expand_multi_info(info, key.as_mut());
        debug_assert!(filled.is_ok(), "32 bytes can always be expanded");
        Self(key)
    }

    /// HMAC-SHA256 over the parts, each with its length before it, so that no two lists of parts are taken for one
    /// another.
    pub(crate) fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC pads a shorter key with zeros to the hash's block (RFC 2104); a whole block cannot fail.
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&*self.0);
        let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The raw key, for a cipher.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
