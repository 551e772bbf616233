//! `POST /manage/v1/saved-cards/<pk>/instrument/`: the instrument of a saved card, for the order system.
//!
//! The only response of the service with a gateway's token. It is never cached or logged, and it is sent only after its
//! audit record is committed.

mod quote;

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use payments_core::audit::Author;
use payments_core::card::ProviderCustomerKey;
use payments_core::id::SavedCardId;
use payments_core::instrument::{Instrument, InstrumentBody, InstrumentRequest, NoInstrument};
use payments_gateways::instrument::{InstrumentNames, requires_cvv};
use payments_gateways::providers::instrument_names;
use payments_gateways::sandbox;
use serde_json::{Map, Value, json};

use super::{Principal, WriteError, body};
use crate::error::{ApiError, FieldError, Problem};
use crate::path::PathPk;
use crate::pos_check::SANDBOX;
use crate::quotes::MAX_LENGTH;
use crate::state::AppState;

/// The largest body, in bytes: a quote, an order and a customer.
const BODY_LIMIT: usize = 2 * MAX_LENGTH;

/// Issues the instrument of a saved card for one order.
///
/// # Errors
/// 404 if there is no such card or it is another customer's, 409 if it cannot be charged or the quote does not permit
/// it, 503 if no audit record could be written. None of them contains or uses up anything.
pub(super) async fn give(
    principal: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let given = answer(&principal, &state, &request, &path, payload).await;
    state.metrics.instrument_answered(&given);
    let instrument = given?;
    tracing::info!(
        holder = principal.name,
        pos = instrument.pos.get(),
        "the instrument of a saved card was issued"
    );
    Ok(HttpResponse::Ok().json(shown(&state, &instrument)?))
}

async fn answer(
    principal: &Principal,
    state: &AppState,
    request: &HttpRequest,
    path: &str,
    payload: Payload,
) -> Result<Instrument, ApiError> {
    let saved_card = PathPk::parse(path).or(Problem::CardNotFound)?;
    let bytes = body::read(request, payload, BODY_LIMIT).await?;
    let body = InstrumentBody::from_json(&bytes).map_err(WriteError::Mistakes)?;
    instrument(state, saved_card, body, principal.author(state.clock.now())).await
}

/// Issues the instrument of a saved card. See [`give`] for the errors.
pub(crate) async fn instrument(
    state: &AppState,
    saved_card: SavedCardId,
    body: InstrumentBody,
    author: Author,
) -> Result<Instrument, ApiError> {
    let quote = match &body.quote {
        Some(text) => Some(quote::presented(state, text, saved_card).await?),
        None if state.settings.instrument.require_quote => {
            return Err(Problem::QuoteRequired.into());
        }
        None => None,
    };
    let asked = InstrumentRequest {
        saved_card,
        customer: body.customer,
        order: body.order,
        quote: quote.as_ref().map(|quote| quote.used.clone()),
        author,
        today: state.clock.today(),
    };
    let given = state.instruments.give(&asked).await?;
    let status = quote.map_or("", |quote| quote.status);
    given.map_err(|reason| refused(reason, status))
}

/// `status` is that of the quote.
fn refused(reason: NoInstrument, status: &'static str) -> ApiError {
    let not_chargeable = |reason: &'static str| {
        Problem::CardNotChargeable.about(vec![FieldError::at("saved_card", reason)])
    };
    match reason {
        NoInstrument::NotFound => Problem::CardNotFound.into(),
        NoInstrument::CustomerInactive => not_chargeable("customer_inactive"),
        NoInstrument::Expired => not_chargeable("expired"),
        NoInstrument::PosInactive => not_chargeable("pos_inactive"),
        NoInstrument::OtherAccount => not_chargeable("account_changed"),
        NoInstrument::DeadToken => not_chargeable("token_deleted"),
        NoInstrument::QuoteOfOtherPos => quote::refused("other_pos"),
        NoInstrument::QuoteUsed => Problem::QuoteUsed.into(),
        NoInstrument::QuoteNotValid => quote::refused(status),
    }
}

fn shown(state: &AppState, instrument: &Instrument) -> Result<Value, ApiError> {
    let gateway = instrument.account.gateway.as_str();
    let token = instrument.token.as_str();
    let customer_key = instrument
        .customer_key
        .as_ref()
        .map(ProviderCustomerKey::as_str);
    let names = names(gateway).ok_or(Problem::Internal)?;
    let pairs = names.name(token, customer_key);
    let provider: Map<String, Value> = pairs
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let snapshot = state.snapshots.current();
    let pos = snapshot.catalog.pos(instrument.pos);
    let expiry = instrument.expiry;
    Ok(json!({
        "gateway": gateway,
        "pos": instrument.pos,
        "token": token,
        "customer_key": customer_key,
        "masked_card_number": instrument.masked_number.as_str(),
        "expiry": format!("{}-{:02}", expiry.year(), expiry.month()),
        // A POS that this process has not loaded yet may require it.
        "requires_cvv": pos.is_none_or(|pos| requires_cvv(&pos.config)),
        "provider": provider,
    }))
}

fn names(gateway: &str) -> Option<InstrumentNames> {
    if gateway == SANDBOX {
        Some(sandbox::INSTRUMENT_NAMES)
    } else {
        instrument_names(gateway)
    }
}
