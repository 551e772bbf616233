//! The catalog as it would be with a document written into it.

use std::collections::{HashMap, HashSet};

use crate::catalog::{self, Bin, CatalogParts, Defect, Fault, Place};
use crate::record::{Key, Part, Record};

use super::Document;
use super::problem::{Problem, Violation};
use super::reader::Mention;

/// The keys of a catalog's objects.
pub(super) fn keys(parts: &CatalogParts) -> HashSet<(Part, Key)> {
    let mut keys = HashSet::new();
    keys.extend(
        parts
            .banks
            .iter()
            .map(|one| (Part::Banks, Key::Pk(one.pk.get()))),
    );
    keys.extend(
        parts
            .card_types
            .iter()
            .map(|one| (Part::CardTypes, Key::Pk(one.pk.get()))),
    );
    keys.extend(
        parts
            .pos
            .iter()
            .map(|one| (Part::Pos, Key::Pk(one.pk.get()))),
    );
    keys
}

/// What keeps the catalog from holding together, as mistakes of the document's objects. References are not looked at:
/// the reader followed those, from broken objects too.
pub(super) fn defects(
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
    let mut violations: Vec<Violation> = catalog::defects(parts)
        .iter()
        .filter_map(|defect| violation(document, &places, defect))
        .collect();
    // Plans of one card that share a key share a place, and are a defect each.
    violations.dedup();
    violations
}

fn overlaid(
    document: &Document,
    brought: &HashSet<(Part, Key)>,
    mut parts: CatalogParts,
) -> CatalogParts {
    let stays = |part, key| !brought.contains(&(part, key));
    parts
        .banks
        .retain(|one| stays(Part::Banks, Key::Pk(one.pk.get())));
    parts
        .card_types
        .retain(|one| stays(Part::CardTypes, Key::Pk(one.pk.get())));
    parts
        .pos
        .retain(|one| stays(Part::Pos, Key::Pk(one.pk.get())));
    parts
        .cards
        .retain(|one| stays(Part::Cards, Key::Pk(one.pk.get())));
    parts
        .payment_options
        .retain(|one| stays(Part::PaymentOptions, Key::Pk(one.pk.get())));
    parts
        .rules
        .retain(|one| stays(Part::Rules, Key::Slug(one.slug.clone())));
    for record in &document.change.upserts {
        match record {
            Record::Bank(bank) => parts.banks.push(bank.clone()),
            Record::CardType(card_type) => parts.card_types.push(card_type.clone()),
            Record::Pos(pos) => parts.pos.push(pos.clone()),
            Record::Card(card) => parts.cards.push(card.clone()),
            Record::PaymentOption(option) => parts.payment_options.push(option.clone()),
            Record::Rule(rule) => parts.rules.push(rule.clone()),
            Record::Product(_)
            | Record::Customer(_)
            | Record::Basket(_)
            | Record::PreOrder(_)
            | Record::Session(_) => {}
        }
    }
    parts
}

/// Where the document's objects stand. A key that stands there twice is a mistake of its own and has the first place;
/// one of a card's plans, where nobody else finds the mistake, the last.
fn places(document: &Document) -> HashMap<Place, String> {
    let mut places = HashMap::new();
    for (record, pointer) in document.change.upserts.iter().zip(&document.pointers) {
        let place = match record {
            Record::Bank(bank) => Place::Bank(bank.pk),
            Record::CardType(card_type) => Place::CardType(card_type.pk),
            Record::Pos(pos) => Place::Pos(pos.pk),
            Record::PaymentOption(option) => Place::PaymentOption(option.pk),
            Record::Rule(rule) => Place::Rule(rule.slug.clone()),
            Record::Card(card) => {
                for (index, plan) in card.installments.iter().enumerate() {
                    let place = Place::Plan {
                        card: card.pk,
                        plan: plan.pk,
                    };
                    let pointer = format!("{pointer}/installments/{index}");
                    places.insert(place, pointer);
                }
                Place::Card(card.pk)
            }
            Record::Product(_)
            | Record::Customer(_)
            | Record::Basket(_)
            | Record::PreOrder(_)
            | Record::Session(_) => continue,
        };
        places.entry(place).or_insert_with(|| pointer.clone());
    }
    places
}

fn violation(
    document: &Document,
    places: &HashMap<Place, String>,
    defect: &Defect,
) -> Option<Violation> {
    let is_key_of_object = !matches!(defect.at, Place::Plan { .. });
    let problem = match defect.fault {
        Fault::UnknownBank(_) | Fault::UnknownCardType(_) | Fault::UnknownPos(_) => return None,
        // Found when the document was read.
        Fault::DuplicatePk if is_key_of_object => return None,
        Fault::DuplicatePk | Fault::DuplicateSlug => Problem::Taken,
        Fault::DuplicateBin(ref bin, owner) => Problem::BinTaken(bin.clone(), owner),
        Fault::DuplicateInstallmentCount(_) => Problem::SameCount,
    };
    let mut pointer = format!("{}/{}", places.get(&defect.at)?, defect.fault.field());
    if let Fault::DuplicateBin(bin, _) = &defect.fault
        && let Some(index) = index_of(document, bin, &defect.at)
    {
        pointer = format!("{pointer}/{index}");
    }
    Some(Violation { pointer, problem })
}

/// Where the BIN stands in the card's list, the last time.
fn index_of(document: &Document, bin: &Bin, at: &Place) -> Option<usize> {
    let mut upserts = document.change.upserts.iter().rev();
    upserts.find_map(|record| {
        if let Record::Card(card) = record
            && Place::Card(card.pk) == *at
        {
            let place = card.bins.iter().rposition(|one| one == bin)?;
            let entries = document.bin_entries.get(&card.pk);
            Some(entries.map_or(place, |entries| entries[place]))
        } else {
            None
        }
    })
}
