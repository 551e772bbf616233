//! The result of a comparison.

use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::catalog::Catalog;
use crate::listing::Matrix;
use crate::money::Money;
use crate::purchase::{Purchase, PurchaseKey};
use crate::rules::Rule;

use super::comparison::{Comparison, Tally};
use super::differences::CardPair;
use super::lowest_moves::LowestMoves;
use super::{PlanChanges, WhatIf};

/// What would change for the purchases of a comparison.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report<'c> {
    /// The number of purchases that were compared.
    pub compared: u64,
    /// Purchases with the same plans and figures.
    pub unchanged: u64,
    /// Purchases that gain plans and lose none.
    pub gains: ChangedPurchases<'c>,
    /// Purchases that lose plans and gain none.
    pub loses: ChangedPurchases<'c>,
    /// Purchases that gain plans and lose others.
    pub gains_and_loses: ChangedPurchases<'c>,
    /// Purchases that keep all plans, some with other figures.
    pub figures: ChangedPurchases<'c>,
    /// Purchases that have plans in force, and none in the draft.
    pub left_without_plans: u64,
    /// Purchases that have plans in the draft, and none in force.
    pub first_plans: u64,
    /// How the lowest installment moves.
    pub lowest: LowestMoves,
    /// The rules that play a part, besides those that differ between the catalogs: those that the matrices name for the
    /// plans that change, because they leave a plan out or set its rate. The most frequent first, then by slug.
    pub rules: Vec<OtherRule<'c>>,
}

/// The purchases that change in one way.
#[derive(Debug)]
#[non_exhaustive]
pub struct ChangedPurchases<'c> {
    /// The number of purchases.
    pub purchases: u64,
    /// Up to ten of them: first those that have plans in one catalog only, then those that gain and lose the most plans, then
    /// those with the largest relative change of a plan's total, then those with the lowest keys.
    pub examples: Vec<Example<'c>>,
}

/// A purchase that changes.
#[derive(Debug)]
#[non_exhaustive]
pub struct Example<'c> {
    /// The key of the purchase.
    pub key: PurchaseKey,
    /// Its amount.
    pub amount: Money,
    /// The number of plans that it gains.
    pub gained: u32,
    /// The number of plans that it loses.
    pub lost: u32,
    /// The number of plans with other figures.
    pub refigured: u32,
    /// The lowest single installment in force.
    pub lowest_in_force: Option<Money>,
    /// The lowest single installment in the draft.
    pub lowest_in_draft: Option<Money>,
    /// The number of cards that change.
    pub card_count: usize,
    /// Cards that change, as they are in force. Cards of the draft only are missing.
    pub in_force: Matrix<'c>,
    /// The same cards as they are in the draft. Cards that it does not have are missing.
    pub draft: Matrix<'c>,
}

/// A rule that plays a part.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OtherRule<'c> {
    /// The rule. Apart from its name it is the same in both catalogs.
    pub rule: &'c Rule,
    /// The number of purchases that it plays a part in.
    pub purchases: u64,
}

pub(super) fn of<'w>(comparison: &Comparison<'w>, max_cards: usize) -> Report<'w> {
    let what_if = comparison.what_if;
    let Comparison {
        gains,
        loses,
        gains_and_loses,
        figures,
        ..
    } = comparison;
    let tallies = [gains, loses, gains_and_loses, figures];
    let changed: u64 = tallies.iter().map(|tally| tally.purchases).sum();
    let [gains, loses, gains_and_loses, figures] =
        tallies.map(|tally| purchases(what_if, tally, max_cards));
    Report {
        compared: comparison.compared,
        unchanged: comparison.compared - changed,
        gains,
        loses,
        gains_and_loses,
        figures,
        left_without_plans: comparison.left_without_plans,
        first_plans: comparison.first_plans,
        lowest: comparison.lowest.clone(),
        rules: rules(comparison),
    }
}

fn rules<'w>(comparison: &Comparison<'w>) -> Vec<OtherRule<'w>> {
    let rules = comparison.what_if.draft.rules();
    let counted = rules.filter_map(|rule| {
        let purchases = *comparison.rules.get(&rule.slug)?;
        Some(OtherRule { rule, purchases })
    });
    let mut rules: Vec<_> = counted.collect();
    rules.sort_by_key(|one| Reverse(one.purchases));
    rules
}

fn purchases<'w>(what_if: &'w WhatIf<'w>, tally: &Tally, max_cards: usize) -> ChangedPurchases<'w> {
    let examples = tally.examples.purchases();
    let example = |(key, purchase)| {
        // A purchase is an example only if something changes for it.
        let changes = what_if.changes(purchase)?;
        Some(example(what_if, key, purchase, &changes, max_cards))
    };
    ChangedPurchases {
        purchases: tally.purchases,
        examples: examples.filter_map(example).collect(),
    }
}

fn example<'w>(
    what_if: &'w WhatIf<'w>,
    key: PurchaseKey,
    purchase: &Purchase,
    changes: &PlanChanges<'w>,
    max_cards: usize,
) -> Example<'w> {
    let matrix = |catalog: &'w Catalog, position: fn(CardPair) -> Option<usize>| {
        let cards = changes.cards.iter().take(max_cards);
        let mut positions: Vec<usize> = cards.filter_map(|one| position(one.card)).collect();
        positions.sort_unstable();
        let positions = positions.into_iter();
        Matrix::of_cards(
            catalog,
            purchase,
            what_if.moment,
            what_if.rounding,
            positions,
        )
    };
    let (lowest_in_force, lowest_in_draft) = changes.lowest();
    Example {
        key,
        amount: purchase.amount,
        gained: changes.count(|card| card.gained),
        lost: changes.count(|card| card.lost),
        refigured: changes.count(|card| card.refigured),
        lowest_in_force,
        lowest_in_draft,
        card_count: changes.cards.len(),
        in_force: matrix(what_if.in_force, |card| card.in_force),
        draft: matrix(what_if.draft, |card| card.draft),
    }
}
