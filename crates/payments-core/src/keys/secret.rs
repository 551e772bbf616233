//! Keys that are wiped on drop, and key derivation.

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

/// The master key that must be kept as long as the saved cards.
pub struct LastingKey(pub(crate) SecretKey);

/// The secret is too short to be a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key needs at least 32 random bytes")]
pub struct InvalidMasterKey;

/// The minimum length of a master key in bytes.
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
    /// Accepts at least 32 random bytes.
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
    /// Accepts at least 32 random bytes. They must differ from those of the ring.
    ///
    /// # Errors
    /// [`InvalidMasterKey`] for fewer.
    pub fn new(secret: &[u8]) -> Result<Self, InvalidMasterKey> {
        extract(secret).map(Self)
    }
}

/// A 256-bit key, wiped on drop.
pub(crate) struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    /// Derives a key for one purpose, named by its label.
    pub(crate) fn derive(&self, label: &str) -> Self {
        Self::expand(&Hkdf::<Sha256>::new(None, &*self.0), &[label.as_bytes()])
    }

    /// A check value that distinguishes keys without revealing them.
    pub(super) fn check(&self) -> [u8; 8] {
        let mut check = [0; 8];
        check.copy_from_slice(&self.derive("payments/v1/key check").0[..8]);
        check
    }

    /// Derives a key for one purpose that also needs the secret `salt`.
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

    /// HMAC-SHA256 over the parts, each prefixed with its length, so that different lists of parts never
    /// give the same input.
    pub(crate) fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC pads a shorter key with zeros to the block size (RFC 2104); a full block cannot fail.
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&*self.0);
        let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The raw key bytes, for a cipher.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
