//! The secret keys of the service, derived with HKDF-SHA256 (RFC 5869) from a few master keys.
//!
//! There are two kinds of master keys, which are rotated differently:
//! - The **ring** seals cards, peppers codes, signs CSRF tokens and the console's sessions. Its first key is used for everything new; all its
//!   keys open existing data. Rotate it in three steps: append a new key, move it to the front, remove the old one.
//!   [`RingMark`] tells whether the rings of several processes are compatible.
//! - The **lasting** key makes the digests that identify cards, flows, phones and counters. Replacing it makes every
//!   saved card look new once, and loses the current flows and counts. All processes must have the same one.

mod audit;
mod rotation;
mod secret;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use subtle::{Choice, ConstantTimeEq};

use crate::flow::FlowKey;
use crate::hex;
use crate::id::CustomerId;
use crate::session::SessionDigest;

pub use audit::AuditKey;
pub use rotation::{
    InvalidMark, KEY_NEEDED_MINUTES, KeyMark, KeyMarks, LastingMark, RingMark, RotationFault,
    RotationStep,
};
pub(crate) use secret::SecretKey;
pub use secret::{InvalidMasterKey, LastingKey, MasterKey};

/// Identifies a key of a ring. Part of sealed data.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct KeyId(pub u32);

impl fmt::Display for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// Why a ring is not usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeyRing {
    /// The ring has no key.
    #[error("the key ring is empty")]
    Empty,
    /// Two keys have the same id.
    #[error("two keys of the ring have the same id")]
    Ambiguous,
    /// One key has two ids: replacing one with the other would rotate nothing.
    #[error("the key ring has one key under two ids")]
    Repeated,
}

/// The keys that are derived from one key of the ring.
struct RingKeys {
    mark: KeyMark,
    /// The root of the keys that seal held cards; each flow has a key of its own.
    sealing: SecretKey,
    code_pepper: SecretKey,
    csrf: SecretKey,
    console: SecretKey,
}

/// The service's keys. Secret: does not implement `Debug` or `Clone`; share it in an `Arc`.
pub struct Keys {
    newest: RingKeys,
    older: Vec<RingKeys>,
    lasting_mark: LastingMark,
    fingerprint: SecretKey,
    flow: SecretKey,
    phone: SecretKey,
    counter: SecretKey,
    audit: AuditKey,
    replay: SecretKey,
    action: SecretKey,
}

impl Keys {
    /// Derives all keys. The first key of `ring` seals; all of them open.
    ///
    /// # Errors
    /// [`InvalidKeyRing`] for an empty ring, two keys with the same id, or the same key twice.
    pub fn new(ring: Vec<MasterKey>, lasting: &LastingKey) -> Result<Self, InvalidKeyRing> {
        let mut derived = ring.into_iter().map(|master| RingKeys {
            mark: KeyMark {
                id: master.id,
                check: master.secret.check(),
            },
            sealing: master.secret.derive("payments/v1/sealing"),
            code_pepper: master.secret.derive("payments/v1/code pepper"),
            csrf: master.secret.derive("payments/v1/csrf"),
            console: master.secret.derive("payments/v1/console session"),
        });
        let newest = derived.next().ok_or(InvalidKeyRing::Empty)?;
        let older: Vec<RingKeys> = derived.collect();
        let marks: Vec<KeyMark> = older
            .iter()
            .map(|keys| keys.mark)
            .chain([newest.mark])
            .collect();
        for (position, mark) in marks.iter().enumerate() {
            let before = || marks[..position].iter();
            if before().any(|other| other.id == mark.id) {
                return Err(InvalidKeyRing::Ambiguous);
            }
            if before().any(|other| other.check == mark.check) {
                return Err(InvalidKeyRing::Repeated);
            }
        }
        Ok(Self {
            newest,
            older,
            lasting_mark: LastingMark(lasting.0.check()),
            fingerprint: lasting.0.derive("payments/v1/fingerprint"),
            flow: lasting.0.derive("payments/v1/flow key"),
            phone: lasting.0.derive("payments/v1/phone digest"),
            counter: lasting.0.derive("payments/v1/quota key"),
            audit: AuditKey::of(lasting),
            replay: lasting.0.derive("payments/v1/used code"),
            action: lasting.0.derive("payments/v1/card action"),
        })
    }

    /// The id of the key that seals and peppers new data.
    pub fn newest(&self) -> KeyId {
        self.newest.mark.id
    }

    /// Identifies the keys of the ring without revealing them.
    pub fn ring_mark(&self) -> RingMark {
        RingMark {
            sealing: self.newest.mark,
            opening: self.older.iter().map(|keys| keys.mark).collect(),
        }
    }

    /// Identifies all keys without revealing them, for comparison with other processes.
    pub fn marks(&self) -> KeyMarks {
        KeyMarks {
            ring: self.ring_mark(),
            lasting: self.lasting_mark,
        }
    }

    /// Identifies the flow of a customer in a session, without revealing either.
    pub fn flow_key(&self, session: &SessionDigest, customer: CustomerId) -> FlowKey {
        let tag = self.flow.tag(&[&session.0, &customer.get().to_be_bytes()]);
        FlowKey(hex::encode(&tag))
    }

    /// The key of an SMS counter. `purpose` is one of our words; `subject` is what is counted (a phone, an address
    /// block), which cannot be derived from the key.
    pub fn counter_key(&self, purpose: &str, subject: &[u8]) -> String {
        let tag = self.counter.tag(&[purpose.as_bytes(), subject]);
        format!("{purpose}:{}", hex::encode(&tag[..16]))
    }

    /// Signs a CSRF message with the newest key.
    pub fn csrf_tag(&self, message: &[u8]) -> [u8; 32] {
        self.newest.csrf.tag(&[message])
    }

    /// Whether any key of the ring signed this message. Takes the same time for every wrong tag.
    pub fn csrf_tag_is_valid(&self, message: &[u8], tag: &[u8]) -> bool {
        self.any_signed(|keys| &keys.csrf, message, tag)
    }

    /// Signs the message of a console session with the newest key.
    pub fn console_tag(&self, message: &[u8]) -> [u8; 32] {
        self.newest.console.tag(&[message])
    }

    /// Whether any key of the ring signed this message of a console session. Takes the same time for every wrong tag.
    pub fn console_tag_is_valid(&self, message: &[u8], tag: &[u8]) -> bool {
        self.any_signed(|keys| &keys.console, message, tag)
    }

    fn any_signed(&self, key: fn(&RingKeys) -> &SecretKey, message: &[u8], tag: &[u8]) -> bool {
        let signed_by = |keys: &RingKeys| key(keys).tag(&[message]).as_slice().ct_eq(tag);
        self.ring()
            .map(signed_by)
            .fold(Choice::from(0), |any, one| any | one)
            .into()
    }

    /// The key that seals the audit log.
    pub const fn audit(&self) -> &AuditKey {
        &self.audit
    }

    pub(crate) fn fingerprint_key(&self) -> &SecretKey {
        &self.fingerprint
    }

    pub(crate) fn phone_key(&self) -> &SecretKey {
        &self.phone
    }

    pub(crate) fn action_key(&self) -> &SecretKey {
        &self.action
    }

    pub(crate) fn replay_key(&self) -> &SecretKey {
        &self.replay
    }

    /// Whether the ring has the key `id`.
    pub fn has(&self, id: KeyId) -> bool {
        self.ring().any(|keys| keys.mark.id == id)
    }

    /// The root of the sealing keys of the key `id`; `None` if it has left the ring.
    pub(crate) fn sealing_root(&self, id: KeyId) -> Option<&SecretKey> {
        self.ring()
            .find(|keys| keys.mark.id == id)
            .map(|keys| &keys.sealing)
    }

    /// The pepper for codes of the key `id`; `None` if it has left the ring.
    pub(crate) fn code_pepper(&self, id: KeyId) -> Option<&SecretKey> {
        self.ring()
            .find(|keys| keys.mark.id == id)
            .map(|keys| &keys.code_pepper)
    }

    fn ring(&self) -> impl Iterator<Item = &RingKeys> {
        core::iter::once(&self.newest).chain(&self.older)
    }
}
