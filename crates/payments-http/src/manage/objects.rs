//! `GET`, `PUT` and `DELETE /manage/v1/<part>/<key>/`: single objects.

use std::sync::Arc;

use actix_web::web::{self, Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource};
use payments_core::document::{Reading, Written};
use payments_core::ports::{Deleted, Key, Reference};

use super::path::{self, segment_of};
use super::{Holder, body, change};
use crate::error::{ApiError, FieldError, Problem};
use crate::routes;
use crate::state::AppState;

/// Mounts the three methods.
pub(super) fn resource(paths: [&str; 2]) -> Resource {
    routes::readable(routes::resource(paths), read)
        .route(web::put().to(put))
        .route(web::delete().to(delete))
        .default_service(routes::no_other("GET, HEAD, PUT, DELETE, OPTIONS"))
}

/// An object.
///
/// # Errors
/// 404 when there is none.
pub async fn read(
    _: Holder,
    state: Data<AppState>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let part = path::part(&path.0)?;
    let key = path::key(part, &path.1)?;
    let record = state
        .records
        .get(part, &key)
        .await?
        .ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Ok().json(Written(&record)))
}

/// Writes an object whole: what the body leaves out gets its default. 201 for a new one, 200 for a replaced one.
///
/// # Errors
/// 400 with every mistake by its JSON pointer; then nothing was written.
pub async fn put(
    holder: Holder,
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<(String, String)>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let part = path::part(&path.0)?;
    let key = path::key(part, &path.1)?;
    let bytes = body::read(
        &request,
        payload,
        state.settings.http.manage_body_limit_bytes,
    )
    .await?;
    let reading = Reading::of_object(part, key, &bytes, &change::policy(&state.settings));
    let (document, counts) = change::write_detached(&state, reading).await?;
    tracing::info!(
        holder = holder.name,
        part = part.as_str(),
        "an object was written"
    );
    let is_new = counts.iter().any(|counts| counts.created > 0);
    let mut answer = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    let record = document.change().upserts.first().ok_or(Problem::Internal)?;
    Ok(answer.json(Written(record)))
}

/// Deletes an object nothing refers to.
///
/// # Errors
/// 404 when there is none, 409 naming what refers to it.
pub async fn delete(
    holder: Holder,
    state: Data<AppState>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let part = path::part(&path.0)?;
    let key = path::key(part, &path.1)?;
    let records = Arc::clone(&state.records);
    match change::detached(&state, async move { records.delete(part, &key).await }).await?? {
        Deleted::NotFound => Err(Problem::NotFound.into()),
        Deleted::Referred(references) => Err(referred(&references)),
        Deleted::Deleted => {
            tracing::info!(
                holder = holder.name,
                part = part.as_str(),
                "an object was deleted"
            );
            change::take_effect(&state, std::iter::once(part)).await;
            Ok(HttpResponse::NoContent().finish())
        }
    }
}

fn referred(references: &[Reference]) -> ApiError {
    let fields = references
        .iter()
        .map(|one| FieldError::at(place(one), "this refers to it"));
    let mut fields: Vec<FieldError> = fields.collect();
    fields.dedup();
    ApiError {
        fields,
        ..ApiError::new(Problem::ManageReferred)
    }
}

/// Where a reference stands: `/cards/1`. Sessions cannot be named, for nobody has their ids.
fn place(reference: &Reference) -> String {
    let part = reference
        .part
        .map_or_else(|| "saved-cards".to_owned(), segment_of);
    match &reference.key {
        Key::Pk(pk) => format!("/{part}/{pk}"),
        Key::Slug(slug) => format!("/{part}/{slug}"),
        Key::Session(_) => format!("/{part}"),
    }
}
