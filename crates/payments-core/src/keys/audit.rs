//! The key of the audit log's hash chain.

use alloc::string::String;

use crate::hex;

use super::{LastingKey, SecretKey};

/// The key of the audit log's hash chain, derived from the lasting key.
pub struct AuditKey {
    secret: SecretKey,
    id: String,
}

impl AuditKey {
    /// Derives the key from a lasting key. A replaced lasting key still verifies its own seals.
    pub fn of(lasting: &LastingKey) -> Self {
        let secret = lasting.0.derive("payments/v1/audit seal");
        let id = hex::encode(&secret.tag(&[b"key id"])[..8]);
        Self { secret, id }
    }

    /// Identifies the key, and is stored with every seal: 16 hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.secret.tag(parts)
    }
}
