//! The walk over the catalog that lists and explains.

use alloc::vec::Vec;

use crate::catalog::{
    Card, CardSelection, Catalog, InstallmentCount, PaymentOption, PaymentType, Plan,
};
use crate::installment::{QuoteError, quote};
use crate::moment::Moment;
use crate::money::{Money, Rounding};
use crate::purchase::Purchase;
use crate::rules::MinorUnit;
use crate::rules::index::Stage;
use crate::rules::verdict::{RuleAt, Verdict};

pub(super) mod one_card;
pub(super) mod some_cards;

use super::{Candidate, Fact, LeftOut, Listing, PlanOffer, Reason, RuleEffect};

/// Receives every candidate that is left out.
pub(super) trait Observer<'c> {
    /// Called for each candidate that is left out.
    fn left_out(&mut self, candidate: Candidate<'c>, reason: Reason<'c>);
}

/// Ignores everything.
pub(super) struct Unobserved;

impl<'c> Observer<'c> for Unobserved {
    #[inline]
    fn left_out(&mut self, _: Candidate<'c>, _: Reason<'c>) {}
}

impl<'c> Observer<'c> for Vec<LeftOut<'c>> {
    fn left_out(&mut self, candidate: Candidate<'c>, reason: Reason<'c>) {
        self.push(LeftOut { candidate, reason });
    }
}

/// Lists, and reports everything that is left out to the observer.
pub(super) fn walk<'c, O: Observer<'c>>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    rounding: Rounding,
    selection: Option<&CardSelection>,
    observer: &mut O,
) -> Listing<'c> {
    if let Some(fact) = nothing_to_list(purchase, selection, moment) {
        observer.left_out(Candidate::Purchase, Reason::Fact(fact));
        return Listing::empty(catalog);
    }
    let listing = Listing::with_room(catalog);
    let options = catalog.payment_options().len();
    let stage = Stage::new(catalog.rule_book(), options, purchase, moment);
    let mut walk = Walk::new(listing, catalog, stage, purchase.amount, rounding, observer);
    walk.payment_options();
    for position in 0..catalog.cards().len() {
        walk.card_of(selection, position);
    }
    walk.listing
}

fn nothing_to_list(
    purchase: &Purchase,
    selection: Option<&CardSelection>,
    moment: Moment,
) -> Option<Fact> {
    if purchase.items.is_empty() {
        Some(Fact::NoItems)
    } else if !purchase.amount.is_positive() {
        Some(Fact::NothingToPay)
    } else if selection.is_some_and(|card| card.has_expired(moment.local.date())) {
        Some(Fact::SavedCardExpired)
    } else {
        None
    }
}

fn not_selected(catalog: &Catalog, position: usize, selection: &CardSelection) -> Option<Fact> {
    if !selection.can_mean(position) {
        Some(Fact::OtherDigits)
    } else if !selection.can_charge_at(catalog.cards()[position].pos) {
        Some(Fact::TokenOfAnotherPos)
    } else {
        None
    }
}

#[cold]
fn not_quoted(error: QuoteError) -> Fact {
    match error {
        QuoteError::NothingLeft => Fact::NothingLeft,
        QuoteError::NegativeAmount | QuoteError::Overflow => Fact::FiguresTooLarge,
    }
}

struct Walk<'c, 'o, O> {
    catalog: &'c Catalog,
    amount: Money,
    minor_unit: MinorUnit,
    rounding: Rounding,
    stage: Stage<'c>,
    observer: &'o mut O,
    listing: Listing<'c>,
    /// The verdict on the previous card's payment option, which the next card usually shares.
    last_option: Option<(usize, Verdict)>,
}

impl<'c, 'o, O: Observer<'c>> Walk<'c, 'o, O> {
    /// A walk that adds to an empty listing.
    #[inline]
    fn new(
        listing: Listing<'c>,
        catalog: &'c Catalog,
        stage: Stage<'c>,
        amount: Money,
        rounding: Rounding,
        observer: &'o mut O,
    ) -> Self {
        Self {
            catalog,
            amount,
            minor_unit: MinorUnit::of(amount.currency),
            rounding,
            stage,
            observer,
            listing,
            last_option: None,
        }
    }

    fn payment_options(&mut self) {
        for (position, option) in self.catalog.payment_options().iter().enumerate() {
            let reason = self.option_fact(option).map(Reason::Fact).or_else(|| {
                let rule = self.stage.on_option(position).excluded_by?;
                self.stage.leave_out(position);
                Some(self.excluded_by(rule))
            });
            if let Some(reason) = reason {
                self.observer
                    .left_out(Candidate::PaymentOption(option), reason);
            }
        }
    }

    fn option_fact(&self, option: &PaymentOption) -> Option<Fact> {
        if !option.is_active {
            Some(Fact::Inactive)
        } else if option.payment_type != PaymentType::CreditCard {
            Some(Fact::NotCreditCard)
        } else if self
            .catalog
            .pos(option.pos)
            .is_some_and(|pos| pos.is_active)
        {
            None
        } else {
            Some(Fact::PosInactive)
        }
    }

    /// Offers a card if it is selected.
    #[inline]
    fn card_of(&mut self, selection: Option<&CardSelection>, position: usize) {
        match selection.and_then(|one| not_selected(self.catalog, position, one)) {
            None => self.card(position),
            Some(fact) => {
                // Digits never mean an inactive card, so that reason comes before theirs.
                let fact = self.inactive(position).unwrap_or(fact);
                self.leave_out_card(position, fact);
            }
        }
    }

    fn card(&mut self, position: usize) {
        let catalog = self.catalog;
        let (card, links) = (&catalog.cards()[position], &catalog.links()[position]);
        let fact = if let Some(fact) = self.inactive(position) {
            fact
        } else if links.payment_options.is_empty() {
            Fact::NoPaymentOption
        } else {
            let mut fact = Fact::PaymentOptionsLeftOut;
            for option in &*links.payment_options {
                if self.stage.is_left_out(*option) {
                    continue;
                }
                if self.card_under(card, position, *option) {
                    return;
                }
                fact = Fact::NoPlanLeft;
            }
            fact
        };
        if fact != Fact::NoPlanLeft {
            self.leave_out_card(position, fact);
        }
    }

    #[inline]
    fn inactive(&self, position: usize) -> Option<Fact> {
        let links = &self.catalog.links()[position];
        if !self.catalog.cards()[position].is_active {
            Some(Fact::Inactive)
        } else if !self.catalog.points_of_sale()[links.pos].is_active {
            Some(Fact::PosInactive)
        } else {
            None
        }
    }

    fn leave_out_card(&mut self, position: usize, fact: Fact) {
        let candidate = Candidate::Card {
            card: &self.catalog.cards()[position],
            payment_option: None,
        };
        self.observer.left_out(candidate, Reason::Fact(fact));
    }

    /// Offers a card under a payment option. Returns whether a plan is left.
    fn card_under(&mut self, card: &'c Card, position: usize, option: usize) -> bool {
        let payment_option = &self.catalog.payment_options()[option];
        let candidate = Candidate::Card {
            card,
            payment_option: Some(payment_option),
        };
        let mut verdict = self.on_option(option);
        self.stage.take(option, position);
        self.stage.on_card(&mut verdict);
        if let Some(rule) = verdict.excluded_by {
            self.observer.left_out(candidate, self.excluded_by(rule));
            return false;
        }
        let looks_at_counts = self.stage.looks_at_counts();
        for (plan_position, plan) in card.installments.iter().enumerate() {
            let on_plan;
            let verdict = if looks_at_counts {
                on_plan = self.stage.on_plan(verdict, plan.installment_count);
                &on_plan
            } else {
                &verdict
            };
            if let Some(reason) = self.plan(plan, plan_position, verdict) {
                self.observer.left_out(
                    Candidate::Plan {
                        card,
                        plan,
                        payment_option,
                    },
                    reason,
                );
            }
        }
        let is_offered = self.listing.close_card(position, option);
        if !is_offered {
            self.observer
                .left_out(candidate, Reason::Fact(Fact::NoPlanLeft));
        }
        is_offered
    }

    #[inline]
    fn on_option(&mut self, option: usize) -> Verdict {
        match self.last_option {
            Some((last, verdict)) if last == option => verdict,
            Some(_) | None => {
                let verdict = self.stage.on_option(option);
                self.last_option = Some((option, verdict));
                verdict
            }
        }
    }

    /// Offers a plan, or reports why it is left out.
    #[inline]
    fn plan(
        &mut self,
        plan: &'c Plan,
        plan_position: usize,
        verdict: &Verdict,
    ) -> Option<Reason<'c>> {
        if !plan.is_active {
            return Some(Reason::Fact(Fact::Inactive));
        }
        if let Some(rule) = verdict.excluded_by {
            return Some(self.excluded_by(rule));
        }
        let count = plan.installment_count;
        if let Some((cap, rule)) = verdict.cap
            && count > cap
        {
            return Some(self.by_rule(rule, RuleEffect::CapInstallments(cap)));
        }
        let rate = verdict.rate.unwrap_or(plan.interest_rate);
        let quote = match quote(self.amount, rate, count, self.rounding) {
            Ok(quote) => quote,
            Err(error) => return Some(Reason::Fact(not_quoted(error))),
        };
        if let Some((minimum, rule)) = verdict.minimum
            && count != InstallmentCount::SINGLE
            && !minimum.is_reached(self.minor_unit, quote.single_installment_amount().minor)
        {
            return Some(self.by_rule(rule, RuleEffect::MinimumInstallmentAmount(minimum)));
        }
        self.listing.push_plan(PlanOffer {
            plan,
            plan_position,
            rate,
            quote,
        });
        None
    }

    fn excluded_by(&self, rule: RuleAt) -> Reason<'c> {
        self.by_rule(rule, RuleEffect::Exclude)
    }

    fn by_rule(&self, rule: RuleAt, effect: RuleEffect) -> Reason<'c> {
        Reason::Rule {
            rule: self.catalog.rule_book().source(rule),
            effect,
        }
    }
}
