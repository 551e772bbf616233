//! What changes for one purchase.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::catalog::{Catalog, InstallmentCount};
use crate::listing::{Matrix, MatrixRow, PlanOffer, Reason, lowest};
use crate::money::Money;
use crate::purchase::Purchase;
use crate::rules::Rule;

use super::WhatIf;
use super::count_set::CountSet;
use super::differences::CardPair;

/// What changes for one purchase.
#[derive(Debug)]
pub(super) struct PlanChanges<'c> {
    pub(super) in_force: Matrix<'c>,
    pub(super) draft: Matrix<'c>,
    /// The cards with a change, in the order of [`Differences::cards`](super::differences::Differences::cards).
    pub(super) cards: Vec<CardChanges>,
    /// The largest relative change of a plan's total.
    pub(super) largest: RelativeMove,
}

/// What changes on one card, by number of installments.
#[derive(Clone, Copy, Debug)]
pub(super) struct CardChanges {
    pub(super) card: CardPair,
    pub(super) gained: CountSet,
    pub(super) lost: CountSet,
    /// The plans with other figures.
    pub(super) refigured: CountSet,
}

/// How far an amount moves, relative to what it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct RelativeMove {
    moved: u64,
    /// Above zero.
    of: u64,
}

impl<'c> PlanChanges<'c> {
    pub(super) fn of(what_if: &WhatIf<'c>, purchase: &Purchase) -> Self {
        let decide = |catalog: &'c Catalog| {
            let cards = 0..catalog.cards().len();
            Matrix::of_cards(catalog, purchase, what_if.moment, what_if.rounding, cards)
        };
        let (in_force, draft) = (decide(what_if.in_force), decide(what_if.draft));
        let mut changes = Self {
            cards: Vec::new(),
            largest: RelativeMove::NONE,
            in_force,
            draft,
        };
        for card in &what_if.differences.cards {
            changes.compare_card(*card);
        }
        changes
    }

    fn compare_card(&mut self, card: CardPair) {
        let before = plans(&self.in_force, card.in_force);
        let after = plans(&self.draft, card.draft);
        let mut changes = CardChanges {
            card,
            gained: CountSet::default(),
            lost: CountSet::default(),
            refigured: CountSet::default(),
        };
        let mut largest = self.largest;
        for_each_pair(before, after, |before, after| match (before, after) {
            (Some(before), Some(after)) => {
                if (before.rate, before.quote) != (after.rate, after.quote) {
                    changes.refigured.insert(count(before));
                    largest = largest.max(RelativeMove::of_total(before, after));
                }
            }
            (Some(lost), None) => changes.lost.insert(count(lost)),
            (None, Some(gained)) => changes.gained.insert(count(gained)),
            (None, None) => {}
        });
        self.largest = largest;
        if !changes.all().is_empty() {
            self.cards.push(changes);
        }
    }

    /// The number of plans in these sets of all cards.
    pub(super) fn count(&self, set: impl Fn(&CardChanges) -> CountSet) -> u32 {
        self.cards.iter().map(|card| set(card).len()).sum()
    }

    /// The lowest single installment in force and in the draft.
    pub(super) fn lowest(&self) -> (Option<Money>, Option<Money>) {
        let of = |matrix: &Matrix<'c>| {
            let found = lowest(matrix.listing());
            found.map(|lowest| lowest.plan.quote.single_installment_amount())
        };
        (of(&self.in_force), of(&self.draft))
    }

    /// Calls `found` with the rules that the matrices name for the plans that change, possibly several times.
    pub(super) fn rules(&self, mut found: impl FnMut(&'c Rule)) {
        for changes in &self.cards {
            let CardChanges {
                gained,
                lost,
                refigured,
                ..
            } = *changes;
            if let Some(position) = changes.card.in_force {
                let row = self.in_force.row(position);
                named(&row, lost.union(refigured), gained, &mut found);
            }
            if let Some(position) = changes.card.draft {
                let row = self.draft.row(position);
                named(&row, gained.union(refigured), lost, &mut found);
            }
        }
    }
}

impl CardChanges {
    /// All plans that change.
    pub(super) const fn all(&self) -> CountSet {
        self.gained.union(self.lost).union(self.refigured)
    }
}

/// The plans that the card at a position offers. The matrix has every card at its position.
fn plans<'m, 'c>(matrix: &'m Matrix<'c>, position: Option<usize>) -> &'m [PlanOffer<'c>] {
    position.map_or(&[], |position| matrix.row(position).plans())
}

fn count(plan: &PlanOffer<'_>) -> InstallmentCount {
    plan.plan.installment_count
}

/// Pairs plans by number of installments. Both lists are in ascending order.
fn for_each_pair<'p, 'c>(
    mut one: &'p [PlanOffer<'c>],
    mut other: &'p [PlanOffer<'c>],
    mut pair: impl FnMut(Option<&'p PlanOffer<'c>>, Option<&'p PlanOffer<'c>>),
) {
    loop {
        let order = match (one.first(), other.first()) {
            (Some(one), Some(other)) => count(one).cmp(&count(other)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        let first = if order.is_le() {
            one.split_off_first()
        } else {
            None
        };
        let second = if order.is_ge() {
            other.split_off_first()
        } else {
            None
        };
        pair(first, second);
    }
}

/// Calls `found` with the rules that a row names for plans that are offered and for plans that are left out.
fn named<'c>(
    row: &MatrixRow<'_, 'c>,
    offered: CountSet,
    left_out: CountSet,
    mut found: impl FnMut(&'c Rule),
) {
    if !offered.is_empty() && row.may_have_rate_rules() {
        let plans = row.plans().iter();
        let plans = plans.filter(|plan| offered.contains(count(plan)));
        plans
            .filter_map(|plan| row.rate_rule(plan))
            .for_each(&mut found);
    }
    let plans = row.card.installments.iter();
    let counts = plans.map(|plan| plan.installment_count);
    // Where the card has no such plan, no rule left it out.
    let left_out: CountSet = counts.filter(|count| left_out.contains(*count)).collect();
    if left_out.is_empty() {
        return;
    }
    for reason in row.reasons(|count| left_out.contains(count)) {
        match reason.reason {
            Reason::Rule { rule, .. } => found(rule),
            Reason::Fact(_) => {}
        }
    }
}

impl RelativeMove {
    const NONE: Self = Self { moved: 0, of: 1 };

    fn of_total(before: &PlanOffer<'_>, after: &PlanOffer<'_>) -> Self {
        let total = |plan: &PlanOffer<'_>| plan.quote.total_amount().minor;
        let (before, after) = (total(before), total(after));
        Self {
            moved: after.abs_diff(before),
            // A plan is offered only if there is something to pay.
            of: before.unsigned_abs().max(1),
        }
    }
}

impl Ord for RelativeMove {
    fn cmp(&self, other: &Self) -> Ordering {
        let product = |one: u64, other: u64| u128::from(one) * u128::from(other);
        product(self.moved, other.of).cmp(&product(other.moved, self.of))
    }
}

impl PartialOrd for RelativeMove {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for RelativeMove {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for RelativeMove {}
