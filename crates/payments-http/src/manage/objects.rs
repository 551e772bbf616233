//! `GET`, `PUT`, `PATCH` and `DELETE /manage/v1/<part>/<key>/`: single objects.

use std::sync::Arc;

use actix_web::http::header::ETAG;
use actix_web::web::{self, Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Resource};
use payments_core::audit::Author;
use payments_core::import::{Document, Reading, Written};
use payments_core::record::{Deleted, Key, Part, Preconditions, Reference, Referrer, Stored};

use super::{
    PREFIX, Principal, Warned, approvals, body, change, conditions, patch, path, referrer,
};
use crate::error::{ApiError, FieldError, Problem};
use crate::routes;
use crate::state::AppState;

pub(super) fn resource(paths: [&str; 2]) -> Resource {
    routes::readable(routes::resource(paths), read)
        .route(web::put().to(put))
        .route(web::patch().to(patch::patch))
        .route(web::delete().to(delete))
        .default_service(routes::no_other("GET, HEAD, PUT, PATCH, DELETE, OPTIONS"))
}

/// Returns an object; 304 if the caller has it.
///
/// # Errors
/// 404 if there is none, 412 if `If-Match` names another version.
pub async fn read(
    _: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (part, key) = path::object(&path)?;
    let preconditions = conditions::of_request(&request)?;
    let record = state
        .records
        .get(part, &key)
        .await?
        .ok_or(Problem::NotFound)?;
    conditions::shown(&preconditions, &record)
}

/// Creates (201) or replaces (200) an object; omitted fields get their defaults.
///
/// # Errors
/// 400 with every error by its JSON pointer, 412 for failed preconditions, 409 naming what belongs to an account or
/// gateway that would be removed; then nothing was written.
pub async fn put(
    principal: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<(String, String)>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let (part, key) = path::object(&path)?;
    let bytes = body::read(
        &request,
        payload,
        state.settings.http.manage_body_limit_bytes,
    )
    .await?;
    let preconditions = conditions::of_request(&request)?;
    let reading = Reading::of_object(part, key, &bytes, &change::policy(&state.settings));
    let reading = reading.only_if(preconditions);
    let author = principal.author(state.clock.now());
    let (document, counts) = change::write_detached(&state, reading, author).await??;
    tracing::info!(
        holder = principal.name,
        part = part.as_str(),
        "an object was written"
    );
    let is_new = counts.iter().any(|counts| counts.created > 0);
    let answer = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    written(answer, &document)
}

/// The response for an object that was written.
pub(super) fn written(
    mut answer: HttpResponseBuilder,
    document: &Document,
) -> Result<HttpResponse, ApiError> {
    let record = document.change().upserts.first().ok_or(Problem::Internal)?;
    let etag = (ETAG, conditions::header(record));
    let body = Warned::new(Written(record), document);
    Ok(answer.insert_header(etag).json(body))
}

/// Deletes an object that nothing refers to.
///
/// # Errors
/// 404 if there is none, 412 for failed preconditions, 409 naming what refers to it.
pub async fn delete(
    principal: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (part, key) = path::object(&path)?;
    let preconditions = conditions::of_request(&request)?;
    let author = principal.author(state.clock.now());
    if state.settings.console.four_eyes && approvals::deleting_needs_approval(part) {
        return Err(propose_deletion(&state, part, key, &preconditions, author).await?);
    }
    let records = Arc::clone(&state.records);
    let deleting = async move { records.delete(part, &key, &preconditions, &author).await };
    match change::detached(&state, deleting).await?? {
        Deleted::NotFound => Err(Problem::NotFound.into()),
        Deleted::PreconditionFailed => Err(Problem::PreconditionFailed.into()),
        Deleted::Referred(referrers) => Err(referred(part, &path.1, &referrers)),
        Deleted::Deleted => {
            tracing::info!(
                holder = principal.name,
                part = part.as_str(),
                "an object was deleted"
            );
            change::take_effect(&state, std::iter::once(part)).await;
            Ok(HttpResponse::NoContent().finish())
        }
    }
}

/// Why an object that needs approval is not deleted: at best, because it was proposed.
async fn propose_deletion(
    state: &Data<AppState>,
    part: Part,
    key: Key,
    preconditions: &Preconditions,
    author: Author,
) -> Result<ApiError, ApiError> {
    let stored = state.records.get(part, &key).await?;
    let stored = stored.ok_or(Problem::NotFound)?;
    if !preconditions.hold(Stored::Object(&stored)) {
        return Err(Problem::PreconditionFailed.into());
    }
    let policy = change::policy(&state.settings);
    let reading = Reading::of_records([], vec![Reference { part, key }], &policy);
    match change::write_detached(state, reading, author).await? {
        Err(error) => Ok(error.into()),
        // It was deleted meanwhile.
        Ok(_) => Ok(Problem::NotFound.into()),
    }
}

fn referred(part: Part, key: &str, referrers: &[Referrer]) -> ApiError {
    // The key was read as one: for a customer it is a number.
    let erase = (part == Part::Customers)
        .then(|| format!("; POST {PREFIX}/customers/{key}/erase/ removes it"));
    let erase = erase.unwrap_or_default();
    let fields = referrers
        .iter()
        .map(|one| FieldError::at(referrer::place(one), text(one, &erase)));
    let mut fields: Vec<FieldError> = fields.collect();
    fields.dedup();
    Problem::ManageReferred.about(fields)
}

/// How an object refers to it, and how the reference is removed.
fn text(referrer: &Referrer, erase: &str) -> String {
    match referrer {
        Referrer::Object(_) | Referrer::SavedCard { .. } => format!("this refers to it{erase}"),
        Referrer::OpenIntent { .. } => {
            "a card is being saved; the reconciler closes this when the gateway has answered"
                .to_owned()
        }
        Referrer::TokenDeletion(_) => {
            "a token waits for its deletion; the reconciler deletes it when the gateway answers"
                .to_owned()
        }
    }
}
