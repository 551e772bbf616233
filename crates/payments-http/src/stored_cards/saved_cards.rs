//! The customer's own saved cards. Another customer's card is treated as absent.

use std::sync::Arc;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::card::CardName;
use payments_core::id::SavedCardId;
use serde_json::Value;

use super::card;
use crate::body::{self, Form, FormReader};
use crate::caller::Caller;
use crate::error::{ApiError, Problem};
use crate::path::PathPk;
use crate::saved_card_json;
use crate::state::AppState;

/// All of them, the newest first.
pub(super) async fn list(
    state: web::Data<AppState>,
    caller: Caller,
) -> Result<HttpResponse, ApiError> {
    let cards = state.saved_cards.list(caller.customer.pk).await?;
    let body = saved_card_json::list(&cards, saved_card_json::for_owner);
    Ok(private(&body))
}

/// Renames a card; null removes the name.
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
    card.map(|card| private(&saved_card_json::for_owner(&card)))
        .ok_or_else(|| Problem::CardNotFound.into())
}

/// A card's new name. The field is required; null removes the name.
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

fn private(body: &Value) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .json(body)
}
