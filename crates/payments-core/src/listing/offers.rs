//! The cards and plans that are offered.

use alloc::vec::Vec;

use crate::catalog::{Bank, Card, CardType, Catalog, PaymentOption, Plan};
use crate::installment::Quote;
use crate::money::Rate;

/// The cards a purchase can be paid with, in the contract's order.
#[derive(Debug)]
pub struct Listing<'c> {
    catalog: &'c Catalog,
    spans: Vec<CardSpan>,
    /// The plans of all cards, card by card.
    plans: Vec<PlanOffer<'c>>,
}

/// A card of a listing, by positions. Its plans begin where those of the previous card end.
#[derive(Debug)]
struct CardSpan {
    card: usize,
    payment_option: usize,
    plans_end: usize,
}

/// A card that is offered, with at least one plan.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CardOffer<'l, 'c> {
    /// The card that is offered.
    pub card: &'c Card,
    /// Its position in [`Catalog::cards`]: an index for data prepared once per snapshot.
    pub card_position: usize,
    /// The issuing bank.
    pub bank: &'c Bank,
    /// The card's program.
    pub card_type: &'c CardType,
    /// The payment option that offers the card: the first that accepts it.
    pub payment_option: &'c PaymentOption,
    /// The card's plans by number of installments, at least one.
    pub plans: &'l [PlanOffer<'c>],
}

/// A plan that is offered.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PlanOffer<'c> {
    /// The plan that is offered.
    pub plan: &'c Plan,
    /// Its position in the card's `installments`: an index for data prepared once per snapshot.
    pub plan_position: usize,
    /// The rate of the quote: the plan's own, or that of a rule.
    pub rate: Rate,
    /// The exact amounts of the plan.
    pub quote: Quote,
}

impl<'c> Listing<'c> {
    /// An empty listing, without an allocation.
    pub(super) const fn empty(catalog: &'c Catalog) -> Self {
        Self {
            catalog,
            spans: Vec::new(),
            plans: Vec::new(),
        }
    }

    /// A listing with capacity for every card and plan of the catalog that could be offered.
    pub(super) fn with_room(catalog: &'c Catalog) -> Self {
        let most = catalog.listable();
        Self {
            catalog,
            spans: Vec::with_capacity(most.cards),
            plans: Vec::with_capacity(most.plans),
        }
    }

    /// Adds a plan to the card that the next [`Listing::close_card`] names.
    pub(super) fn push_plan(&mut self, plan: PlanOffer<'c>) {
        self.plans.push(plan);
    }

    /// Adds a card with the plans pushed since the last one. Without plans, adds nothing and returns `false`.
    pub(super) fn close_card(&mut self, card: usize, payment_option: usize) -> bool {
        let plans_end = self.plans.len();
        let has_plans = plans_end > self.spans.last().map_or(0, |span| span.plans_end);
        if has_plans {
            self.spans.push(CardSpan {
                card,
                payment_option,
                plans_end,
            });
        }
        has_plans
    }

    /// The number of cards that are offered.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether no card is offered.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The number of plans that are offered, over all cards.
    pub fn plan_count(&self) -> usize {
        self.plans.len()
    }

    /// The cards, in the contract's order.
    pub fn offers(&self) -> impl ExactSizeIterator<Item = CardOffer<'_, 'c>> {
        let mut plans_start = 0;
        self.spans.iter().map(move |span| {
            let offer = self.offer_of(span, plans_start);
            plans_start = span.plans_end;
            offer
        })
    }

    /// The card at an index of the listing.
    pub(super) fn offer(&self, index: usize) -> CardOffer<'_, 'c> {
        let before = index.checked_sub(1).map(|index| &self.spans[index]);
        self.offer_of(&self.spans[index], before.map_or(0, |span| span.plans_end))
    }

    /// The position in [`Catalog::payment_options`] of the option that offers the card at an index of the listing.
    pub(super) fn option_position(&self, index: usize) -> usize {
        self.spans[index].payment_option
    }

    #[inline]
    fn offer_of(&self, span: &CardSpan, plans_start: usize) -> CardOffer<'_, 'c> {
        let links = &self.catalog.links()[span.card];
        CardOffer {
            card: &self.catalog.cards()[span.card],
            card_position: span.card,
            bank: &self.catalog.banks()[links.bank],
            card_type: &self.catalog.card_types()[links.card_type],
            payment_option: &self.catalog.payment_options()[span.payment_option],
            plans: &self.plans[plans_start..span.plans_end],
        }
    }
}
