//! `GET /metrics`: beside the other paths, or on its own address.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::Server;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, HttpResponse, HttpServer, web};

use crate::answer;
use crate::error::{ApiError, Problem};
use crate::metrics::Readings;
use crate::routes;
use crate::state::AppState;

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(routes::get(["/metrics", "/metrics/"], show));
}

/// A server of the metrics alone, on their own address.
pub(crate) fn serve(state: &Arc<AppState>, listener: TcpListener) -> std::io::Result<Server> {
    let shared = web::Data::from(Arc::clone(state));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .wrap(from_fn(async |request, next: Next<BoxBody>| {
                next.call(request).await.map(answer::complete)
            }))
            .configure(configure)
            .default_service(web::to(routes::not_found))
    });
    let server = server.workers(1).max_connections(64).disable_signals();
    Ok(server.listen(listener)?.run())
}

async fn show(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    let text = state.metrics.text(&Readings {
        now: state.clock.now(),
        catalog_version: state.snapshots.current().catalog.version(),
        catalog: state.snapshots.freshness(),
        listing_cache: &state.listing_cache,
        outgoing: state.outgoing.as_deref(),
        database: &state.database,
        flows: &state.flows,
    });
    let text = text.map_err(|error| ApiError::new(Problem::Internal).because(error))?;
    Ok(HttpResponse::Ok()
        .content_type(CONTENT_TYPE)
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text))
}
