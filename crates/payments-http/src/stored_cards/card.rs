//! Step 1: the card itself.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::card::{CardDetails, CardHolder, CardName, Cvv, Expiry, Pan, SubmittedCard};
use payments_core::consent::ConsentVersion;

use super::owner;
use crate::body::{self, FieldErrors, FieldValue, Fields};
use crate::caller::Caller;
use crate::error::{ApiError, SentenceId};
use crate::state::AppState;

/// Holds a card, sealed, until its code comes.
pub(super) async fn submit(
    state: web::Data<AppState>,
    request: HttpRequest,
    caller: Caller,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let fields = body::secret_fields(&request, payload, &state.settings.http).await?;
    let (details, name) = read(&fields)?;
    // Wiped before anything is waited for.
    drop(fields);
    let card = SubmittedCard {
        details,
        name,
        consented_at: state.clock.now(),
        consent_version: ConsentVersion::parse(&state.settings.consent.version).ok(),
    };
    let (storage, owner) = (Arc::clone(&state.card_storage), owner(&caller));
    let snapshot = state.snapshots.current();
    let held = state
        .detached(async move { storage.submit_card(&snapshot.catalog, &owner, card).await })
        .await
        .and_then(|held| held.map_err(ApiError::from));
    state.metrics.step_ended("card", &held);
    held?;
    Ok(HttpResponse::NoContent().finish())
}

fn read(fields: &Fields) -> Result<(CardDetails, Option<CardName>), ApiError> {
    let mut errors = FieldErrors::default();
    let holder = fields
        .text("card_holder")
        .and_then(|text| CardHolder::parse(text).map_err(|_| "card-holder-invalid"));
    let pan = fields
        .text("card_number")
        .and_then(|text| Pan::parse(text).map_err(|_| "card-number-invalid"));
    let holder = errors.keep("card_holder", holder);
    let pan = errors.keep("card_number", pan);
    let expiry = expiry(fields, &mut errors);
    let cvv = errors.keep("card_cvv", cvv(fields));
    let name = errors.keep("name", name(fields));
    let consent = if fields.is_yes("consent") {
        Ok(())
    } else {
        Err("consent-required")
    };
    let consent = errors.keep("consent", consent);
    match (holder, pan, expiry, cvv, name, consent) {
        (Some(holder), Some(pan), Some(expiry), Some(cvv), Some(name), Some(())) => Ok((
            CardDetails {
                pan,
                expiry,
                holder,
                cvv: Some(cvv),
            },
            name,
        )),
        _ => Err(errors.refusal()),
    }
}

fn expiry(fields: &Fields, errors: &mut FieldErrors) -> Option<Expiry> {
    let month = errors.keep(
        "card_month",
        fields.digits("card_month", 2, "card-expiry-invalid"),
    );
    let year = errors.keep(
        "card_year",
        fields.digits("card_year", 4, "card-expiry-invalid"),
    );
    let (month, year) = (month?, year?);
    // Cards show two digits of the year, and front ends send either.
    let year = if year < 100 { 2_000 + year } else { year };
    let expiry = i32::try_from(year)
        .ok()
        .and_then(|year| Expiry::new(month, year).ok());
    let field = if (1..=12).contains(&month) {
        "card_year"
    } else {
        "card_month"
    };
    errors.keep(field, expiry.ok_or("card-expiry-invalid"))
}

/// Asked for whichever point of sale the card will go to; the protocol drops it where that one does not need it.
fn cvv(fields: &Fields) -> Result<Cvv, SentenceId> {
    let text = fields.text("card_cvv")?;
    Cvv::parse(text).map_err(|_| "card-cvv-invalid")
}

/// The customer's own name for the card; none, or a blank one, is no name.
pub(super) fn name(fields: &Fields) -> Result<Option<CardName>, SentenceId> {
    match fields.get("name") {
        None => return Ok(None),
        Some(FieldValue::Text(text)) if text.trim().is_empty() => return Ok(None),
        Some(_) => {}
    }
    let text = fields.text("name")?;
    let error = if text.trim().chars().count() > 50 {
        "name-too-long"
    } else {
        "card-name-invalid"
    };
    CardName::parse(text).map(Some).map_err(|_| error)
}
