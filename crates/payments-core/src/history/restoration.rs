//! What restoring the catalog, or one object, changes.

use alloc::vec::Vec;

use crate::record::{Effect, Record, Reference};

use super::objects::Objects;

/// What restoring objects changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restoration {
    /// The objects to be as they were, with the effect of writing each.
    pub objects: Vec<(Record, Effect)>,
    /// The objects that did not exist then.
    pub deletions: Vec<Reference>,
}

impl Restoration {
    /// What makes the present objects those of then. Points of sale keep their present literal secrets, because the
    /// log has none: those of each account that has the same gateway and label.
    pub fn of(then: Objects, present: &Objects) -> Self {
        let is_new = |place: &&_| !then.contains_key(*place);
        let deleted = present.keys().filter(is_new).cloned();
        let deletions = deleted.map(|(part, key)| Reference { part, key }).collect();
        let restored = |(place, record): (_, Record)| match present.get(&place) {
            None => (record, Effect::Creates),
            Some(present) => {
                let record = with_secrets_of(record, present);
                let is_same = record == *present;
                let effect = if is_same {
                    Effect::Keeps
                } else {
                    Effect::Updates
                };
                (record, effect)
            }
        };
        Self {
            objects: then.into_iter().map(restored).collect(),
            deletions,
        }
    }

    /// The objects to write.
    pub fn upserts(&self) -> impl Iterator<Item = &Record> {
        let changed = self.objects.iter();
        let changed = changed.filter(|(_, effect)| *effect != Effect::Keeps);
        changed.map(|(record, _)| record)
    }
}

fn with_secrets_of(record: Record, present: &Record) -> Record {
    match (record, present) {
        (Record::Pos(pos), Record::Pos(present)) => Record::Pos(pos.with_secrets_of(present)),
        (record, _) => record,
    }
}
