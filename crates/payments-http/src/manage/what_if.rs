//! `POST /manage/v1/what-if/`: what a draft would change for the store's recent purchases.

mod body;
mod reading;

use std::time::Duration;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use payments_core::import::Reading;
use payments_core::json::Violations;
use payments_core::moment::Moment;
use payments_core::money::Rounding;
use payments_core::what_if::{Comparison, WhatIf};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::audit::time;
use super::draft::Draft;
use super::history::MOMENT;
use super::query::Parameters;
use super::{Principal, WriteError, body as request_body, change};
use crate::blocking::analyse;
use crate::error::{ApiError, Problem};
use crate::state::AppState;
use reading::{Batch, Sampled};

/// The most cards of an example's matrices.
const MAX_CARDS: usize = 10;
/// How long a request waits for those before it.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

pub(super) async fn what_if(
    _: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let mut parameters = Parameters::of(request.query_string())?;
    let at = parameters.optional("at", MOMENT, None, |text| time(text).map(Some));
    let at = parameters.finish(at)?;
    let limit = state.settings.http.manage_body_limit_bytes;
    let bytes = request_body::read(&request, payload, limit).await?;
    let reading = Reading::of_document(&bytes, &change::policy(&state.settings));
    // It may have to wait.
    drop(bytes);
    let turn = timeout(LONGEST_WAIT, state.comparisons.lock()).await;
    let _one_at_a_time =
        turn.map_err(|_elapsed| ApiError::new(Problem::TooManyRequests).retry_after(1))?;
    let compared = compare(&state, reading, at).await;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(compared.map_err(WriteError::of_document)?))
}

/// Compares the stored catalog with a document written into it, over the purchases that were written last, as if they were
/// made at a moment. Returns the result as JSON.
///
/// # Errors
/// [`WriteError`], as writing the document would fail.
pub(crate) async fn compare(
    state: &AppState,
    reading: Reading,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<u8>, WriteError> {
    let (draft, _) = Draft::of(state, reading).await?;
    let moment = at.map_or_else(|| state.moment(), |at| state.settings.pricing.moment(at));
    let rounding = state.settings.pricing.rounding;
    // One batch is read while another one is compared.
    let (batches, received) = mpsc::channel(1);
    let (ended, sampled) = oneshot::channel();
    let comparing = analyse(move || compared(draft, moment, rounding, received, sampled));
    let reading = async {
        // The comparison waits for it, unless it failed.
        drop(ended.send(reading::read(&*state.database.sample, batches).await?));
        Ok(())
    };
    let (read, compared) = tokio::join!(reading, comparing);
    read.map_err(WriteError::Unavailable)?;
    compared.map_err(WriteError::Mistakes)
}

/// Compares the purchases until there are no more. Empty if they could not all be read.
fn compared(
    draft: Draft,
    moment: Moment,
    rounding: Rounding,
    mut received: mpsc::Receiver<Batch>,
    sampled: oneshot::Receiver<Sampled>,
) -> Result<Vec<u8>, Violations> {
    let catalogs = draft.build()?;
    let what_if = WhatIf::new(&catalogs.in_force, &catalogs.draft, moment, rounding);
    let mut comparison = Comparison::new(&what_if);
    while let Some(batch) = received.blocking_recv() {
        for found in batch {
            comparison.add(found.key, &found.purchase);
        }
    }
    let Ok(sampled) = sampled.blocking_recv() else {
        return Ok(Vec::new());
    };
    Ok(body::write(&comparison.report(MAX_CARDS), moment, sampled))
}
