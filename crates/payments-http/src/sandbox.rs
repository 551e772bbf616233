//! Shows what the sandbox providers did. Mounted only with the sandbox, never in production.

use std::sync::Arc;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use payments_gateways::sandbox::Sandbox;
use serde_json::json;

use crate::routes;

/// The routes of `/sandbox/…`.
pub(crate) fn configure(config: &mut web::ServiceConfig, sandbox: Arc<Sandbox>) {
    config
        .app_data(web::Data::from(sandbox))
        .service(routes::get(["/sandbox/outbox/", "/sandbox/outbox"], outbox))
        .service(routes::get(["/sandbox/tokens/", "/sandbox/tokens"], tokens));
}

async fn outbox(sandbox: web::Data<Sandbox>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "results": sandbox.outbox() }))
}

async fn tokens(sandbox: web::Data<Sandbox>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "results": sandbox.tokens().await }))
}
