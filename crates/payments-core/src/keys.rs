//! Every secret key of the service, derived with HKDF-SHA256 (RFC 5869) from a few master keys.
//!
//! Two kinds of master keys, for they are replaced differently:
//! - The **ring** seals cards, peppers codes and signs CSRF tokens. Its first key does all that is new; all of them open
//!   what is still about. Replace it as often as you like, in three steps: append a new key, put it first, drop the old
//!   one ([`RingMark`] tells whether the steps of several processes go together).
//! - The **lasting** key tells cards, flows, phones and counters again. Replacing it makes every saved card look new
//!   once, and forgets the flows and counts under way.

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
    InvalidMark, KEY_NEEDED_MINUTES, KeyMark, RingMark, RotationFault, RotationStep,
};
pub(crate) use secret::SecretKey;
pub use secret::{InvalidMasterKey, LastingKey, MasterKey};

/// Identifies a key of a ring. Sealed data contains it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct KeyId(pub u32);

impl fmt::Display for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// Why a ring cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeyRing {
    /// There is no key in it.
    #[error("the key ring is empty")]
    Empty,
    /// Two keys bear one id.
    #[error("two keys of the ring have the same id")]
    Ambiguous,
    /// One key has two ids: replacing one with the other rotates nothing.
    #[error("the key ring has one key under two ids")]
    Repeated,
}

/// What is derived from one key of the ring.
struct RingKeys {
    mark: KeyMark,
    /// Root of the keys of held cards; each flow has its own below it.
    sealing: SecretKey,
    code_pepper: SecretKey,
    csrf: SecretKey,
}

/// The service's keys. Secret: no `Debug`, no `Clone`; share it in an `Arc`.
pub struct Keys {
    newest: RingKeys,
    older: Vec<RingKeys>,
    fingerprint: SecretKey,
    flow: SecretKey,
    phone: SecretKey,
    counter: SecretKey,
    audit: AuditKey,
    replay: SecretKey,
    action: SecretKey,
}

impl Keys {
    /// Derives all keys. The first of `ring` seals; all of it open.
    ///
    /// # Errors
    /// [`InvalidKeyRing`] for an empty ring, one with two keys of the same id, or one with the same key twice.
    pub fn new(ring: Vec<MasterKey>, lasting: &LastingKey) -> Result<Self, InvalidKeyRing> {
        let mut derived = ring.into_iter().map(|master| RingKeys {
            mark: KeyMark {
                id: master.id,
                check: master.secret.check(),
            },
            sealing: master.secret.derive("payments/v1/sealing"),
            code_pepper: master.secret.derive("payments/v1/code pepper"),
            csrf: master.secret.derive("payments/v1/csrf"),
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
            fingerprint: lasting.0.derive("payments/v1/fingerprint"),
            flow: lasting.0.derive("payments/v1/flow key"),
            phone: lasting.0.derive("payments/v1/phone digest"),
            counter: lasting.0.derive("payments/v1/quota key"),
            audit: AuditKey::of(lasting),
            replay: lasting.0.derive("payments/v1/used code"),
            action: lasting.0.derive("payments/v1/card action"),
        })
    }

    /// The key that seals and peppers what is new.
    pub fn newest(&self) -> KeyId {
        self.newest.mark.id
    }

    /// Names the keys of the ring without telling them, to be compared with those of other processes.
    pub fn ring_mark(&self) -> RingMark {
        RingMark {
            sealing: self.newest.mark,
            opening: self.older.iter().map(|keys| keys.mark).collect(),
        }
    }

    /// Names the one flow of a customer in a session, without naming either.
    pub fn flow_key(&self, session: &SessionDigest, customer: CustomerId) -> FlowKey {
        let tag = self.flow.tag(&[&session.0, &customer.get().to_be_bytes()]);
        FlowKey(hex::encode(&tag))
    }

    /// A key of an SMS counter: `purpose` is a word of ours, `subject` what is counted (a phone, an address block),
    /// which cannot be read back.
    pub fn counter_key(&self, purpose: &str, subject: &[u8]) -> String {
        let tag = self.counter.tag(&[purpose.as_bytes(), subject]);
        format!("{purpose}:{}", hex::encode(&tag[..16]))
    }

    /// Signs a message of CSRF protection with the newest key.
    pub fn csrf_tag(&self, message: &[u8]) -> [u8; 32] {
        self.newest.csrf.tag(&[message])
    }

    /// Whether any key of the ring signed this message. Takes the same time for every wrong tag.
    pub fn csrf_tag_is_valid(&self, message: &[u8], tag: &[u8]) -> bool {
        let signed_by = |keys: &RingKeys| keys.csrf.tag(&[message]).as_slice().ct_eq(tag);
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

    /// Whether this ring can open what the key `id` sealed, and compare with what it made.
    pub fn has(&self, id: KeyId) -> bool {
        self.ring().any(|keys| keys.mark.id == id)
    }

    /// Root of the sealing keys under `id`; none when that key has left the ring.
    pub(crate) fn sealing_root(&self, id: KeyId) -> Option<&SecretKey> {
        self.ring()
            .find(|keys| keys.mark.id == id)
            .map(|keys| &keys.sealing)
    }

    /// The pepper of codes under `id`; none when that key has left the ring.
    pub(crate) fn code_pepper(&self, id: KeyId) -> Option<&SecretKey> {
        self.ring()
            .find(|keys| keys.mark.id == id)
            .map(|keys| &keys.code_pepper)
    }

    fn ring(&self) -> impl Iterator<Item = &RingKeys> {
        core::iter::once(&self.newest).chain(&self.older)
    }
}
