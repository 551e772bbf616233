//! `/manage/v1/quotes/`: prices that hold until an order.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use payments_core::purchase::KeyedPurchase;
use payments_core::quote_request::{PurchaseReference, QuoteRequest, quote_to_verify};
use payments_core::quotes::QuoteClaims;
use serde_json::{Value, json};

use super::{Principal, WriteError, body};
use crate::error::{ApiError, Problem};
use crate::quotes::{self, MAX_LENGTH};
use crate::state::AppState;

/// The largest body: a quote and its JSON.
const BODY_LIMIT: usize = 2 * MAX_LENGTH;

/// Quotes a plan for a purchase. Nothing is stored.
///
/// # Errors
/// 400 for an invalid body, 404 without the purchase or the saved card, 409 if the plan is not offered or the card is
/// ambiguous, 503 without keys.
pub(super) async fn give(
    _: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let given = answer(&state, &request, payload).await;
    state.metrics.quote_answered(&given);
    Ok(HttpResponse::Created().json(given?))
}

/// Verifies a quote. Every outcome is a 200.
///
/// # Errors
/// 400 for an invalid body, 503 without keys or if the database does not answer.
pub(super) async fn verify(
    _: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let bytes = body::read(&request, payload, BODY_LIMIT).await?;
    let quote = quote_to_verify(&bytes).map_err(WriteError::Mistakes)?;
    let verified = quotes::verify(&state, &quote).await?;
    let body = json!({ "status": verified.status, "details": verified.details });
    Ok(HttpResponse::Ok().json(body))
}

async fn answer(
    state: &AppState,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Value, ApiError> {
    let bytes = body::read(request, payload, BODY_LIMIT).await?;
    let request = QuoteRequest::from_json(&bytes).map_err(WriteError::Mistakes)?;
    if !state.quote_keys.is_configured() {
        return Err(Problem::QuotesNotConfigured.into());
    }
    let now = state.clock.now();
    let keyed = purchase(state, &request.purchase, now).await?;
    let keyed = keyed.ok_or(Problem::NotFound)?;
    let issued = quotes::issue(state, &keyed, &request.choice).await?;
    Ok(shown(&issued.claims, &keyed, &issued.text))
}

async fn purchase(
    state: &AppState,
    reference: &PurchaseReference,
    now: DateTime<Utc>,
) -> Result<Option<KeyedPurchase>, ApiError> {
    let purchases = &state.purchases;
    Ok(match reference {
        PurchaseReference::OfSession(session, context) => {
            let digest = session.digest();
            purchases.keyed_of_session(&digest, *context, now).await?
        }
        PurchaseReference::Keyed(key, buyer) => purchases.keyed(*key, *buyer).await?,
    })
}

fn shown(claims: &QuoteClaims, keyed: &KeyedPurchase, quote: &str) -> Value {
    json!({
        "quote": quote,
        "id": claims.jti.to_string(),
        "context": claims.context,
        "pk": claims.pk,
        "customer": keyed.customer,
        "saved_card": claims.choice.saved_card,
        "currency": claims.currency,
        "amount": claims.amount,
        "interest_rate": claims.terms.interest_rate,
        "interest_amount": claims.terms.interest_amount,
        "total_amount": claims.terms.total_amount,
        "single_installment_amount": claims.terms.single_installment_amount,
        "installment_count": claims.installment_count,
        "schedule": claims.terms.schedule,
        "plan": claims.terms.plan,
        "card": claims.card,
        "payment_option": claims.terms.payment_option,
        "pos": claims.terms.pos,
        "gateway": claims.terms.gateway,
        "rules": claims.rules,
        "catalog_version": claims.catalog_version,
        "purchase_digest": claims.purchase_digest.to_hex(),
        "issued_at": DateTime::from_timestamp(claims.iat, 0),
        "expires_at": claims.expires_at(),
    })
}
