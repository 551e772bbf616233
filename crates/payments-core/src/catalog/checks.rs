//! What parts have to meet to be a catalog, references aside (those are checked where they are followed).

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::id::CardId;

use super::{Bin, Card, CatalogParts, Defect, Fault, PaymentOption, Place, Plan};

/// Every collision of keys, slugs, counts and BINs.
pub(super) fn collisions(parts: &CatalogParts) -> Vec<Defect> {
    let mut defects = Vec::new();
    unique(
        &mut defects,
        &parts.banks,
        |one| Place::Bank(one.pk),
        |one| one.slug.as_str(),
    );
    unique(
        &mut defects,
        &parts.card_types,
        |one| Place::CardType(one.pk),
        |one| one.slug.as_str(),
    );
    unique(
        &mut defects,
        &parts.pos,
        |one| Place::Pos(one.pk),
        |one| one.slug.as_str(),
    );
    unique(
        &mut defects,
        &parts.cards,
        |one| Place::Card(one.pk),
        |one| one.slug.as_str(),
    );
    let option = |one: &PaymentOption| Place::PaymentOption(one.pk);
    unique(&mut defects, &parts.payment_options, option, |one| {
        one.slug.as_str()
    });
    for rule in repeated(&parts.rules, |rule| rule.slug.as_str()) {
        defects.push(Defect {
            at: Place::Rule(rule.slug.clone()),
            fault: Fault::DuplicateSlug,
        });
    }
    plans(&mut defects, &parts.cards);
    bins(&mut defects, &parts.cards);
    defects
}

fn unique<T>(
    defects: &mut Vec<Defect>,
    all: &[T],
    place: impl Fn(&T) -> Place,
    slug: impl Fn(&T) -> &str,
) {
    for one in repeated(all, &place) {
        defects.push(Defect {
            at: place(one),
            fault: Fault::DuplicatePk,
        });
    }
    for one in repeated(all, slug) {
        defects.push(Defect {
            at: place(one),
            fault: Fault::DuplicateSlug,
        });
    }
}

/// Plan keys are unique over all cards, counts within one.
fn plans(defects: &mut Vec<Defect>, cards: &[Card]) {
    // By position, not by key: two cards with one key are told so, and not of their plans as well.
    let all: Vec<(usize, &Plan)> = cards
        .iter()
        .enumerate()
        .flat_map(|(position, card)| card.installments.iter().map(move |plan| (position, plan)))
        .collect();
    let at = |(position, plan): &(usize, &Plan)| Place::Plan {
        card: cards[*position].pk,
        plan: plan.pk,
    };
    for one in repeated(&all, |(_, plan)| plan.pk) {
        defects.push(Defect {
            at: at(one),
            fault: Fault::DuplicatePk,
        });
    }
    for one in repeated(&all, |(position, plan)| (*position, plan.installment_count)) {
        let fault = Fault::DuplicateInstallmentCount(one.1.installment_count);
        defects.push(Defect { at: at(one), fault });
    }
}

/// A BIN stands on one card only, active or not, and once: a store keeps them so.
fn bins(defects: &mut Vec<Defect>, cards: &[Card]) {
    let all: Vec<(&Card, &Bin)> = cards
        .iter()
        .flat_map(|card| card.bins.iter().map(move |bin| (card, bin)))
        .collect();
    let clashing: Vec<_> = repeated(&all, |(_, bin)| bin.as_str()).collect();
    let mut owners: HashMap<&str, Vec<CardId>> = HashMap::new();
    for (card, bin) in &clashing {
        owners.entry(bin.as_str()).or_default().push(card.pk);
    }
    // A card that has it twice is told once.
    let mut told = HashSet::new();
    for (card, bin) in clashing {
        if told.insert((card.pk, bin.as_str())) {
            let mut of = owners[bin.as_str()].iter();
            let other = of.find(|owner| **owner != card.pk).unwrap_or(&card.pk);
            defects.push(Defect {
                at: Place::Card(card.pk),
                fault: Fault::DuplicateBin((*bin).clone(), *other),
            });
        }
    }
}

/// The elements whose key another element has too.
fn repeated<'a, T, K: Eq + Hash>(
    all: &'a [T],
    key: impl Fn(&'a T) -> K,
) -> impl Iterator<Item = &'a T> {
    let mut counts: HashMap<K, usize> = HashMap::with_capacity(all.len());
    for one in all {
        *counts.entry(key(one)).or_default() += 1;
    }
    all.iter()
        .filter(move |one| counts.get(&key(one)).is_some_and(|count| *count > 1))
}
