//! `GET /manage/v1/history/export/`: the catalog as of a moment, as a document to import.

use actix_web::http::header::ContentType;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use payments_core::import::DocumentWriter;
use payments_core::record::Record;

use super::then::objects_as_of;
use super::{MOMENT, readable};
use crate::error::{ApiError, Problem};
use crate::manage::Principal;
use crate::manage::audit::time;
use crate::manage::query::Parameters;
use crate::state::AppState;

pub(in crate::manage) async fn export(
    principal: Principal,
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let mut parameters = Parameters::of(request.query_string())?;
    let at = parameters.required("at", MOMENT, time);
    let at = parameters.finish(at)?;
    let parts = readable(&principal, None)?;
    let (_, then, _) = objects_as_of(&state, "at", at, &parts, None).await?;
    let records: Vec<Record> = then.into_values().collect();
    let mut writer = DocumentWriter::of(|part| parts.contains(&part));
    let text = writer.batch(&records);
    let text = text.map_err(|error| ApiError::new(Problem::Internal).because(error))?;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .body(text + &writer.end()))
}
