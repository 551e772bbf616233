//! The catalog as it would be with a document written into it.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::catalog::{CatalogParts, Finding, Place, findings};
use crate::id::CardId;
use crate::json::{Problem, Violation};
use crate::record::{Key, Part, Record};

use super::document::Document;

/// The collisions that the document's objects would cause, as mistakes of the document. References are checked elsewhere: the
/// reader records them, even those of invalid objects.
pub(super) fn collisions(document: &Document, parts: &CatalogParts) -> Vec<Violation> {
    let places = places(document);
    let mut violations: Vec<Violation> = findings(parts)
        .into_iter()
        .filter_map(|finding| violation(document, &places, finding))
        .collect();
    // Plans of one card with the same key have the same place, but a finding each.
    violations.dedup();
    violations
}

impl Document {
    /// The stored catalog as it would be with the document written into it, not yet checked. It has none of the
    /// document's objects outside the catalog.
    pub fn applied_to(&self, stored: CatalogParts) -> CatalogParts {
        let upserts = self.change.upserts.iter();
        let contained = upserts.map(|record| (record.part(), record.key()));
        overlaid(self, &contained.collect(), stored)
    }
}

/// The stored catalog, with the document's objects in place of those with the same keys.
///
/// `contained` are the keys of its objects, invalid ones included.
pub(super) fn overlaid(
    document: &Document,
    contained: &BTreeSet<(Part, Key)>,
    mut parts: CatalogParts,
) -> CatalogParts {
    parts.retain(|part, key| !contained.contains(&(part, key)));
    let of_catalog = |record: &&Record| record.part().is_catalog();
    let written = document.change.upserts.iter().filter(of_catalog);
    parts.extend(written.cloned());
    parts
}

/// The pointers of the document's objects. Among objects with the same key (which is reported elsewhere) the first
/// applies; among a card's plans with the same key, the last.
fn places(document: &Document) -> BTreeMap<Place, String> {
    let mut places = BTreeMap::new();
    for (record, pointer) in document.change.upserts.iter().zip(&document.pointers) {
        if !record.part().is_catalog() {
            continue;
        }
        if let Record::Card(card) = record {
            for (index, plan) in card.installments.iter().enumerate() {
                let pointer = format!("{pointer}/installments/{index}");
                places.insert(Place::Plan(card.pk, plan.pk), pointer);
            }
        }
        places
            .entry(Place::Object(record.part(), record.key()))
            .or_insert_with(|| pointer.clone());
    }
    places
}

fn violation(
    document: &Document,
    places: &BTreeMap<Place, String>,
    finding: Finding,
) -> Option<Violation> {
    let is_object = matches!(finding.place, Place::Object(..));
    // Both are reported when the document is read.
    if matches!(finding.problem, Problem::Dangling(_)) || (is_object && finding.field == "pk") {
        return None;
    }
    let entries = match &finding.place {
        Place::Object(Part::Cards, Key::Pk(pk)) => entries_of(document, *pk),
        Place::Object(..) | Place::Plan(..) => None,
    };
    let place = places.get(&finding.place)?;
    Some(finding.at(place, entries))
}

/// The list index of each BIN of a card, if the list has ranges.
fn entries_of(document: &Document, card: i64) -> Option<&Vec<usize>> {
    document.bin_entries.get(&CardId::new(card).ok()?)
}
