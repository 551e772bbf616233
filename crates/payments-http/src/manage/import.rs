//! `POST /manage/v1/import/`: a whole document in one transaction.

use std::collections::BTreeMap;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use payments_core::import::Reading;
use payments_core::record::PartCounts;
use serde::Serialize;

use super::query::Parameters;
use super::{Principal, Warned, body, change, preview};
use crate::error::ApiError;
use crate::scope::Scope;
use crate::state::AppState;

/// How many objects of a part were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The number of created objects.
    pub created: u64,
    /// The number of replaced objects.
    pub updated: u64,
}

/// Counts by the names of the parts, for the parts the document has.
pub type CountsByPart = BTreeMap<&'static str, Counts>;

/// Counts as the answer has them.
pub fn by_part(counts: Vec<PartCounts>) -> CountsByPart {
    let of_part = |one: PartCounts| {
        (
            one.part.as_str(),
            Counts {
                created: one.created,
                updated: one.updated,
            },
        )
    };
    counts.into_iter().map(of_part).collect()
}

/// Imports a document, or reports all its errors. With `dry_run=1` returns what it would change.
///
/// # Errors
/// [`ApiError`]; then nothing was written.
pub async fn import(
    principal: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let mut parameters = Parameters::of(request.query_string())?;
    let is_dry_run = parameters.flag("dry_run");
    let is_dry_run = parameters.finish(is_dry_run)?;
    let bytes = body::read(
        &request,
        payload,
        state.settings.http.manage_body_limit_bytes,
    )
    .await?;
    let reading = Reading::of_document(&bytes, &change::policy(&state.settings));
    drop(bytes);
    for part in reading.parts() {
        principal.require(Scope::to_write(part))?;
    }
    if is_dry_run {
        let (document, effects) = change::preview(&state, reading)
            .await
            .map_err(change::WriteError::of_document)?;
        let preview = preview::of(&state, &document, &effects).await?;
        return Ok(HttpResponse::Ok().json(Warned::new(preview, &document)));
    }
    let author = principal.author(state.clock.now());
    let (document, counts) = change::write_detached(&state, reading, author)
        .await?
        .map_err(change::WriteError::of_document)?;
    let objects = document.change().upserts.len();
    tracing::info!(holder = principal.name, objects, "a document was imported");
    Ok(HttpResponse::Ok().json(Warned::new(by_part(counts), &document)))
}
