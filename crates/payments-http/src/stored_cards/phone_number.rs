//! Step 2: the phone a code is sent to.

use std::sync::Arc;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::address_block::AddressBlock;
use payments_core::card_storage::{CodeRequest, StorageRefusal};
use payments_core::phone::Phone;
use serde_json::json;

use super::owner;
use crate::activity::Event;
use crate::body::{self, Form, FormReader};
use crate::caller::Caller;
use crate::client_address::client_address;
use crate::error::ApiError;
use crate::language;
use crate::state::AppState;

/// The profile's number as a code would be sent to it; empty where the profile has none.
pub(super) async fn show(state: web::Data<AppState>, caller: Caller) -> HttpResponse {
    let calling_code = &state.calling_code;
    let phone = caller
        .customer
        .phone_number
        .and_then(|phone| phone.normalized(calling_code).ok());
    let digits = phone
        .map(|phone| phone.expose(str::to_owned))
        .unwrap_or_default();
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .json(json!({ "phone_number": digits }))
}

/// Sends a fresh code.
pub(super) async fn send_code(
    state: web::Data<AppState>,
    request: HttpRequest,
    caller: Caller,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let form: PhoneForm = body::form(&request, payload, &state.settings.http).await?;
    let (storage, owner) = (Arc::clone(&state.card_storage), owner(&caller));
    let code = CodeRequest {
        phone: form.phone,
        language: language::of_request(&request),
        address: client_address(&request).and_then(AddressBlock::of),
    };
    let sent = state
        .detached(async move { storage.send_code(&owner, code).await })
        .await
        .and_then(|sent| {
            if let Err(StorageRefusal::TooManyCodes { limit, .. }) = &sent {
                state.metrics.sms_refused(*limit);
            }
            sent.map_err(ApiError::from)
        });
    state.metrics.step_ended("phone_number", &sent);
    sent?;
    state.metrics.totals.count(Event::CodeSent);
    Ok(HttpResponse::NoContent().finish())
}

/// The phone a code is to be sent to.
struct PhoneForm {
    phone: Phone,
}

impl Form for PhoneForm {
    const IS_SECRET: bool = false;

    fn read(reader: &mut FormReader<'_>) -> Option<Self> {
        let phone = reader.text("phone_number", Phone::parse, "phone-invalid")?;
        Some(Self { phone })
    }
}
