//! `POST /manage/v1/history/restore/`: the catalog, or one object, as of a moment again.

use std::collections::BTreeMap;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use payments_core::history::{Restoration, RestoreBody};
use payments_core::import::Reading;
use payments_core::record::{Effect, Key, Part, Preconditions};
use serde::Serialize;

use super::parts;
use super::then::{NotKnown, objects_as_of};
use crate::error::{ApiError, FieldError, Problem};
use crate::manage::change::{self, WriteError};
use crate::manage::query::Parameters;
use crate::manage::{Principal, Warned, body, conditions};
use crate::scope::Scope;
use crate::state::AppState;

/// The largest body, in bytes: a moment, a part and a key.
const BODY_LIMIT: usize = 1_024;

/// The keys of a part's objects by what restoring does to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct RestoredPart {
    /// Objects that were deleted since.
    created: Vec<String>,
    /// Objects that changed since.
    updated: Vec<String>,
    /// Objects that are as they were.
    unchanged: Vec<String>,
    /// Objects that did not exist.
    deleted: Vec<String>,
}

/// What restoring does, by the names of the parts.
pub(crate) type Restored = BTreeMap<&'static str, RestoredPart>;

/// What is to be restored.
pub(crate) struct Plan {
    pub(crate) restored: Restored,
    pub(crate) reading: Reading,
}

impl Plan {
    /// Plans a restoration. `None` if it is of one object that exists neither now nor then.
    ///
    /// # Errors
    /// [`NotKnown`] if the log does not say what there was.
    pub(crate) async fn of(state: &AppState, body: &RestoreBody) -> Result<Option<Self>, NotKnown> {
        let parts: Vec<Part> = parts().collect();
        let of = objects_as_of(state, "/at", body.at, &parts, body.only.as_ref());
        let (version, then, evidence) = of.await?;
        if body.only.is_some() && then.is_empty() && evidence.present.is_empty() {
            return Ok(None);
        }
        let restoration = Restoration::of(then, &evidence.present);
        let restored = restored(&restoration);
        let policy = change::policy(&state.settings);
        let deletions = restoration.deletions.clone();
        let reading = Reading::of_records(restoration.upserts(), deletions, &policy);
        Ok(Some(Self {
            restored,
            reading: reading.only_at(version),
        }))
    }
}

fn restored(restoration: &Restoration) -> Restored {
    let mut parts = Restored::new();
    let mut of = |part: Part, key: &Key, list: fn(&mut RestoredPart) -> &mut Vec<String>| {
        list(parts.entry(part.as_str()).or_default()).push(key.to_string());
    };
    for (record, effect) in &restoration.objects {
        of(
            record.part(),
            &record.key(),
            match effect {
                Effect::Creates => |part| &mut part.created,
                Effect::Updates => |part| &mut part.updated,
                Effect::Keeps => |part| &mut part.unchanged,
            },
        );
    }
    for one in &restoration.deletions {
        of(one.part, &one.key, |part| &mut part.deleted);
    }
    parts
}

/// Restores one object, or the whole catalog, in one transaction. With `dry_run=1` returns what it would change.
///
/// # Errors
/// 400 for what the present catalog or settings do not permit, with its JSON pointer; 404 for an object that exists
/// neither now nor then; 409 if the log does not say what there was, or if something refers to an object that would be
/// deleted; 412 for failed preconditions, or if the catalog changes at the same time. Then nothing was written.
pub(in crate::manage) async fn restore(
    principal: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let mut parameters = Parameters::of(request.query_string())?;
    let is_dry_run = parameters.flag("dry_run");
    let is_dry_run = parameters.finish(is_dry_run)?;
    let bytes = body::read(&request, payload, BODY_LIMIT).await?;
    let body = RestoreBody::from_json(&bytes).map_err(WriteError::Mistakes)?;
    let preconditions = of_one(&request, &body)?;
    if let Some(only) = &body.only {
        principal.require(Scope::to_write(only.part))?;
    }
    let plan = Plan::of(&state, &body).await?.ok_or(Problem::NotFound)?;
    let Plan { restored, reading } = plan;
    for part in reading.parts() {
        principal.require(Scope::to_write(part))?;
    }
    let reading = reading.only_if(preconditions);
    let document = if is_dry_run {
        change::preview(&state, reading).await?.0
    } else {
        let author = principal.author(state.clock.now());
        let (document, _) = change::write_detached(&state, reading, author).await??;
        tracing::info!(holder = principal.name, "the catalog was restored");
        document
    };
    Ok(HttpResponse::Ok().json(Warned::new(restored, &document)))
}

/// The preconditions for the one object that is restored.
fn of_one(request: &HttpRequest, body: &RestoreBody) -> Result<Preconditions, ApiError> {
    let preconditions = conditions::of_request(request)?;
    if preconditions.is_none() || body.only.is_some() {
        return Ok(preconditions);
    }
    let name = match preconditions.if_match {
        Some(_) => "if-match",
        None => "if-none-match",
    };
    let one = "send this only to restore one object";
    Err(ApiError::validation(vec![FieldError::at(name, one)]))
}
