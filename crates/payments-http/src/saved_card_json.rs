//! Saved cards as JSON, masked and without tokens.

use payments_core::card::{CardName, StatedName};
use payments_core::saved_card::SavedCard;
use serde_json::{Value, json};

/// A list of everything on one page.
pub(crate) fn list(cards: &[SavedCard], shown: impl Fn(&SavedCard) -> Value) -> Value {
    let results: Vec<Value> = cards.iter().map(shown).collect();
    json!({ "count": results.len(), "next": null, "previous": null, "results": results })
}

/// What its owner sees of a card.
pub(crate) fn for_owner(card: &SavedCard) -> Value {
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
    let mut shown = for_owner(card);
    shown["gateway"] = card.account.gateway.as_str().into();
    shown["consented_at"] = json!(card.consented_at);
    shown
}
