//! `/manage/v1/quotes/`: prices that hold until an order.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, TimeDelta, Utc};
use payments_core::catalog::{CardSelection, Catalog};
use payments_core::purchase::KeyedPurchase;
use payments_core::quote_id::QuoteId;
use payments_core::quote_request::{
    CustomersCard, PurchaseReference, QuoteRequest, RequestedPlan, quote_to_verify,
};
use payments_core::quotes::{
    Choice, ClaimedChoice, NotQuoted, Period, QuoteClaims, QuoteIdentity, quote_plan,
};
use serde_json::{Value, json};

use super::{Principal, WriteError, body, explain};
use crate::error::{ApiError, Problem};
use crate::quotes::{self, KeysError, MAX_LENGTH};
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
/// 400 for an invalid body, 503 if the database does not answer.
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
    let snapshot = state.snapshots.current();
    let selection = selection(state, &snapshot.catalog, &request.choice, &keyed).await?;
    let RequestedPlan {
        card,
        customers_card,
        installment_count,
    } = request.choice;
    let choice = match (&selection, card) {
        (None, Some(card)) => Choice::of_card(card, installment_count),
        (Some(selection), card) => Choice::of_selection(selection, card, installment_count),
        // The reader requires one of them.
        (None, None) => return Err(Problem::Internal.into()),
    };
    let pricing = state.settings.pricing;
    let lifetime = TimeDelta::seconds(state.settings.quotes.lifetime_seconds.into());
    let quoted = quote_plan(
        &snapshot.catalog,
        &keyed.purchase,
        &choice,
        pricing.rounding,
        Period::new(now, lifetime),
        |instant| pricing.moment(instant),
    );
    let saved_card = match customers_card {
        Some(CustomersCard::Saved(pk)) => Some(pk),
        Some(CustomersCard::Digits(_)) | None => None,
    };
    let identity = QuoteIdentity {
        issuer: state.public_url.clone(),
        id: new_id(state),
        purchase: keyed.key,
        customer: keyed.customer,
        choice: ClaimedChoice { card, saved_card },
    };
    let claims = QuoteClaims::new(&quoted.map_err(|reason| refused(&reason))?, identity);
    let quote = state.quote_keys.sign(&claims).map_err(unsigned)?;
    Ok(shown(&claims, keyed, quote))
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

/// The cards that the customer's card can mean; `None` if only the card of the catalog is given. A saved card is found
/// only for the customer of the purchase.
async fn selection(
    state: &AppState,
    catalog: &Catalog,
    plan: &RequestedPlan,
    keyed: &KeyedPurchase,
) -> Result<Option<CardSelection>, ApiError> {
    match plan.customers_card {
        None => Ok(None),
        Some(CustomersCard::Digits(digits)) => Ok(Some(catalog.select_by_digits(digits))),
        Some(CustomersCard::Saved(pk)) => {
            let customer = keyed.customer.ok_or(Problem::CardNotFound)?;
            let found = quotes::saved_card_selection(state, catalog, customer, pk).await?;
            Ok(Some(found.ok_or(Problem::CardNotFound)?))
        }
    }
}

fn new_id(state: &AppState) -> QuoteId {
    let mut bytes = [0; 16];
    state.entropy.fill(&mut bytes);
    QuoteId::new(bytes)
}

fn refused(reason: &NotQuoted<'_>) -> ApiError {
    match reason {
        NotQuoted::Ambiguous(cards) => {
            let candidates = cards.iter().map(|card| {
                json!({ "pk": card.pk, "name": card.name, "slug": card.slug, "pos": card.pos })
            });
            ApiError::new(Problem::AmbiguousCard).with("candidates", candidates.collect())
        }
        NotQuoted::NotOffered(reasons) => {
            ApiError::new(Problem::NotOffered).with("left_out", explain::reasons(reasons))
        }
    }
}

fn unsigned(error: KeysError) -> ApiError {
    match error {
        KeysError::NotConfigured => Problem::QuotesNotConfigured.into(),
        KeysError::TooLong | KeysError::Failed(_) => {
            ApiError::new(Problem::Internal).because(error)
        }
    }
}

fn shown(claims: &QuoteClaims, keyed: KeyedPurchase, quote: String) -> Value {
    json!({
        "quote": quote,
        "id": claims.jti.to_string(),
        "context": claims.context,
        "pk": claims.pk,
        "customer": keyed.customer,
        "saved_card": claims.choice.saved_card,
        "currency": claims.currency,
        "amount": claims.amount,
        "interest_rate": claims.interest_rate,
        "interest_amount": claims.interest_amount,
        "total_amount": claims.total_amount,
        "single_installment_amount": claims.single_installment_amount,
        "installment_count": claims.installment_count,
        "schedule": claims.schedule,
        "plan": claims.plan,
        "card": claims.card,
        "payment_option": claims.payment_option,
        "pos": claims.pos,
        "gateway": claims.gateway,
        "rules": claims.rules,
        "catalog_version": claims.catalog_version,
        "purchase_digest": claims.purchase_digest.to_hex(),
        "issued_at": DateTime::from_timestamp(claims.iat, 0),
        "expires_at": claims.expires_at(),
    })
}
