//! `GET /manage/v1/bin-coverage/`: which BINs of customers' cards no card of the catalog has.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::Days;
use serde::Serialize;

use super::Principal;
use super::change;
use super::query::Parameters;
use crate::error::ApiError;
use crate::state::AppState;

/// The most days, for which counts are kept.
const MAX_DAYS: u64 = 30;
/// The most BINs that are read.
const MAX_BINS: u32 = 20_000;
/// The most BINs in a response.
const MAX_MISSING: usize = 100;

#[derive(Serialize)]
struct Coverage {
    from: String,
    is_complete: bool,
    counted: u64,
    covered: u64,
    missing: Vec<Missing>,
}

#[derive(Serialize)]
struct Missing {
    bin: String,
    count: u64,
}

pub(super) async fn show(
    _: Principal,
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let mut parameters = Parameters::of(request.query_string())?;
    let days = parameters.optional("days", "use a number from 1 to 30", MAX_DAYS, |text| {
        let days = text.parse().ok()?;
        (1..=MAX_DAYS).contains(&days).then_some(days)
    });
    let days = parameters.finish(days)?;
    let today = state.clock.now().date_naive();
    let from = today - Days::new(days - 1);
    // What other processes counted in their last minute is missing.
    let shared = state.clone();
    let saving = async move { shared.bin_counts.save(&shared).await };
    if let Err(error) = change::detached(&state, saving).await? {
        tracing::warn!(%error, "counts of BINs could not be saved");
    }
    let counts = state.database.bin_counts.since(from, MAX_BINS).await?;
    let snapshot = state.snapshots.current();
    let mut coverage = Coverage {
        from: from.to_string(),
        is_complete: counts.len() < MAX_BINS as usize && !state.bin_counts.is_full(),
        counted: 0,
        covered: 0,
        missing: Vec::new(),
    };
    for (bin, count) in counts {
        coverage.counted += count;
        if snapshot.catalog.has_bin_of(bin) {
            coverage.covered += count;
        } else if coverage.missing.len() < MAX_MISSING {
            let bin = bin.as_str().to_owned();
            coverage.missing.push(Missing { bin, count });
        }
    }
    Ok(HttpResponse::Ok().json(coverage))
}
