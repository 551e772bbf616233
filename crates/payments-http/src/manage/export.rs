//! `GET /manage/v1/export/`: the document an import would write, without sessions and secrets.

use actix_web::HttpResponse;
use actix_web::web::Data;
use payments_core::document::write_document;

use super::Holder;
use crate::error::ApiError;
use crate::state::AppState;

/// Everything that is stored, as one document.
///
/// # Errors
/// [`ApiError`] when the store is away.
pub async fn export(_: Holder, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let records = state.records.export().await?;
    Ok(HttpResponse::Ok().json(write_document(&records)))
}
