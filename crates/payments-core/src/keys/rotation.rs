//! Rotates the key ring while several processes share flows and restart one by one.
//!
//! Every process must be able to open what another one sealed. So a new key is first **appended** everywhere,
//! then **moved to the front** everywhere, and the old key is **removed** once nothing sealed with it is left. A
//! process publishes its ring as marks, which identify keys without revealing them, and compares it with the
//! rings of the others.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::KeyId;
use crate::hex;

/// Identifies a key of a ring without revealing it, by its number and a check value derived from its bytes.
/// Distinguishes two keys with the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyMark {
    /// The key's number.
    pub id: KeyId,
    /// The first bytes of a value that is derived from the key for this purpose only.
    pub check: [u8; 8],
}

/// The marks of a ring, that of the sealing key first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingMark {
    /// The key that seals new data.
    pub sealing: KeyMark,
    /// The other keys, which only open.
    pub opening: Vec<KeyMark>,
}

/// Identifies a lasting key without revealing it, by the first bytes of a value that is derived from the key for this purpose
/// only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastingMark(pub [u8; 8]);

/// Identifies all keys of a process without revealing them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMarks {
    /// The ring.
    pub ring: RingMark,
    /// The lasting key.
    pub lasting: LastingMark,
}

/// The text is not a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the mark of a key")]
pub struct InvalidMark;

/// The step of a rotation that a ring is in, judged by its key numbers: newer keys have higher numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationStep {
    /// The ring has one key: no rotation is in progress.
    Settled,
    /// A newer key is in the ring, but only opens.
    Added {
        /// The key to move to the front once every process has it.
        next: KeyId,
    },
    /// The newest key seals, and older keys still open.
    InUse {
        /// The oldest key, to be removed once nothing sealed with it is left.
        oldest: KeyId,
    },
}

/// Why keys are incompatible with those of other processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotationFault {
    /// A key is missing that sealed current data.
    #[error(
        "security.key_ring lacks key {0}, with which other processes seal or sealed in the last {minutes} minutes: \
         append it as the last one",
        minutes = KEY_NEEDED_MINUTES
    )]
    Lacks(KeyId),
    /// Other processes could not open what this ring seals.
    #[error(
        "security.key_ring seals with key {0}, which another process does not have yet: append it as the last one \
         everywhere first, and put it first once every process has it"
    )]
    TooEarly(KeyId),
    /// Two different keys have the same number.
    #[error(
        "security.key_ring has a key {0} that is not the key {0} of another process: give each key its own number"
    )]
    Differs(KeyId),
    /// What one process stores, the other does not find.
    #[error(
        "security.lasting_key is not that of another process: stop every process before you replace it, and wait half a \
         minute after a crash"
    )]
    LastingKeyDiffers,
}

/// How long a key is needed after it last sealed something, in minutes: longer than any card is held and
/// any code is valid.
pub const KEY_NEEDED_MINUTES: u32 = 10;

impl KeyMarks {
    /// Why these keys cannot be used together with the rings and lasting keys of others while data sealed by the keys `needed`
    /// exists.
    pub fn fault_beside(
        &self,
        rings: &[RingMark],
        lasting: &[LastingMark],
        needed: &[KeyMark],
    ) -> Option<RotationFault> {
        let differs = lasting.iter().any(|theirs| *theirs != self.lasting);
        let differs = differs.then_some(RotationFault::LastingKeyDiffers);
        differs.or_else(|| self.ring.fault_beside(rings, needed))
    }
}

impl RingMark {
    /// The step of a rotation that this ring is in.
    pub fn step(&self) -> RotationStep {
        let ids = || self.opening.iter().map(|mark| mark.id);
        match (ids().max(), ids().min()) {
            (Some(next), _) if next > self.sealing.id => RotationStep::Added { next },
            (_, Some(oldest)) => RotationStep::InUse { oldest },
            (_, None) => RotationStep::Settled,
        }
    }

    /// Why this ring cannot be used together with those of `others` while data sealed by the keys `needed` exists.
    pub fn fault_beside(&self, others: &[Self], needed: &[KeyMark]) -> Option<RotationFault> {
        let theirs = others.iter().flat_map(Self::all).chain(needed);
        let differs = theirs
            .filter_map(|mark| Some((mark, self.find(mark.id)?)))
            .find(|(theirs, own)| theirs.check != own.check)
            .map(|(_, own)| RotationFault::Differs(own.id));
        let lacks = || {
            let sealing = others.iter().map(|other| &other.sealing).chain(needed);
            sealing
                .map(|mark| mark.id)
                .find(|id| self.find(*id).is_none())
                .map(RotationFault::Lacks)
        };
        let too_early = || {
            let unknown = |other: &Self| other.find(self.sealing.id).is_none();
            others
                .iter()
                .any(unknown)
                .then_some(RotationFault::TooEarly(self.sealing.id))
        };
        differs.or_else(lacks).or_else(too_early)
    }

    fn all(&self) -> impl Iterator<Item = &KeyMark> {
        core::iter::once(&self.sealing).chain(&self.opening)
    }

    fn find(&self, id: KeyId) -> Option<&KeyMark> {
        self.all().find(|mark| mark.id == id)
    }
}

impl fmt::Display for KeyMark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.id.0, hex::encode(&self.check))
    }
}

impl FromStr for KeyMark {
    type Err = InvalidMark;

    fn from_str(text: &str) -> Result<Self, InvalidMark> {
        let (id, check) = text.split_once('-').ok_or(InvalidMark)?;
        Ok(Self {
            id: KeyId(id.parse().map_err(|_| InvalidMark)?),
            check: hex::decode(check).ok_or(InvalidMark)?,
        })
    }
}

impl fmt::Display for LastingMark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(&self.0))
    }
}

impl FromStr for LastingMark {
    type Err = InvalidMark;

    fn from_str(text: &str) -> Result<Self, InvalidMark> {
        hex::decode(text).map(Self).ok_or(InvalidMark)
    }
}

impl fmt::Display for RingMark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.sealing)?;
        self.opening
            .iter()
            .try_for_each(|mark| write!(out, ",{mark}"))
    }
}

impl FromStr for RingMark {
    type Err = InvalidMark;

    fn from_str(text: &str) -> Result<Self, InvalidMark> {
        let mut marks = text.split(',').map(str::parse);
        Ok(Self {
            sealing: marks.next().ok_or(InvalidMark)??,
            opening: marks.collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyId, KeyMark, KeyMarks, LastingMark, RingMark, RotationFault, RotationStep};

    fn ring(ids: &[u32]) -> RingMark {
        let mark = |id: &u32| KeyMark {
            id: KeyId(*id),
            check: [u8::try_from(*id).unwrap(); 8],
        };
        RingMark {
            sealing: mark(&ids[0]),
            opening: ids[1..].iter().map(mark).collect(),
        }
    }

    fn fault(own: &[u32], others: &[&[u32]], needed: &[u32]) -> Option<RotationFault> {
        let others: Vec<RingMark> = others.iter().map(|ids| ring(ids)).collect();
        let needed: Vec<KeyMark> = needed.iter().map(|id| ring(&[*id]).sealing).collect();
        ring(own).fault_beside(&others, &needed)
    }

    #[test]
    fn a_lasting_key_that_another_process_does_not_have_is_a_fault() {
        let marks = KeyMarks {
            ring: ring(&[1]),
            lasting: LastingMark([1; 8]),
        };
        let beside = |lasting: &[u8]| {
            let lasting: Vec<_> = lasting.iter().map(|one| LastingMark([*one; 8])).collect();
            marks.fault_beside(&[ring(&[1])], &lasting, &[])
        };
        assert_eq!(beside(&[]), None, "an earlier release announces none");
        assert_eq!(beside(&[1, 1]), None);
        assert_eq!(beside(&[1, 2]), Some(RotationFault::LastingKeyDiffers));
        let lacks = marks.fault_beside(&[ring(&[2])], &[LastingMark([1; 8])], &[]);
        assert_eq!(lacks, Some(RotationFault::Lacks(KeyId(2))));
        assert_eq!(marks.lasting.to_string().parse(), Ok(marks.lasting));
    }

    #[test]
    fn each_rotation_step_is_compatible_with_the_step_before_and_after() {
        for (own, other) in [
            ([1, 2].as_slice(), [1].as_slice()),
            (&[1], &[1, 2]),
            (&[2, 1], &[1, 2]),
            (&[1, 2], &[2, 1]),
            (&[2], &[2, 1]),
            (&[2, 1], &[2]),
        ] {
            assert_eq!(fault(own, &[other, other], &[]), None, "{own:?} {other:?}");
        }
    }

    #[test]
    fn a_key_moved_to_the_front_before_all_have_it_is_too_early() {
        assert_eq!(
            fault(&[2, 1], &[&[1, 2], &[1]], &[1]),
            Some(RotationFault::TooEarly(KeyId(2)))
        );
    }

    #[test]
    fn a_ring_lacks_a_key_that_is_or_was_recently_in_use() {
        let lacks = |id| Some(RotationFault::Lacks(KeyId(id)));
        assert_eq!(fault(&[1], &[&[2, 1]], &[]), lacks(2));
        assert_eq!(fault(&[2], &[&[2, 1]], &[2, 1]), lacks(1));
        assert_eq!(fault(&[2], &[], &[1]), lacks(1));
        assert_eq!(fault(&[2], &[&[2, 1]], &[2]), None);
    }

    #[test]
    fn a_different_key_with_the_same_number_is_reported() {
        let mut other = ring(&[2, 1]);
        other.opening[0].check = [9; 8];
        assert_eq!(
            ring(&[2, 1]).fault_beside(&[other], &[]),
            Some(RotationFault::Differs(KeyId(1)))
        );
    }

    #[test]
    fn the_step_follows_from_the_key_numbers() {
        assert_eq!(ring(&[1]).step(), RotationStep::Settled);
        let added = RotationStep::Added { next: KeyId(3) };
        assert_eq!(ring(&[2, 1, 3]).step(), added);
        let in_use = RotationStep::InUse { oldest: KeyId(1) };
        assert_eq!(ring(&[3, 2, 1]).step(), in_use);
    }

    #[test]
    fn marks_round_trip() {
        let three = ring(&[3, 1, 2]);
        assert_eq!(three.to_string().parse(), Ok(three));
        for text in [
            "",
            "1",
            "1-",
            "x-0101010101010101",
            "1-01",
            "1-0101010101010101,",
        ] {
            assert!(text.parse::<RingMark>().is_err(), "{text}");
        }
    }
}
