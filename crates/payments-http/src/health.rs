//! Whether the process lives, and whether it can serve.

use std::future::Future;
use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use payments_core::ports::Unavailable;
use serde_json::{Value, json};

use crate::error::Problem;
use crate::language;
use crate::routes;
use crate::state::AppState;

/// The timeout of a store's health check.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The routes of `/health/…`.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(routes::get(["/health/live", "/health/live/"], live))
        .service(routes::get(["/health/ready", "/health/ready/"], ready));
}

async fn live() -> HttpResponse {
    answer("live")
}

/// 503 names the stores that do not respond. A catalog that cannot be refreshed is named too, but does not make the
/// process unready: every replica continues with its current one.
async fn ready(state: web::Data<AppState>, request: HttpRequest) -> HttpResponse {
    let (database, flows) = tokio::join!(
        answers(state.database.check()),
        answers(state.flows.check())
    );
    let parts = [
        ("database", database),
        ("flows", flows),
        ("catalog", !state.snapshots.freshness().is_failing()),
    ];
    let failing: Vec<&str> = parts
        .iter()
        .filter_map(|(part, is_well)| (!is_well).then_some(*part))
        .collect();
    if database && flows {
        return if failing.is_empty() {
            answer("ready")
        } else {
            written(
                HttpResponse::Ok(),
                &json!({ "status": "degraded", "failing": failing }),
            )
        };
    }
    let mut response = HttpResponse::ServiceUnavailable();
    response.insert_header((RETRY_AFTER, 1));
    let problem = Problem::Unavailable;
    let language = language::of_request(&request);
    let detail = state
        .sentences
        .sentence_with_seconds(language, problem.sentence(), 1);
    written(
        response,
        &json!({ "detail": detail, "code": problem.code(), "status": "unready", "failing": failing }),
    )
}

/// Whether a store answers in time.
pub(crate) async fn answers(asked: impl Future<Output = Result<(), Unavailable>>) -> bool {
    in_time(asked).await.is_some()
}

/// The answer of a store, if there is one in time.
pub(crate) async fn in_time<T>(asked: impl Future<Output = Result<T, Unavailable>>) -> Option<T> {
    let answer = tokio::time::timeout(TIMEOUT, asked).await;
    answer.ok()?.ok()
}

fn answer(status: &str) -> HttpResponse {
    written(HttpResponse::Ok(), &json!({ "status": status }))
}

fn written(mut response: HttpResponseBuilder, body: &Value) -> HttpResponse {
    response
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(body)
}
