//! `/manage/v1/customers/<pk>/saved-cards/`: a customer's saved cards as support sees them, masked and without tokens.

use std::sync::Arc;

use actix_web::web::{self, Data, Path};
use actix_web::{HttpResponse, Resource};
use payments_core::audit::AuditOutcome;

use super::{Principal, change, customer};
use crate::error::{ApiError, Problem};
use crate::path::PathPk;
use crate::routes;
use crate::saved_card_json;
use crate::state::AppState;

pub(super) fn all(paths: [&str; 2]) -> Resource {
    routes::get(paths, list)
}

/// Mounts the single card.
pub(super) fn one(paths: [&str; 2]) -> Resource {
    routes::resource(paths)
        .route(web::delete().to(delete))
        .default_service(routes::no_other("DELETE, OPTIONS"))
}

async fn list(
    principal: Principal,
    state: Data<AppState>,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let seen = AuditOutcome::SavedCardsViewed;
    let customer = customer::viewed(&state, &path, &principal, seen).await?;
    let cards = state.saved_cards.all(customer).await?;
    let cards = cards.iter().map(saved_card_json::for_support);
    let body = saved_card_json::List::of(cards.collect());
    Ok(HttpResponse::Ok().json(body))
}

/// Deletes a card here and at its gateway, as its owner could. An unconfirmed deletion stays queued.
async fn delete(
    principal: Principal,
    state: Data<AppState>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let customer = customer::existing(&state, &path.0).await?;
    let card = PathPk::parse(&path.1).or(Problem::CardNotFound)?;
    let (storage, snapshot) = (Arc::clone(&state.card_storage), state.snapshots.current());
    let author = principal.author(state.clock.now());
    let removal = async move {
        let catalog = &snapshot.catalog;
        storage
            .remove_card_for(catalog, customer, card, author)
            .await
    };
    if !change::detached(&state, removal).await?? {
        return Err(Problem::CardNotFound.into());
    }
    state.reconcile_soon.notify_one();
    tracing::info!(holder = principal.name, "a saved card was deleted");
    Ok(HttpResponse::NoContent().finish())
}
