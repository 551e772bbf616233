//! Whether the process lives, and whether it can serve.

use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::error::{ApiError, Problem};
use crate::routes;
use crate::state::AppState;

/// How long the stores may take to say that they are there.
const PATIENCE: Duration = Duration::from_secs(2);

/// The routes of `/health/…`.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(routes::get(["/health/live", "/health/live/"], live))
        .service(routes::get(["/health/ready", "/health/ready/"], ready));
}

async fn live() -> HttpResponse {
    answer("live")
}

async fn ready(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    let stores = async {
        state.database.check().await?;
        state.flows.check().await
    };
    let asked = tokio::time::timeout(PATIENCE, stores).await;
    asked.map_err(|_| ApiError::new(Problem::Unavailable).retry_after(1))??;
    Ok(answer("ready"))
}

fn answer(status: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "status": status }))
}
