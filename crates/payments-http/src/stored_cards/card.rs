//! Step 1: the card itself.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::card::{CardDetails, CardHolder, CardName, Cvv, Expiry, Pan, SubmittedCard};
use payments_core::consent::ConsentVersion;

use super::owner;
use crate::body::{self, FieldValue, Fields, Form, FormReader};
use crate::caller::Caller;
use crate::error::{ApiError, SentenceId};
use crate::state::AppState;

/// The field of the customer's own name for a card.
pub(super) const NAME: &str = "name";

/// Holds a card, sealed, until its code comes.
pub(super) async fn submit(
    state: web::Data<AppState>,
    request: HttpRequest,
    caller: Caller,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let form: CardForm = body::form(&request, payload, &state.settings.http).await?;
    let digits = form.details.pan.leading_digits();
    let card = SubmittedCard {
        details: form.details,
        name: form.name,
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
    state.bin_counts.count(digits, true);
    Ok(HttpResponse::NoContent().finish())
}

/// A card as it was typed, with the customer's consent.
struct CardForm {
    details: CardDetails,
    name: Option<CardName>,
}

impl Form for CardForm {
    const IS_SECRET: bool = true;

    fn read(reader: &mut FormReader<'_>) -> Option<Self> {
        let holder = reader.text("card_holder", CardHolder::parse, "card-holder-invalid");
        let pan = reader.text("card_number", Pan::parse, "card-number-invalid");
        let expiry = expiry(reader);
        // Asked for at every point of sale; the protocol drops it where it is not needed.
        let cvv = reader.text("card_cvv", Cvv::parse, "card-cvv-invalid");
        let name = name(reader.fields());
        let name = reader.note(NAME, name);
        let consent = reader.ticked("consent", "consent-required");
        let details = CardDetails {
            holder: holder?,
            pan: pan?,
            expiry: expiry?,
            cvv: Some(cvv?),
        };
        consent?;
        let name = name?;
        Some(Self { details, name })
    }
}

fn expiry(reader: &mut FormReader<'_>) -> Option<Expiry> {
    let month = reader.digits("card_month", 2, "card-expiry-invalid");
    let year = reader.digits("card_year", 4, "card-expiry-invalid");
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
    reader.note(field, expiry.ok_or("card-expiry-invalid"))
}

/// The customer's own name for the card; a missing or blank one is `None`.
pub(super) fn name(fields: &Fields) -> Result<Option<CardName>, SentenceId> {
    match fields.get(NAME) {
        None => return Ok(None),
        Some(FieldValue::Text(text)) if text.trim().is_empty() => return Ok(None),
        Some(_) => {}
    }
    let text = fields.text(NAME)?;
    let error = if text.trim().chars().count() > 50 {
        "name-too-long"
    } else {
        "card-name-invalid"
    };
    CardName::parse(text).map(Some).map_err(|_| error)
}
