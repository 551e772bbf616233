//! Checks that parts form a catalog.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::id::{CardId, PlanId, PosId};
use crate::json::{Problem, Violation, Violations};
use crate::pointer;
use crate::record::{Key, Part};

use super::bin::Bin;
use super::card::Card;
use super::parts::CatalogParts;
use super::plan::Plan;

/// A collision or a dangling reference. Where two objects collide, each of them has a finding.
pub(crate) struct Finding {
    pub(crate) place: Place,
    /// The field, as documents name it.
    pub(crate) field: &'static str,
    /// The index in the field, if it is a list.
    pub(crate) entry: Option<usize>,
    pub(crate) problem: Problem,
}

/// An object of the catalog.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Object(Part, Key),
    Plan(CardId, PlanId),
}

impl Finding {
    fn new(place: Place, field: &'static str, problem: Problem) -> Self {
        Self {
            place,
            field,
            entry: None,
            problem,
        }
    }

    /// The mistake in the object at `place`. `entries` maps each BIN of the card to its index in the input.
    pub(crate) fn at(self, place: &str, entries: Option<&Vec<usize>>) -> Violation {
        let pointer = match self.entry {
            Some(entry) => {
                let entry = entries.map_or(entry, |entries| entries[entry]);
                format!("{place}/{}/{entry}", self.field)
            }
            None => format!("{place}/{}", self.field),
        };
        Violation::new(pointer, self.problem)
    }
}

/// Collisions of keys, slugs, installment counts, BINs and fallback cards, then dangling references.
pub(crate) fn findings(parts: &CatalogParts) -> Vec<Finding> {
    let mut findings = Vec::new();
    collisions(&mut findings, parts);
    references(&mut findings, parts);
    findings
}

/// The findings as mistakes in parts, with the pointers that a document would have.
pub(super) fn located(parts: &CatalogParts, mut findings: Vec<Finding>) -> Violations {
    findings.truncate(Violations::MAX_REPORTED + 1);
    let wanted: BTreeSet<&Place> = findings.iter().map(|finding| &finding.place).collect();
    let mut pointers: BTreeMap<Place, String> = BTreeMap::new();
    let mut note = |place: Place, pointer: &dyn Fn() -> String| {
        if wanted.contains(&place) {
            pointers.entry(place).or_insert_with(pointer);
        }
    };
    for (part, index, key) in parts.keys() {
        let pointer = || format!("/{}/{index}", part.as_str());
        note(Place::Object(part, key), &pointer);
    }
    for (index, card) in parts.cards.iter().enumerate() {
        for (at, plan) in card.installments.iter().enumerate() {
            let pointer = || format!("/cards/{index}/installments/{at}");
            note(Place::Plan(card.pk, plan.pk), &pointer);
        }
    }
    let violation = |finding: Finding| {
        let pointer = pointers.get(&finding.place).map_or("", String::as_str);
        finding.at(pointer, None)
    };
    findings.into_iter().map(violation).collect()
}

fn collisions(findings: &mut Vec<Finding>, parts: &CatalogParts) {
    let CatalogParts {
        banks,
        card_types,
        pos,
        cards,
        payment_options,
        rules,
    } = parts;
    unique(findings, Part::Banks, banks, |one| {
        (one.pk.get(), one.slug.as_str())
    });
    unique(findings, Part::CardTypes, card_types, |one| {
        (one.pk.get(), one.slug.as_str())
    });
    unique(findings, Part::Pos, pos, |one| {
        (one.pk.get(), one.slug.as_str())
    });
    unique(findings, Part::Cards, cards, |one| {
        (one.pk.get(), one.slug.as_str())
    });
    unique(findings, Part::PaymentOptions, payment_options, |one| {
        (one.pk.get(), one.slug.as_str())
    });
    for (rule, _) in repeated(rules, |rule| rule.slug.as_str()) {
        let place = Place::Object(Part::Rules, Key::Slug(rule.slug.clone()));
        findings.push(Finding::new(place, "slug", Problem::Taken));
    }
    plans(findings, cards);
    bins(findings, cards);
    fallbacks(findings, cards);
}

/// Primary keys and slugs are unique within a part.
fn unique<'p, T>(
    findings: &mut Vec<Finding>,
    part: Part,
    all: &'p [T],
    names: impl Fn(&'p T) -> (i64, &'p str),
) {
    let place = |one| Place::Object(part, Key::Pk(names(one).0));
    for (one, _) in repeated(all, |one| names(one).0) {
        findings.push(Finding::new(place(one), "pk", Problem::Taken));
    }
    for (one, other) in repeated(all, |one| names(one).1) {
        let (pk, slug) = names(other);
        let owner = format!("{} {}", part.noun(), shown(&pk.to_string(), "?"));
        let problem = belongs(shown(slug, "this slug"), &owner);
        findings.push(Finding::new(place(one), "slug", problem));
    }
}

/// A text in a message, or `otherwise` if it could be a card number.
fn shown<'t>(text: &'t str, otherwise: &'t str) -> &'t str {
    if pointer::is_repeatable(text) {
        text
    } else {
        otherwise
    }
}

fn belongs(what: &str, owner: &str) -> Problem {
    Problem::Invalid(format!("{what} belongs to {owner}").into())
}

/// A card in a message.
fn name_of(card: &Card) -> String {
    let pk = card.pk.to_string();
    format!(
        "card {} ({})",
        shown(&pk, "?"),
        shown(card.slug.as_str(), "?")
    )
}

/// Plan keys are unique over all cards, counts within one.
fn plans(findings: &mut Vec<Finding>, cards: &[Card]) {
    // By position, not by key: of two cards with one key only the key is reported, not their plans as well.
    let all: Vec<(usize, &Plan)> = cards
        .iter()
        .enumerate()
        .flat_map(|(position, card)| card.installments.iter().map(move |plan| (position, plan)))
        .collect();
    let place = |(position, plan): &(usize, &Plan)| Place::Plan(cards[*position].pk, plan.pk);
    for (one, (other, _)) in repeated(&all, |(_, plan)| plan.pk) {
        let problem = if *other == one.0 {
            Problem::Invalid("another plan of this card has the same key".into())
        } else {
            let pk = one.1.pk.to_string();
            belongs(shown(&pk, "this key"), &name_of(&cards[*other]))
        };
        findings.push(Finding::new(place(one), "pk", problem));
    }
    for (one, _) in repeated(&all, |(position, plan)| (*position, plan.installment_count)) {
        let same = "another plan of this card has the same number of installments";
        let problem = Problem::Invalid(same.into());
        findings.push(Finding::new(place(one), "installment_count", problem));
    }
}

/// A BIN belongs to one card, active or not, and once.
fn bins(findings: &mut Vec<Finding>, cards: &[Card]) {
    let of_card = |card| move |(entry, bin)| (card, entry, bin);
    let all: Vec<(&Card, usize, &Bin)> = cards
        .iter()
        .flat_map(|card| card.bins.iter().enumerate().map(of_card(card)))
        .collect();
    let clashing = repeated(&all, |(_, _, bin)| bin.as_str());
    let clashing: Vec<_> = clashing.map(|(one, _)| one).collect();
    let mut owners: BTreeMap<&str, Vec<&Card>> = BTreeMap::new();
    let mut last_entries: BTreeMap<(CardId, &str), usize> = BTreeMap::new();
    for (card, entry, bin) in &clashing {
        owners.entry(bin.as_str()).or_default().push(card);
        last_entries.insert((card.pk, bin.as_str()), *entry);
    }
    for (card, _, bin) in clashing {
        // A card that lists it twice is reported once, for the last entry.
        if let Some(entry) = last_entries.remove(&(card.pk, bin.as_str())) {
            let mut of = owners[bin.as_str()].iter();
            let shown = shown(bin.as_str(), "this BIN");
            let problem = match of.find(|owner| owner.pk != card.pk) {
                Some(other) => belongs(shown, &name_of(other)),
                None => Problem::Invalid(format!("this list has {shown} twice").into()),
            };
            findings.push(Finding {
                place: Place::Object(Part::Cards, Key::Pk(card.pk.get())),
                field: "bins",
                entry: Some(entry),
                problem,
            });
        }
    }
}

/// A point of sale has at most one fallback card, active or not.
fn fallbacks(findings: &mut Vec<Finding>, cards: &[Card]) {
    let all: Vec<&Card> = cards.iter().filter(|card| card.is_fallback).collect();
    for (card, other) in repeated(&all, |card| card.pos) {
        let taken = format!(
            "{} is the fallback of this point of sale too",
            name_of(other)
        );
        let place = Place::Object(Part::Cards, Key::Pk(card.pk.get()));
        let problem = Problem::Invalid(taken.into());
        findings.push(Finding::new(place, "is_fallback", problem));
    }
}

/// Every referenced object exists.
fn references(findings: &mut Vec<Finding>, parts: &CatalogParts) {
    let banks: BTreeSet<_> = parts.banks.iter().map(|bank| bank.pk).collect();
    let card_types: BTreeSet<_> = parts.card_types.iter().map(|one| one.pk).collect();
    let pos: BTreeSet<PosId> = parts.pos.iter().map(|pos| pos.pk).collect();
    let mut check = |of: Part, key: i64, field: &'static str, is_there: bool, to: Part| {
        if !is_there {
            let place = Place::Object(of, Key::Pk(key));
            findings.push(Finding::new(place, field, Problem::Dangling(to)));
        }
    };
    for option in &parts.payment_options {
        let is_there = pos.contains(&option.pos);
        check(
            Part::PaymentOptions,
            option.pk.get(),
            "pos",
            is_there,
            Part::Pos,
        );
    }
    for card in &parts.cards {
        let pk = card.pk.get();
        check(
            Part::Cards,
            pk,
            "bank",
            banks.contains(&card.bank),
            Part::Banks,
        );
        let is_there = card_types.contains(&card.card_type);
        check(Part::Cards, pk, "card_type", is_there, Part::CardTypes);
        check(Part::Cards, pk, "pos", pos.contains(&card.pos), Part::Pos);
    }
}

/// The elements whose key another element has too, each with the first other one.
fn repeated<'a, T, K: Ord>(
    all: &'a [T],
    key: impl Fn(&'a T) -> K,
) -> impl Iterator<Item = (&'a T, &'a T)> {
    let mut first_two: BTreeMap<K, (usize, Option<usize>)> = BTreeMap::new();
    for (at, one) in all.iter().enumerate() {
        let same = first_two.entry(key(one)).or_insert((at, None));
        if same.0 != at {
            same.1.get_or_insert(at);
        }
    }
    all.iter().enumerate().filter_map(move |(at, one)| {
        let (first, second) = *first_two.get(&key(one))?;
        let other = if first == at { second? } else { first };
        Some((one, &all[other]))
    })
}
