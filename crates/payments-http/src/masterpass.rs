//! `GET /masterpass-js/`.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use payments_core::masterpass::{MasterpassConfig, point_of_sale};
use serde_json::json;

use crate::answer::OwnBody;
use crate::routes;
use crate::state::AppState;

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(routes::get(["/masterpass-js/", "/masterpass-js"], show));
}

async fn show(state: web::Data<AppState>) -> HttpResponse {
    let snapshot = state.snapshots.current();
    let allowed_hosts = &state.settings.masterpass.allowed_hosts;
    let config = point_of_sale(&snapshot.catalog)
        .and_then(|pos| MasterpassConfig::parse(&pos.config, allowed_hosts).ok());
    match config {
        Some(config) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-cache"))
            .json(json!({
                "js": config.js,
                "client_id": config.client_id,
                "merchant_id": config.merchant_id,
                "s3d_return_url": config.s3d_return_url,
            })),
        None => not_configured(),
    }
}

/// The one error without a body (the contract).
fn not_configured() -> HttpResponse {
    let mut response = HttpResponse::NotFound()
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish();
    response.extensions_mut().insert(OwnBody);
    response
}
