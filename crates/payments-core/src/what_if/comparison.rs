//! What is known after some purchases.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::purchase::{Purchase, PurchaseKey};
use crate::rules::Rule;
use crate::slug::Slug;

use super::examples::{Examples, Weight};
use super::lowest_moves::LowestMoves;
use super::plan_changes::PlanChanges;
use super::{WhatIf, report};

/// What would change for the purchases that were added so far.
#[derive(Clone, Debug)]
pub struct Comparison<'w> {
    pub(super) what_if: &'w WhatIf<'w>,
    pub(super) compared: u64,
    pub(super) gains: Tally,
    pub(super) loses: Tally,
    pub(super) gains_and_loses: Tally,
    pub(super) figures: Tally,
    pub(super) left_without_plans: u64,
    pub(super) first_plans: u64,
    pub(super) lowest: LowestMoves,
    /// The number of purchases that each rule plays a part in.
    pub(super) rules: BTreeMap<&'w Slug, u64>,
}

/// The purchases that change in one way.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) purchases: u64,
    pub(super) examples: Examples,
}

impl<'w> Comparison<'w> {
    /// A comparison of no purchases.
    pub fn new(what_if: &'w WhatIf<'w>) -> Self {
        Self {
            what_if,
            compared: 0,
            gains: Tally::default(),
            loses: Tally::default(),
            gains_and_loses: Tally::default(),
            figures: Tally::default(),
            left_without_plans: 0,
            first_plans: 0,
            lowest: LowestMoves::default(),
            rules: BTreeMap::new(),
        }
    }

    /// The number of purchases that were added.
    pub const fn compared(&self) -> u64 {
        self.compared
    }

    /// Decides a purchase in both catalogs and adds the result. A purchase that is added twice counts twice.
    pub fn add(&mut self, key: PurchaseKey, purchase: &Purchase) {
        self.compared += 1;
        match self.what_if.changes(purchase) {
            None => self.lowest.same += 1,
            Some(changes) => self.add_changed(key, purchase, &changes),
        }
    }

    /// Adds the purchases of another comparison of the same [`WhatIf`].
    pub fn merge(&mut self, other: Self) {
        debug_assert!(
            core::ptr::eq(self.what_if, other.what_if),
            "comparisons of different catalogs"
        );
        self.compared += other.compared;
        self.gains.merge(other.gains);
        self.loses.merge(other.loses);
        self.gains_and_loses.merge(other.gains_and_loses);
        self.figures.merge(other.figures);
        self.left_without_plans += other.left_without_plans;
        self.first_plans += other.first_plans;
        self.lowest.merge(&other.lowest);
        for (rule, purchases) in other.rules {
            *self.rules.entry(rule).or_default() += purchases;
        }
    }

    /// The counts, and examples with the matrices of both catalogs: in each, at most `max_cards` of the cards that
    /// change.
    pub fn report(&self, max_cards: usize) -> super::Report<'w> {
        report::of(self, max_cards)
    }

    fn add_changed(&mut self, key: PurchaseKey, purchase: &Purchase, changes: &PlanChanges<'w>) {
        let gained = changes.count(|card| card.gained);
        let lost = changes.count(|card| card.lost);
        let (has_had, has) = (
            !changes.in_force.listing().is_empty(),
            !changes.draft.listing().is_empty(),
        );
        self.left_without_plans += u64::from(has_had && !has);
        self.first_plans += u64::from(has && !has_had);
        let weight = Weight {
            is_all: has_had != has,
            plans: gained + lost,
            largest: changes.largest,
        };
        let tally = match (gained > 0, lost > 0) {
            (true, true) => &mut self.gains_and_loses,
            (true, false) => &mut self.gains,
            (false, true) => &mut self.loses,
            (false, false) => &mut self.figures,
        };
        tally.purchases += 1;
        tally.examples.add(weight, key, purchase);
        let (in_force, draft) = changes.lowest();
        self.lowest.add(in_force, draft);
        for rule in self.other_rules(changes) {
            *self.rules.entry(rule).or_default() += 1;
        }
    }

    /// The rules that play a part in the changes, besides those that differ.
    fn other_rules(&self, changes: &PlanChanges<'w>) -> BTreeSet<&'w Slug> {
        // Few rules are named, each of them for many plans.
        let mut named: Vec<&'w Rule> = Vec::new();
        changes.rules(|rule| {
            if !named.iter().any(|one| core::ptr::eq(*one, rule)) {
                named.push(rule);
            }
        });
        let others = named.into_iter();
        let others = others.filter(|rule| !self.what_if.differences.has_rule(rule));
        others.map(|rule| &rule.slug).collect()
    }
}

impl Tally {
    fn merge(&mut self, other: Self) {
        self.purchases += other.purchases;
        self.examples.merge(other.examples);
    }
}
