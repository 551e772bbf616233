//! `/manage/v1/status/`: how the service is, for people who operate it.
//!
//! It is asked when something is down: what cannot be read is left out and named, and the rest is answered.

mod body;

use actix_web::HttpResponse;
use actix_web::web::Data;
use chrono::{DateTime, NaiveTime, Utc};
use payments_core::ports::Unavailable;
use payments_store::StoreKind;
use serde_json::{Value, json};

use super::Principal;
use crate::activity::Minutes;
use crate::error::{ApiError, Problem};
use crate::health::{answers, in_time};
use crate::process_report::ProcessReport;
use crate::provider_check::{CheckedProvider, check_all};
use crate::state::AppState;

use body::{Backlog, Body, Database, FlowStore, Process, Replica, Sms, Stores};

/// The most stuck intents, and the most stuck deletions, that are shown.
const STUCK_SHOWN: u32 = 100;
/// When to try again while the providers are being checked.
const CHECK_SECONDS: u32 = 5;

pub(super) async fn show(_: Principal, state: Data<AppState>) -> HttpResponse {
    let now = state.clock.now();
    let (published, backlog, sms, database, flows) = tokio::join!(
        in_time(state.flows.process_reports()),
        in_time(backlog(&state)),
        in_time(sms(&state, now)),
        answers(state.database.check()),
        answers(state.flows.check()),
    );
    let unavailable = [
        ("processes", published.is_none()),
        ("backlog", backlog.is_none()),
        ("sms", sms.is_none()),
    ];
    let unavailable = unavailable
        .into_iter()
        .filter(|(_, is_missing)| *is_missing);
    let mut processes = published.unwrap_or_default();
    let this = &state.this_process.name;
    processes.remove(this);
    let others = processes.into_iter().map(|(process, report)| Process {
        process,
        report: ProcessReport::read(&report),
    });
    let own = Process {
        process: this.clone(),
        report: Some(ProcessReport::own(&state)),
    };
    let processes: Vec<Process> = std::iter::once(own).chain(others).collect();
    let reports = || processes.iter().filter_map(|one| one.report.as_ref());
    let body = Body {
        unavailable: unavailable.map(|(part, _)| part).collect(),
        stores: stores(&state, database, flows),
        minutes: Minutes::sums(now, reports().map(|report| &report.minutes)),
        providers: ProcessReport::providers_of(reports()).collect(),
        processes,
        backlog,
        sms,
    };
    HttpResponse::Ok().json(body)
}

async fn backlog(state: &AppState) -> Result<Backlog, Unavailable> {
    let intents = &state.card_storage.ports().intents;
    let counts = intents.backlog().await?;
    Ok(Backlog::new(counts, intents.stuck(STUCK_SHOWN).await?))
}

async fn sms(state: &AppState, now: DateTime<Utc>) -> Result<Sms, Unavailable> {
    // The budget is that of a day in UTC, too.
    let since = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    let usage = state.card_storage.sms_usage().await?;
    let sent = state.database.sms_sends.counts(since).await?;
    let limits = &state.card_storage.settings().sending;
    Ok(Sms::new(since, sent, limits, usage))
}

fn stores(state: &AppState, database: bool, flows: bool) -> Stores {
    let replica = state.database.replica();
    Stores {
        database: Database {
            kind: match state.database.kind() {
                StoreKind::Embedded => "sqlite",
                StoreKind::Server => "postgresql",
            },
            is_reachable: database,
            replica: replica.map(|replica| Replica {
                is_used: replica.is_asked,
                age_seconds: replica.age.as_secs(),
            }),
        },
        flows: FlowStore {
            kind: if state.flows.is_in_memory() {
                "memory"
            } else {
                "redis"
            },
            is_reachable: flows,
        },
    }
}

/// Probes the providers, which takes calls to them: one check at a time.
///
/// # Errors
/// 429 while a check runs.
pub(super) async fn check_providers(
    _: Principal,
    state: Data<AppState>,
) -> Result<HttpResponse, ApiError> {
    let Ok(_running) = state.provider_check.try_lock() else {
        return Err(ApiError::new(Problem::TooManyRequests).retry_after(CHECK_SECONDS));
    };
    let checked = check_all(&state)
        .await
        .map_err(|error| ApiError::new(Problem::Internal).because(error))?;
    let results: Vec<Value> = checked.iter().map(checked_json).collect();
    Ok(HttpResponse::Ok().json(json!({ "results": results })))
}

fn checked_json(one: &CheckedProvider) -> Value {
    json!({
        "place": one.place,
        "provider": one.check.provider,
        "is_ok": one.is_ok(),
        "is_reached": one.is_reached(),
        "tls": one.tls(),
        "credentials": one.credentials(),
        "clock_skew_seconds": one.check.clock_skew_seconds,
        "problem": one.problem(),
    })
}
