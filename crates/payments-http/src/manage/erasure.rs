//! `/manage/v1/customers/<pk>/erase/` and `…/sessions/`: what support removes about a customer.

use std::sync::Arc;

use actix_web::web::{self, Data, Path};
use actix_web::{HttpResponse, Resource};
use payments_core::erasure::{Erased, ErasureStatus};
use payments_core::id::CustomerId;
use payments_core::session::SessionDigest;
use serde_json::{Value, json};

use super::{Principal, change, customer};
use crate::error::{ApiError, Problem};
use crate::routes;
use crate::state::AppState;

/// Mounts the sessions of a customer.
pub(super) fn sessions(paths: [&str; 2]) -> Resource {
    routes::resource(paths)
        .route(web::delete().to(end_sessions))
        .default_service(routes::no_other("DELETE, OPTIONS"))
}

/// Mounts the erasure of a customer.
pub(super) fn erasure(paths: [&str; 2]) -> Resource {
    routes::readable(routes::resource(paths), status)
        .route(web::post().to(erase))
        .default_service(routes::no_other("GET, HEAD, POST, OPTIONS"))
}

/// Ends all sessions of a customer. The response names none: only their digests are stored.
async fn end_sessions(
    principal: Principal,
    state: Data<AppState>,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let customer = customer::key(&path)?;
    let shared = state.clone();
    let author = principal.author(state.clock.now());
    let work = async move {
        let ended = shared.erasure.end_sessions(customer, &author).await?;
        drop_held_cards(&shared, customer, ended.as_deref()).await;
        Ok::<_, ApiError>(ended)
    };
    let ended = change::detached(&state, work).await??;
    let ended = ended.ok_or(Problem::CustomerNotFound)?;
    tracing::info!(
        holder = principal.name,
        sessions = ended.len(),
        "a customer's sessions were ended"
    );
    Ok(HttpResponse::Ok().json(json!({ "ended": ended.len() })))
}

/// Erases a customer. The rows are deleted before the response; the gateways' tokens are deleted by the reconciler.
async fn erase(
    principal: Principal,
    state: Data<AppState>,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let customer = customer::key(&path)?;
    let shared = state.clone();
    let author = principal.author(state.clock.now());
    let work = async move {
        let erased = shared.erasure.erase(customer, &author).await?;
        let sessions = erased.as_ref().map(|erased| &*erased.sessions);
        drop_held_cards(&shared, customer, sessions).await;
        shared.reconcile_soon.notify_one();
        Ok::<_, ApiError>(erased)
    };
    let erased = change::detached(&state, work).await??;
    let erased = erased.ok_or(Problem::CustomerNotFound)?;
    // Without the customer's key, since the log outlives the erasure.
    tracing::info!(holder = principal.name, "a customer was erased");
    Ok(HttpResponse::Accepted().json(begun(customer, &erased)))
}

/// The remaining work of an erasure.
async fn status(
    _: Principal,
    state: Data<AppState>,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let customer = customer::key(&path)?;
    let status = state.erasure.status(customer).await?;
    let status = status.ok_or(Problem::CustomerNotFound)?;
    Ok(HttpResponse::Ok().json(shown(customer, &status)))
}

/// In the flow store. Held cards cannot be decrypted without the raw session ids in any case.
async fn drop_held_cards(
    state: &Arc<AppState>,
    customer: CustomerId,
    sessions: Option<&[SessionDigest]>,
) {
    let ended = sessions.unwrap_or_default();
    state.card_storage.drop_held_cards(customer, ended).await;
}

fn begun(customer: CustomerId, erased: &Erased) -> Value {
    let mut body = shown(customer, &erased.status);
    body["removed"] = json!({
        "saved_cards": erased.cards,
        "sessions": erased.sessions.len(),
        "baskets": erased.baskets,
    });
    body
}

fn shown(customer: CustomerId, status: &ErasureStatus) -> Value {
    json!({
        "customer": customer,
        "erased_at": status.erased_at,
        "is_complete": status.is_complete(),
        "has_returned": status.has_returned,
        "outstanding": { "tokens": status.tokens, "open_intents": status.open_intents },
    })
}
