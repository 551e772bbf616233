//! The plans of a catalog that rules can apply to, by positions.

use alloc::rc::Rc;
use alloc::vec::Vec;

use crate::catalog::{Card, Catalog, InstallmentCount, PaymentOption, PaymentType};
use crate::rules::index::ALL_COUNTS;
use crate::rules::index::bits::BitSet;

use super::answer::{Answer, Miss, Steps, any};
use super::test::PlanTest;

/// A plan under a payment option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlanAt {
    pub(super) option: usize,
    pub(super) card: usize,
    pub(super) count: InstallmentCount,
}

/// The plans of the cards, each under the credit-card payment options of its point of sale.
#[derive(Debug)]
pub(super) struct Plans {
    /// The payment options of each card.
    options: Vec<Rc<[usize]>>,
    /// A bit for each number of installments of each card.
    counts: Vec<u128>,
    option_count: usize,
}

impl Plans {
    /// All plans, including inactive ones: they may be activated.
    pub(super) fn all(catalog: &Catalog) -> Self {
        Self::of(catalog, |_| true, |_| true, |_, _| true)
    }

    /// The plans that are active, like everything that they depend on.
    pub(super) fn active(catalog: &Catalog) -> Self {
        let is_active_pos = |pos| catalog.pos(pos).is_some_and(|pos| pos.is_active);
        Self::of(
            catalog,
            |option| option.is_active && is_active_pos(option.pos),
            |card| card.is_active,
            |card, at| card.installments[at].is_active,
        )
    }

    fn of(
        catalog: &Catalog,
        has_option: impl Fn(&PaymentOption) -> bool,
        has_card: impl Fn(&Card) -> bool,
        has_plan: impl Fn(&Card, usize) -> bool,
    ) -> Self {
        let options = catalog.payment_options();
        let options_of = |at: usize| {
            let pos = &catalog.points_of_sale()[at];
            let is_of = |option: &PaymentOption| {
                option.pos == pos.pk
                    && option.payment_type == PaymentType::CreditCard
                    && has_option(option)
            };
            (0..options.len())
                .filter(|at| is_of(&options[*at]))
                .collect()
        };
        let of_pos: Vec<Rc<[usize]>> = (0..catalog.points_of_sale().len())
            .map(options_of)
            .collect();
        let counts = |card: &Card| {
            let plans =
                (0..card.installments.len()).filter(|at| has_card(card) && has_plan(card, *at));
            plans.fold(0, |mask, at| {
                mask | 1 << card.installments[at].installment_count.get()
            })
        };
        Self {
            options: catalog
                .links()
                .iter()
                .map(|links| Rc::clone(&of_pos[links.pos]))
                .collect(),
            counts: catalog.cards().iter().map(counts).collect(),
            option_count: options.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Every plan.
    pub(super) fn iter(&self) -> impl Iterator<Item = PlanAt> + '_ {
        let cards = self.options.iter().zip(&self.counts).enumerate();
        cards.flat_map(|(card, (options, counts))| {
            let options = options.iter();
            options.flat_map(move |option| {
                counts_of(*counts).map(move |count| PlanAt {
                    option: *option,
                    card,
                    count,
                })
            })
        })
    }
}

/// A set of plans: the intersection of tests.
#[derive(Clone, Debug)]
pub(super) struct PlanSet<'p> {
    plans: &'p Plans,
    options: Rc<BitSet>,
    cards: Rc<BitSet>,
    counts: u128,
}

impl<'p> PlanSet<'p> {
    pub(super) fn all(plans: &'p Plans) -> Self {
        Self {
            plans,
            options: Rc::new(BitSet::from_fn(plans.option_count, |_| true)),
            cards: Rc::new(BitSet::from_fn(plans.counts.len(), |at| {
                plans.counts[at] != 0
            })),
            counts: ALL_COUNTS,
        }
    }

    /// Keeps the plans for which a test holds, or does not hold.
    pub(super) fn narrow(&mut self, test: &PlanTest, holds: bool) {
        let narrow = |set: &mut Rc<BitSet>, test: &BitSet| {
            let set = Rc::make_mut(set);
            if holds {
                set.keep(test);
            } else {
                set.remove(test);
            }
        };
        match test {
            PlanTest::Options(test) => narrow(&mut self.options, test),
            PlanTest::Cards(test) => narrow(&mut self.cards, test),
            PlanTest::Counts(test) => self.counts &= if holds { *test } else { !test },
        }
    }

    /// Keeps the plans with one of these numbers of installments.
    pub(super) fn keep_counts(&mut self, counts: u128) {
        self.counts &= counts;
    }

    /// Keeps the plans of these cards.
    pub(super) fn keep_cards(&mut self, cards: &BitSet) {
        Rc::make_mut(&mut self.cards).keep(cards);
    }

    /// Whether there is obviously no such plan.
    pub(super) fn is_empty(&self) -> bool {
        self.counts == 0 || self.cards.is_empty() || self.options.is_empty()
    }

    /// Whether two sets obviously have nothing in common.
    pub(super) fn is_apart_from(&self, other: &Self) -> bool {
        self.counts & other.counts == 0
            || self.cards.is_apart_from(&other.cards)
            || self.options.is_apart_from(&other.options)
    }

    /// The first plan in the set.
    pub(super) fn find(&self, steps: &mut Steps) -> Answer<PlanAt> {
        any(self.cards.positions(), |card| {
            let options = &self.plans.options[card];
            steps.take(1 + options.len() / 8)?;
            let mut options = options
                .iter()
                .filter(|option| self.options.contains(**option));
            let mut counts = counts_of(self.plans.counts[card] & self.counts);
            match (options.next(), counts.next()) {
                (Some(option), Some(count)) => Ok(PlanAt {
                    option: *option,
                    card,
                    count,
                }),
                (None, _) | (_, None) => Err(Miss::Never),
            }
        })
    }
}

/// The numbers of installments in a set, in order.
pub(super) fn counts_of(mask: u128) -> impl Iterator<Item = InstallmentCount> {
    let counts = (1..=99).filter(move |count| mask >> count & 1 == 1);
    counts.filter_map(|count| InstallmentCount::new(count).ok())
}
