//! How far saving a card has come, for a page that was loaded again.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use payments_core::card_storage::FlowProgress;
use serde_json::{Value, json};

use super::owner;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::AppState;

/// The next step, with the time and the tries that are left for it.
pub(super) async fn show(
    state: web::Data<AppState>,
    caller: Caller,
) -> Result<HttpResponse, ApiError> {
    let progress = state.card_storage.progress(&owner(&caller)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .json(flow_json(&progress)))
}

/// How far a flow has come.
pub(crate) fn flow_json(progress: &FlowProgress) -> Value {
    json!({
        "step": progress.step.as_str(),
        "seconds_left": progress.seconds_left,
        "tries_left": progress.tries_left,
    })
}
