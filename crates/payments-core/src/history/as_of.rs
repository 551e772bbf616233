//! The catalog as of a moment.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::fmt;

use chrono::{DateTime, Utc};

use crate::audit_chain::AuditEntry;
use crate::catalog::Policy;
use crate::import::Etag;
use crate::record::{Key, Part, Record, Reference};

use super::objects::Objects;
use super::recorded::{Recorded, Version};

/// What is known about the catalog at a moment, from one consistent snapshot of the store.
///
/// The log is in the order in which the changes were committed. It is cut before the first change that was made after
/// the moment: what is earlier and later is by this order, so the catalog as of then is one that there was, even if
/// the clocks of two processes differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// The objects as they are now.
    pub present: Objects,
    /// The last record of each object before the cut.
    pub earlier: Vec<AuditEntry>,
    /// The first record of each object after the cut.
    pub later: Vec<AuditEntry>,
    /// How far back the log reaches.
    pub reach: Reach,
}

/// How far back the log reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// From this instant on, every change of the catalog has a record. `None` if the log has none.
    pub since: Option<DateTime<Utc>>,
    /// Whether older records were deleted.
    pub is_pruned: bool,
}

/// What the log does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The object; `None` if nothing is known of the moment.
    pub reference: Option<Reference>,
    /// Why it is not known.
    pub reason: GapReason,
}

/// Why the log does not say what an object was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapReason {
    /// The records of the moment were deleted.
    Pruned,
    /// The log begins after the moment.
    NotReached,
    /// This release cannot read the recorded object.
    Unreadable,
    /// The records around the moment do not fit together: the object was changed without a record.
    Unrecorded,
}

impl fmt::Display for GapReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Pruned => {
                "the records of the audit log from then were deleted (audit.retention_days)"
            }
            Self::NotReached => "the audit log begins later",
            Self::Unreadable => "this release cannot read what the audit log has of this",
            Self::Unrecorded => "this was changed without a record in the audit log",
        })
    }
}

impl Evidence {
    /// The evidence about some parts only.
    #[must_use]
    pub fn of_parts(mut self, is_wanted: impl Fn(Part) -> bool) -> Self {
        let is_about = |entry: &AuditEntry| {
            let part = entry.part.as_deref().and_then(Part::from_word);
            part.is_some_and(&is_wanted)
        };
        self.earlier.retain(is_about);
        self.later.retain(is_about);
        self.present.retain(|(part, _), _| is_wanted(*part));
        self
    }

    /// The objects as of a moment. Points of sale have no literal secrets, except those that have not changed since.
    /// `policy` is for reading recorded objects.
    ///
    /// # Errors
    /// Every object of which the evidence does not say what it was, ordered by part and key; or that the log
    /// begins after the moment: an object may have been deleted before.
    pub fn as_of(&self, at: DateTime<Utc>, policy: &Policy) -> Result<Objects, Vec<Gap>> {
        if self.reach.since.is_none_or(|since| at < since) {
            let reason = if self.reach.is_pruned {
                GapReason::Pruned
            } else {
                GapReason::NotReached
            };
            return Err(vec![Gap {
                reference: None,
                reason,
            }]);
        }
        let (earlier, later) = (by_object(&self.earlier), by_object(&self.later));
        let recorded = earlier.keys().chain(later.keys()).cloned();
        let all: BTreeSet<(Part, Key)> = recorded.chain(self.present.keys().cloned()).collect();
        let (mut objects, mut gaps) = (Objects::default(), Vec::new());
        for (part, key) in all {
            let place = (part, key);
            let before = earlier.get(&place);
            let before = before.map(|one| known(one.as_ref(), |one| one.after(policy)));
            let after = match later.get(&place) {
                Some(one) => known(one.as_ref(), |one| one.before(policy)),
                None => self.now(&place),
            };
            let (part, key) = place;
            match agreed(before, after) {
                Ok(None) => {}
                Ok(Some(record)) => drop(objects.insert((part, key), record)),
                Err(reason) => gaps.push(Gap {
                    reference: Some(Reference { part, key }),
                    reason,
                }),
            }
        }
        if gaps.is_empty() {
            Ok(objects)
        } else {
            Err(gaps)
        }
    }

    fn now(&self, place: &(Part, Key)) -> Version {
        let present = self.present.get(place).cloned();
        present.map_or(Version::Absent, Version::of)
    }
}

/// The records by their objects; `None` for one that this release cannot read.
fn by_object(entries: &[AuditEntry]) -> BTreeMap<(Part, Key), Option<Recorded>> {
    let recorded = entries.iter().filter_map(|entry| {
        let Reference { part, key } = Recorded::reference_of(entry)?;
        Some(((part, key), Recorded::read(entry)))
    });
    recorded.collect()
}

fn known(recorded: Option<&Recorded>, version: impl Fn(&Recorded) -> Version) -> Version {
    recorded.map_or(Version::Unreadable, version)
}

/// What an object was, by the last version before the cut and the first one after it.
fn agreed(before: Option<Version>, after: Version) -> Result<Option<Record>, GapReason> {
    match (before, after) {
        (None | Some(Version::Unreadable), Version::Unreadable) => Err(GapReason::Unreadable),
        (None | Some(Version::Unreadable), Version::Absent)
        | (Some(Version::Absent), Version::Absent | Version::Unreadable) => Ok(None),
        // The later one first: it has the literal secrets if the object has not changed since.
        (None | Some(Version::Unreadable), Version::Object(record))
        | (Some(Version::Object(record)), Version::Unreadable) => Ok(Some(*record)),
        (Some(Version::Object(before)), Version::Object(after))
            if Etag::of(&before) == Etag::of(&after) =>
        {
            Ok(Some(*after))
        }
        (Some(Version::Absent | Version::Object(_)), Version::Absent | Version::Object(_)) => {
            Err(GapReason::Unrecorded)
        }
    }
}
