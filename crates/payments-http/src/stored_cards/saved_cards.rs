//! The customer's own saved cards. Another customer's card is as good as absent.

use std::sync::Arc;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::card::{CardName, StatedName};
use payments_core::id::SavedCardId;
use payments_core::saved_card::SavedCard;
use serde_json::{Value, json};

use super::card;
use crate::body::{self, Form, FormReader};
use crate::caller::Caller;
use crate::error::{ApiError, Problem};
use crate::path::PathPk;
use crate::state::AppState;

/// All of them, the newest first.
pub(super) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
) -> Result<HttpResponse, ApiError> {
    let cards = state.saved_cards.list(caller.customer.pk).await?;
    let results: Vec<Value> = cards.iter().map(shown).collect();
    let body =
        json!({ "count": results.len(), "next": null, "previous": null, "results": results });
    Ok(private(&body))
}

/// Gives a card another name, or with null none.
pub(super) async fn rename(
    state: web::Data<AppState>,
    request: HttpRequest,
    caller: Caller,
    pk: PathPk,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let pk: SavedCardId = pk.or(Problem::CardNotFound)?;
    let form: RenameForm = body::form(&request, payload, &state.settings.http).await?;
    let card = state
        .saved_cards
        .rename(caller.customer.pk, pk, form.name)
        .await?;
    card.map(|card| private(&shown(&card)))
        .ok_or_else(|| Problem::CardNotFound.into())
}

/// A card's new name. The field has to be there; null takes the name away.
struct RenameForm {
    name: Option<CardName>,
}

impl Form for RenameForm {
    const IS_SECRET: bool = false;

    fn read(reader: &mut FormReader<'_>) -> Option<Self> {
        if !reader.fields().has(card::NAME) {
            return reader.note(card::NAME, Err("field-required"));
        }
        let name = card::name(reader.fields());
        let name = reader.note(card::NAME, name)?;
        Some(Self { name })
    }
}

/// Removes a card, here and at its gateway.
pub(super) async fn remove(
    state: web::Data<AppState>,
    caller: Caller,
    pk: PathPk,
) -> Result<HttpResponse, ApiError> {
    let pk: SavedCardId = pk.or(Problem::CardNotFound)?;
    let (storage, customer) = (Arc::clone(&state.card_storage), caller.customer.pk);
    let snapshot = state.snapshots.current();
    let removed = state
        .detached(async move { storage.remove_card(&snapshot.catalog, customer, pk).await })
        .await??;
    if removed {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::CardNotFound.into())
    }
}

fn shown(card: &SavedCard) -> Value {
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

fn private(body: &Value) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .json(body)
}
