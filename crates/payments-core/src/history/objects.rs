//! The objects of a catalog by part and key.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use serde_json::Value;

use crate::catalog::CatalogParts;
use crate::record::{Key, Part, Record, Reference};

use super::changed::written;
use super::fields::{FieldChange, field_changes};
use super::outcome::Outcome;

/// Objects of the catalog by part and key.
pub type Objects = BTreeMap<(Part, Key), Record>;

/// The objects of a catalog.
pub fn objects(parts: CatalogParts) -> Objects {
    let CatalogParts {
        banks,
        card_types,
        pos,
        cards,
        payment_options,
        rules,
    } = parts;
    let all = banks.into_iter().map(Record::Bank);
    let all = all.chain(card_types.into_iter().map(Record::CardType));
    let all = all.chain(pos.into_iter().map(Record::Pos));
    let all = all.chain(cards.into_iter().map(Record::Card));
    let all = all.chain(payment_options.into_iter().map(Record::PaymentOption));
    let all = all.chain(rules.into_iter().map(Record::Rule));
    all.map(|record| ((record.part(), record.key()), record))
        .collect()
}

/// An object that differs between two moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The object.
    pub reference: Reference,
    /// What was done to it between the moments, as a whole.
    pub outcome: Outcome,
    /// The fields that differ: all of them for a created or deleted object. The secrets of a point of sale are not
    /// compared.
    pub changes: Vec<FieldChange>,
}

/// The objects that differ between two moments, ordered by part and key.
pub fn differences(from: &Objects, to: &Objects) -> Vec<Difference> {
    let places: alloc::collections::BTreeSet<_> = from.keys().chain(to.keys()).collect();
    let difference = |place: &(Part, Key)| {
        let version = |objects: &Objects| objects.get(place).map(|one| written(Some(one)));
        let (old, new): (Option<Value>, Option<Value>) = (version(from), version(to));
        let outcome = match (&old, &new) {
            (None, _) => Outcome::Created,
            (Some(_), None) => Outcome::Deleted,
            (Some(_), Some(_)) => Outcome::Updated,
        };
        let (part, key) = place.clone();
        (old != new).then(|| Difference {
            reference: Reference { part, key },
            outcome,
            changes: field_changes(old.as_ref(), new.as_ref()),
        })
    };
    places.into_iter().filter_map(difference).collect()
}
