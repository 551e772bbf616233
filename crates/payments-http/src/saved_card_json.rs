//! Saved cards as JSON, masked and without tokens.

use payments_core::card::{CardName, StatedName};
use payments_core::saved_card::SavedCard;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// A list of everything on one page.
#[derive(Serialize)]
pub(crate) struct List<T> {
    count: usize,
    next: Option<&'static str>,
    previous: Option<&'static str>,
    results: Vec<T>,
}

impl<T> List<T> {
    pub(crate) fn of(results: Vec<T>) -> Self {
        Self {
            count: results.len(),
            next: None,
            previous: None,
            results,
        }
    }
}

/// The lowest plan of a purchase with a card.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum PlansFrom {
    /// It was not requested.
    NotRequested,
    /// The plan, if there is one.
    Lowest(Option<Box<RawValue>>),
}

impl PlansFrom {
    const fn is_not_requested(&self) -> bool {
        matches!(self, Self::NotRequested)
    }
}

/// What its owner sees of a card.
#[derive(Serialize)]
pub(crate) struct ForOwner {
    #[serde(flatten)]
    saved: Value,
    /// The card of the catalog that it is, if that is known.
    card: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "PlansFrom::is_not_requested")]
    plans_from: PlansFrom,
}

impl ForOwner {
    pub(crate) fn of(
        saved: &SavedCard,
        card: Option<Box<RawValue>>,
        plans_from: PlansFrom,
    ) -> Self {
        Self {
            saved: facts(saved),
            card,
            plans_from,
        }
    }
}

fn facts(card: &SavedCard) -> Value {
    json!({
        "pk": card.pk,
        "name": card.name.as_ref().map(CardName::as_str),
        "masked_card_number": card.masked_number.as_str(),
        "card_holder": card.holder.as_str(),
        "card_month": card.expiry.month(),
        "card_year": card.expiry.year(),
        "brand": card.brand,
        "family": card.family.as_ref().map(StatedName::as_str),
        "bank": card.bank.as_ref().map(StatedName::as_str),
        "pos": card.pos,
        "created_at": card.created_at,
    })
}

/// What support sees of a card.
pub(crate) fn for_support(card: &SavedCard) -> Value {
    let mut shown = facts(card);
    shown["gateway"] = card.account.gateway.as_str().into();
    shown["consented_at"] = json!(card.consented_at);
    shown
}
