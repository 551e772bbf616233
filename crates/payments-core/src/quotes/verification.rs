//! Verifies that a quote still holds.

use alloc::boxed::Box;
use alloc::string::ToString as _;
use alloc::vec::Vec;

use chrono::TimeDelta;

use crate::catalog::{CardSelection, Catalog};
use crate::listing::{Fact, LeftOut};
use crate::moment::Moment;
use crate::money::Rounding;
use crate::purchase::{Buyer, Purchase};

use super::choice::{Choice, NotQuoted, because_of};
use super::claims::QuoteClaims;
use super::digest::PurchaseDigests;
use super::plan::{Period, quote_plan};
use super::terms::Terms;

/// What a quote is verified against.
#[derive(Clone, Copy, Debug)]
pub struct Current<'a> {
    /// The purchase as it is now, read for [`QuoteClaims::buyer`]; `None` if it no longer exists.
    pub purchase: Option<&'a Purchase>,
    /// The cards that the saved card of the quote can mean now. `None` if the quote is not for a saved card, or if the
    /// customer no longer has it.
    pub saved_card: Option<&'a CardSelection>,
}

/// Whether a quote still holds: the first status that applies.
#[derive(Clone, Debug, PartialEq)]
pub enum QuoteStatus<'c> {
    /// Its time is over.
    Expired,
    /// The plan is no longer offered, for these reasons: at least one.
    NoLongerOffered(Vec<LeftOut<'c>>),
    /// The purchase is another one: at least one difference.
    PurchaseChanged(Vec<PurchaseChange>),
    /// The plan has other figures, or is charged elsewhere.
    FiguresChanged(Box<ChangedTerms>),
    /// The plan is offered as quoted.
    Valid,
}

/// The terms of a quote that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedTerms {
    /// The terms of the quote.
    pub old: Terms,
    /// The terms now.
    pub new: Terms,
}

/// What changed about a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PurchaseChange {
    /// The amount to pay or its currency.
    Amount,
    /// The state of the basket or pre-order.
    State,
    /// The items, or the categories or attributes of their products.
    Items,
    /// The segments of the customer. Reported only if nothing else changed.
    CustomerSegments,
}

impl PurchaseChange {
    /// A short word, stable for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::State => "state",
            Self::Items => "items",
            Self::CustomerSegments => "customer_segments",
        }
    }
}

impl QuoteStatus<'_> {
    /// A short word, stable for machines.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::NoLongerOffered(_) => "no_longer_offered",
            Self::PurchaseChanged(_) => "purchase_changed",
            Self::FiguresChanged(_) => "figures_changed",
            Self::Valid => "valid",
        }
    }
}

impl QuoteClaims {
    /// For whom the purchase has to be read to verify the quote.
    pub fn buyer(&self) -> Buyer {
        self.customer().map_or(Buyer::Unknown, Buyer::Customer)
    }
}

/// Verifies a quote whose signature was checked. Depends on nothing but its arguments.
pub fn verify<'c>(
    claims: &QuoteClaims,
    current: Current<'_>,
    catalog: &'c Catalog,
    moment: Moment,
    rounding: Rounding,
) -> QuoteStatus<'c> {
    if claims.has_expired(moment.utc) {
        return QuoteStatus::Expired;
    }
    let Some(purchase) = current.purchase else {
        return QuoteStatus::NoLongerOffered(because_of(Fact::NoSuchPurchase));
    };
    let terms = match terms_now(
        claims,
        purchase,
        current.saved_card,
        catalog,
        moment,
        rounding,
    ) {
        Ok(terms) => terms,
        Err(reasons) => return QuoteStatus::NoLongerOffered(reasons),
    };
    let changes = changes(claims, purchase);
    if !changes.is_empty() {
        QuoteStatus::PurchaseChanged(changes)
    } else if terms == claims.terms {
        QuoteStatus::Valid
    } else {
        QuoteStatus::FiguresChanged(Box::new(ChangedTerms {
            old: claims.terms.clone(),
            new: terms,
        }))
    }
}

fn terms_now<'c>(
    claims: &QuoteClaims,
    purchase: &Purchase,
    saved_card: Option<&CardSelection>,
    catalog: &'c Catalog,
    moment: Moment,
    rounding: Rounding,
) -> Result<Terms, Vec<LeftOut<'c>>> {
    if claims.choice.saved_card.is_some() && saved_card.is_none() {
        return Err(because_of(Fact::NoSuchCard));
    }
    let Some(count) = claims.count() else {
        return Err(because_of(Fact::NoSuchPlan));
    };
    let choice = match saved_card {
        Some(selection) => Choice::of_selection(selection, Some(claims.card), count),
        None => Choice::of_card(claims.card, count),
    };
    // Nothing depends on time after the moment itself.
    let period = Period::new(moment.utc, TimeDelta::zero());
    match quote_plan(catalog, purchase, &choice, rounding, period, |_| moment) {
        Ok(quoted) => Ok(Terms::of(&quoted)),
        Err(NotQuoted::NotOffered(reasons)) => Err(reasons),
        // A choice with a card is never ambiguous.
        Err(NotQuoted::Ambiguous(_)) => Err(because_of(Fact::NoSuchCard)),
    }
}

fn changes(claims: &QuoteClaims, purchase: &Purchase) -> Vec<PurchaseChange> {
    let digests = PurchaseDigests::of(purchase);
    if digests.purchase == claims.purchase_digest {
        return Vec::new();
    }
    let amount = purchase.amount;
    let is_other_amount =
        amount.to_string() != claims.amount || amount.currency.code() != claims.currency;
    let found = [
        (PurchaseChange::Amount, is_other_amount),
        (PurchaseChange::State, purchase.state != claims.state),
        (PurchaseChange::Items, digests.items != claims.items_digest),
    ];
    let found = found.into_iter().filter(|(_, has_changed)| *has_changed);
    let mut changes: Vec<_> = found.map(|(change, _)| change).collect();
    if changes.is_empty() {
        changes.push(PurchaseChange::CustomerSegments);
    }
    changes
}
