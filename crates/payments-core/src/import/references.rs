//! The catalog as it would be with a document written into it.

use std::collections::{HashMap, HashSet};

use crate::catalog::{CatalogParts, Finding, Place, findings};
use crate::id::CardId;
use crate::json::{Mention, Problem, Violation};
use crate::record::{Key, Part, Record};

use super::document::Document;

/// What keeps the catalog from holding together, as mistakes of the document's objects. References are not looked at:
/// the reader noted those, of broken objects too.
pub(super) fn collisions(
    document: &Document,
    declared: &[Mention],
    stored: CatalogParts,
) -> Vec<Violation> {
    let brought: HashSet<(Part, Key)> = declared
        .iter()
        .map(|mention| (mention.part, mention.key.clone()))
        .collect();
    if !brought.iter().any(|(part, _)| part.is_catalog()) {
        return Vec::new();
    }
    let parts = overlaid(document, &brought, stored);
    let places = places(document);
    let mut violations: Vec<Violation> = findings(&parts)
        .into_iter()
        .filter_map(|finding| violation(document, &places, finding))
        .collect();
    // Plans of one card that share a key share a place, and are a finding each.
    violations.dedup();
    violations
}

fn overlaid(
    document: &Document,
    brought: &HashSet<(Part, Key)>,
    mut parts: CatalogParts,
) -> CatalogParts {
    parts.retain(|part, key| !brought.contains(&(part, key)));
    let of_catalog = |record: &&Record| record.part().is_catalog();
    for record in document.change.upserts.iter().filter(of_catalog) {
        add(&mut parts, record.clone());
    }
    parts
}

/// Adds an object to the parts, if it is one of the catalog.
fn add(parts: &mut CatalogParts, record: Record) {
    match record {
        Record::Bank(bank) => parts.banks.push(bank),
        Record::CardType(card_type) => parts.card_types.push(card_type),
        Record::Pos(pos) => parts.pos.push(pos),
        Record::Card(card) => parts.cards.push(card),
        Record::PaymentOption(option) => parts.payment_options.push(option),
        Record::Rule(rule) => parts.rules.push(rule),
        Record::Product(_)
        | Record::Customer(_)
        | Record::Basket(_)
        | Record::PreOrder(_)
        | Record::Session(_) => {}
    }
}

/// The pointers of the document's objects. Of several objects with one key, which is a mistake of its own, it is the
/// first one's; of several plans of a card with one key the last one's.
fn places(document: &Document) -> HashMap<Place, String> {
    let mut places = HashMap::new();
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
    places: &HashMap<Place, String>,
    finding: Finding,
) -> Option<Violation> {
    let is_object = matches!(finding.place, Place::Object(..));
    // Both were found when the document was read.
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

/// For each BIN of a card the index of its entry in the document, if that has ranges.
fn entries_of(document: &Document, card: i64) -> Option<&Vec<usize>> {
    document.bin_entries.get(&CardId::new(card).ok()?)
}
