//! The walk for one card: the same decisions as in a listing, at the cost of one card.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::catalog::{CardSelection, Catalog, InstallmentCount, PaymentOption};
use crate::moment::Moment;
use crate::money::Rounding;
use crate::purchase::Purchase;
use crate::rules::Rule;
use crate::rules::index::Stage;

use super::{Observer, Walk, nothing_to_list};
use crate::listing::{Candidate, LeftOut, Listing, PlanOffer, Reason};

/// Ignores everything. It is not the listing's observer, so that the listing's walk has one caller and is compiled into
/// it: `xtask/instructions.json` shows the difference.
struct Ignored;

impl<'c> Observer<'c> for Ignored {
    fn left_out(&mut self, _: Candidate<'c>, _: Reason<'c>) {}
}

/// Which plans of one card a purchase is offered.
#[derive(Clone, Copy)]
pub(crate) struct CardQuestion<'c, 'a> {
    pub(crate) catalog: &'c Catalog,
    pub(crate) purchase: &'a Purchase,
    pub(crate) rounding: Rounding,
    pub(crate) selection: Option<&'a CardSelection>,
    /// The position of the card in [`Catalog::cards`].
    pub(crate) card: usize,
}

/// A plan of the card, as a listing offers it.
#[derive(Clone, Copy)]
pub(crate) struct CardPlan<'c> {
    pub(crate) payment_option: &'c PaymentOption,
    pub(crate) offer: PlanOffer<'c>,
}

impl CardPlan<'_> {
    /// Whether the same plan has the same figures.
    pub(crate) fn is_same(&self, other: &CardPlan<'_>) -> bool {
        let key = |one: &CardPlan<'_>| (one.payment_option.pk, one.offer.plan.pk);
        let figures = |one: &CardPlan<'_>| (one.offer.rate, one.offer.quote);
        key(self) == key(other) && figures(self) == figures(other)
    }
}

impl<'c> CardQuestion<'c, '_> {
    /// The plan with this number of installments, if it is offered.
    pub(crate) fn plan(&self, moment: Moment, count: InstallmentCount) -> Option<CardPlan<'c>> {
        let (plan, _) = self.walk(moment, count, &mut Ignored);
        plan
    }

    /// The plan with this number of installments and every rule that concerns it, ordered by slug.
    ///
    /// # Errors
    /// The reasons why it is not offered: those of the purchase, the card, its payment options and the plan.
    pub(crate) fn explained_plan(
        &self,
        moment: Moment,
        count: InstallmentCount,
    ) -> Result<(CardPlan<'c>, Vec<&'c Rule>), Vec<LeftOut<'c>>> {
        let mut left_out = Vec::new();
        let (plan, rules) = self.walk(moment, count, &mut left_out);
        let card = &self.catalog.cards()[self.card];
        left_out.retain(|one| one.concerns(card, |asked| asked == count));
        plan.map(|plan| (plan, rules)).ok_or(left_out)
    }

    /// The first instant after `now` at which the card's plans may change because of time alone.
    pub(crate) fn holds_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let options = &self.catalog.links()[self.card].payment_options;
        let rules = self.catalog.rule_book();
        let by_rules = rules.card_holds_until(self.card, options, now);
        let by_card = self
            .selection
            .and_then(|selection| selection.may_expire_at(now));
        by_rules.into_iter().chain(by_card).min()
    }

    fn walk<O: Observer<'c>>(
        &self,
        moment: Moment,
        count: InstallmentCount,
        observer: &mut O,
    ) -> (Option<CardPlan<'c>>, Vec<&'c Rule>) {
        let (catalog, position) = (self.catalog, self.card);
        let mut rules = Vec::new();
        if let Some(fact) = nothing_to_list(self.purchase, self.selection, moment) {
            observer.left_out(Candidate::Purchase, Reason::Fact(fact));
            return (None, rules);
        }
        let listing = Listing::empty(catalog);
        let (book, purchase) = (catalog.rule_book(), self.purchase);
        let options = catalog.payment_options().len();
        // Rules that decide about payment options apply to every card.
        let of_card = book.card_row(position).iter().copied();
        let stage = Stage::among(book, options, purchase, moment, of_card);
        let amount = purchase.amount;
        let mut walk = Walk::new(listing, catalog, stage, amount, self.rounding, observer);
        walk.payment_options();
        walk.card_of(self.selection, position);
        let plan = walk.listing.offers().next().and_then(|card| {
            let mut plans = card.plans.iter();
            let offer = plans.find(|offer| offer.plan.installment_count == count)?;
            Some(CardPlan {
                payment_option: card.payment_option,
                offer: *offer,
            })
        });
        if plan.is_some() {
            walk.stage.applied(count, |rule| {
                let rule = catalog.rule_book().source(rule);
                if rule.then.concerns(count) {
                    rules.push(rule);
                }
            });
        }
        (plan, rules)
    }
}
