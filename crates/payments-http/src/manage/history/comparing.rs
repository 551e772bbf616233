//! `GET /manage/v1/history/compare/`: what differs between two moments.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, SecondsFormat, Utc};
use payments_core::history::{Difference, FieldChange, differences};
use payments_core::record::Part;
use serde::Serialize;

use super::then::{NotKnown, objects_as_of};
use super::{MOMENT, given_part, readable};
use crate::error::ApiError;
use crate::manage::Principal;
use crate::manage::audit::time;
use crate::manage::query::Parameters;
use crate::state::AppState;

/// What differs between two moments, as a response.
#[derive(Serialize)]
pub(crate) struct Compared {
    from: String,
    to: String,
    pub(crate) results: Vec<Differing>,
}

/// An object that differs.
#[derive(Serialize)]
pub(crate) struct Differing {
    pub(crate) part: &'static str,
    pub(crate) key: String,
    pub(crate) outcome: &'static str,
    pub(crate) changes: Vec<FieldChange>,
}

impl From<Difference> for Differing {
    fn from(difference: Difference) -> Self {
        Self {
            part: difference.reference.part.as_str(),
            key: difference.reference.key.to_string(),
            outcome: difference.outcome.as_str(),
            changes: difference.changes,
        }
    }
}

pub(in crate::manage) async fn compare(
    principal: Principal,
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let mut parameters = Parameters::of(request.query_string())?;
    let from = parameters.required("from", MOMENT, time);
    let to = parameters.optional("to", MOMENT, None, |text| time(text).map(Some));
    let part = given_part(&mut parameters);
    let ((from, to), part) = parameters.finish(from.zip(to).zip(part))?;
    let parts = readable(&principal, part)?;
    let compared = comparison(&state, from, to, &parts).await?;
    Ok(HttpResponse::Ok().json(compared))
}

/// Compares the objects of some parts as of two moments; without the second one, with those that there are now.
///
/// # Errors
/// [`NotKnown`] if the log does not say what there was.
pub(crate) async fn comparison(
    state: &AppState,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    parts: &[Part],
) -> Result<Compared, NotKnown> {
    let now = state.clock.now();
    let (_, then, evidence) = objects_as_of(state, "from", from, parts, None).await?;
    let later = match to {
        None => evidence.present,
        Some(to) => objects_as_of(state, "to", to, parts, None).await?.1,
    };
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let found = differences(&then, &later).into_iter();
    Ok(Compared {
        from: instant(from),
        to: instant(to.unwrap_or(now)),
        results: found.map(Differing::from).collect(),
    })
}
