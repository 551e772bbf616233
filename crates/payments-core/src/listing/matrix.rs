//! What is offered as a matrix: cards down, numbers of installments across, and a reason in every empty cell.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::catalog::{Bank, Card, CardSelection, Catalog, InstallmentCount};
use crate::id::BankId;
use crate::moment::Moment;
use crate::money::Rounding;
use crate::purchase::Purchase;
use crate::rules::Rule;

use super::walk::some_cards::{DecidedCard, DecidedCards, decide_cards};
use super::{Candidate, CardOffer, Fact, LeftOut, Listing, PlanOffer, Reason};

/// Which cards a matrix has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatrixPage {
    /// Only the cards of this bank.
    pub bank: Option<BankId>,
    /// The number of cards before the page, in the order of [`Catalog::cards`].
    pub skip: usize,
    /// The maximum number of cards on the page.
    pub limit: usize,
}

impl MatrixPage {
    /// All cards on one page.
    pub const ALL: Self = Self {
        bank: None,
        skip: 0,
        limit: usize::MAX,
    };
}

/// What some cards of a catalog, also inactive ones, offer for a purchase in each number of installments, and why
/// they offer nothing else. Decided as [`list`](super::list) decides.
#[derive(Debug)]
pub struct Matrix<'c> {
    catalog: &'c Catalog,
    card_count: usize,
    decided: DecidedCards<'c>,
}

/// A card of a matrix.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MatrixRow<'m, 'c> {
    /// The card of the row.
    pub card: &'c Card,
    /// The issuing bank.
    pub bank: &'c Bank,
    /// The card as it is offered; `None` if no plan is left.
    pub offer: Option<CardOffer<'m, 'c>>,
    matrix: &'m Matrix<'c>,
    decided: DecidedCard,
    /// What is left out of the card.
    left_out: &'m [LeftOut<'c>],
}

/// One number of installments on one card.
#[derive(Clone, Debug)]
pub enum Cell<'c> {
    /// The plan is offered.
    Offered {
        /// The plan with its amounts.
        plan: PlanOffer<'c>,
        /// The rule whose rate it is quoted at; `None` for the plan's own rate. If several apply, the first by slug.
        rate_rule: Option<&'c Rule>,
    },
    /// The plan is not offered, for these reasons: at least one. If the card offers other plans, the reason is the one
    /// under the same payment option. Otherwise they are those of the purchase, of the payment options at the card's
    /// point of sale, of the card and of the plan, in the order of the decisions. Where the card has no such plan,
    /// the only reason is [`Fact::NoSuchPlan`].
    LeftOut(Vec<LeftOut<'c>>),
}

/// The matrix of a purchase. With a selection, other cards are left out as in [`explain_only`](super::explain_only).
pub fn matrix<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    rounding: Rounding,
    selection: Option<&CardSelection>,
    page: &MatrixPage,
) -> Matrix<'c> {
    let is_of_bank = |card: &Card| page.bank.is_none_or(|bank| bank == card.bank);
    let cards = catalog.cards().iter().enumerate();
    let matching = cards.filter(|(_, card)| is_of_bank(card));
    let positions: Vec<usize> = matching.map(|(position, _)| position).collect();
    let on_page = positions.iter().skip(page.skip).take(page.limit).copied();
    let decided = decide_cards(catalog, purchase, moment, rounding, selection, on_page);
    Matrix {
        catalog,
        card_count: positions.len(),
        decided,
    }
}

impl<'c> Matrix<'c> {
    /// The matrix with the cards at these positions of [`Catalog::cards`], and no others.
    pub(crate) fn of_cards(
        catalog: &'c Catalog,
        purchase: &Purchase,
        moment: Moment,
        rounding: Rounding,
        positions: impl ExactSizeIterator<Item = usize>,
    ) -> Self {
        let decided = decide_cards(catalog, purchase, moment, rounding, None, positions);
        Self {
            catalog,
            card_count: decided.cards.len(),
            decided,
        }
    }

    /// The number of cards on all pages.
    pub const fn card_count(&self) -> usize {
        self.card_count
    }

    /// The numbers of installments that the cards of the page have plans for, active or not, in ascending order.
    pub fn installment_counts(&self) -> Vec<InstallmentCount> {
        let cards = self.decided.cards.iter();
        let plans = cards.flat_map(|one| &self.catalog.cards()[one.position].installments);
        let counts: BTreeSet<_> = plans.map(|plan| plan.installment_count).collect();
        counts.into_iter().collect()
    }

    /// The cards of the page, in the order of [`Catalog::cards`].
    pub fn rows(&self) -> impl ExactSizeIterator<Item = MatrixRow<'_, 'c>> {
        (0..self.decided.cards.len()).map(|index| self.row(index))
    }

    /// The row at an index.
    pub(crate) fn row(&self, index: usize) -> MatrixRow<'_, 'c> {
        let decided = self.decided.cards[index];
        let before = index.checked_sub(1).map(|index| self.decided.cards[index]);
        let left_out_start = before.map_or(self.decided.general, |one| one.left_out_end);
        let links = &self.catalog.links()[decided.position];
        MatrixRow {
            card: &self.catalog.cards()[decided.position],
            bank: &self.catalog.banks()[links.bank],
            offer: decided.offer.map(|index| self.decided.listing.offer(index)),
            matrix: self,
            decided,
            left_out: &self.decided.left_out[left_out_start..decided.left_out_end],
        }
    }

    /// What the cards of the page offer.
    pub(crate) const fn listing(&self) -> &Listing<'c> {
        &self.decided.listing
    }
}

impl<'m, 'c> MatrixRow<'m, 'c> {
    /// The plans that are offered, by number of installments.
    pub fn plans(&self) -> &'m [PlanOffer<'c>] {
        self.offer.map_or(&[], |offer| offer.plans)
    }

    /// The cell of a number of installments.
    pub fn cell(&self, count: InstallmentCount) -> Cell<'c> {
        let mut plans = self.plans().iter();
        if let Some(plan) = plans.find(|plan| plan.plan.installment_count == count) {
            return Cell::Offered {
                plan: *plan,
                rate_rule: self.rate_rule(plan),
            };
        }
        Cell::LeftOut(if self.has_plan(count) {
            self.reasons(|asked| asked == count).copied().collect()
        } else {
            vec![LeftOut {
                candidate: Candidate::Card {
                    card: self.card,
                    payment_option: None,
                },
                reason: Reason::Fact(Fact::NoSuchPlan),
            }]
        })
    }

    /// Whether the card has a plan with this number of installments, offered or not.
    fn has_plan(&self, count: InstallmentCount) -> bool {
        let plans = &self.card.installments;
        let position = plans.binary_search_by_key(&count, |plan| plan.installment_count);
        position.is_ok()
    }

    /// Why plans of the card that are not offered are left out; `is_asked` selects them.
    pub(crate) fn reasons(
        &self,
        is_asked: impl Fn(InstallmentCount) -> bool,
    ) -> impl Iterator<Item = &'m LeftOut<'c>> {
        let general = &self.matrix.decided.left_out[..self.matrix.decided.general];
        let (card, offer) = (self.card, self.offer);
        let concerns = move |one: &&LeftOut<'c>| match (offer, one.candidate) {
            (None, _) => one.concerns(card, &is_asked),
            (
                Some(offer),
                Candidate::Plan {
                    plan,
                    payment_option,
                    ..
                },
            ) => payment_option.pk == offer.payment_option.pk && is_asked(plan.installment_count),
            (
                Some(_),
                Candidate::Purchase | Candidate::PaymentOption(_) | Candidate::Card { .. },
            ) => false,
        };
        general.iter().chain(self.left_out).filter(concerns)
    }

    /// Whether an offered plan of the row may have a [`MatrixRow::rate_rule`].
    pub(crate) fn may_have_rate_rules(&self) -> bool {
        let rules = self.matrix.decided.rules.as_ref();
        let pair = rules.zip(self.option_position());
        pair.is_some_and(|(rules, option)| rules.may_replace_rates(option, self.decided.position))
    }

    /// The rule whose rate an offered plan of the row is quoted at, if it is not the plan's own.
    pub(crate) fn rate_rule(&self, plan: &PlanOffer<'c>) -> Option<&'c Rule> {
        let (rules, option) = (self.matrix.decided.rules.as_ref()?, self.option_position()?);
        let (card, count) = (self.decided.position, plan.plan.installment_count);
        let rule = rules.rate_rule(option, card, count, plan.rate)?;
        Some(self.matrix.catalog.rule_book().source(rule))
    }

    /// The position in [`Catalog::payment_options`] of the option that offers the card.
    fn option_position(&self) -> Option<usize> {
        let offer = self.decided.offer?;
        Some(self.matrix.listing().option_position(offer))
    }
}
