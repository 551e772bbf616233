//! The customer's own saved cards. Another customer's card is treated as absent.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::card::CardName;
use payments_core::id::SavedCardId;
use payments_core::saved_card::SavedCard;
use serde::Serialize;

use super::card;
use super::of_catalog::{OfCatalog, PlansFor};
use crate::body::{self, Form, FormReader};
use crate::caller::Caller;
use crate::error::{ApiError, Problem};
use crate::language;
use crate::path::PathPk;
use crate::saved_card_json::{ForOwner, List, PlansFrom};
use crate::state::AppState;

/// All of them, the newest first, each with the card of the catalog that it is, and on request with its lowest plan.
pub(super) async fn list(
    state: web::Data<AppState>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, ApiError> {
    let plans_for = PlansFor::of_query(request.query_string())?;
    let cards = state.saved_cards.list(caller.customer.pk).await?;
    let (language, snapshot) = (language::of_request(&request), state.snapshots.current());
    let catalog = OfCatalog::new(&snapshot, language);
    let Some(plans_for) = plans_for else {
        let shown = cards
            .iter()
            .map(|card| shown(card, catalog, PlansFrom::NotRequested));
        let shown: Result<Vec<_>, _> = shown.collect();
        return Ok(private(&List::of(shown?)));
    };
    let purchase = plans_for.purchase(&state, &caller.session).await?;
    let shown = cards.iter().map(|card| {
        let plan = match &purchase {
            Some(purchase) => catalog.lowest_plan(card, purchase, &state)?,
            None => None,
        };
        shown(card, catalog, PlansFrom::Lowest(plan))
    });
    let shown: Result<Vec<_>, ApiError> = shown.collect();
    let mut response = private(&List::of(shown?));
    // Only plans have labels.
    let headers = response.headers_mut();
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    Ok(response)
}

fn shown(
    card: &SavedCard,
    catalog: OfCatalog<'_>,
    plans_from: PlansFrom,
) -> Result<ForOwner, ApiError> {
    Ok(ForOwner::of(card, catalog.card(card)?, plans_from))
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
    let renamed = state
        .saved_cards
        .rename(caller.customer.pk, pk, form.name)
        .await?;
    let card = renamed.ok_or(Problem::CardNotFound)?;
    let (language, snapshot) = (language::of_request(&request), state.snapshots.current());
    let catalog = OfCatalog::new(&snapshot, language);
    Ok(private(&shown(&card, catalog, PlansFrom::NotRequested)?))
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

fn private(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .json(body)
}
