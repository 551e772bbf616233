//! `GET /metrics`: beside the other paths, or on an address of its own.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use payments_store::PoolState;
use prometheus_client::encoding::text::{encode_eof, encode_registry};

use super::Metrics;
use super::labels::Pool;
use crate::answer;
use crate::error::{ApiError, Problem};
use crate::routes;
use crate::state::AppState;

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The route.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(routes::get(["/metrics", "/metrics/"], show));
}

/// A server of the metrics alone.
///
/// # Errors
/// An error of the socket.
pub fn serve(state: &Arc<AppState>, listener: TcpListener) -> std::io::Result<Server> {
    let shared = web::Data::from(Arc::clone(state));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .wrap(from_fn(answer::complete))
            .configure(configure)
            .default_service(web::to(routes::not_found))
    });
    let server = server.workers(1).max_connections(64).disable_signals();
    Ok(server.listen(listener)?.run())
}

async fn show(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    let text = state.metrics.written(&state);
    let text = text.map_err(|error| ApiError::new(Problem::Internal).because(error))?;
    Ok(HttpResponse::Ok()
        .content_type(CONTENT_TYPE)
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text))
}

impl Metrics {
    /// Everything that was counted, with what is so at this moment.
    fn written(&self, state: &AppState) -> Result<String, std::fmt::Error> {
        let catalog = state.snapshots.freshness();
        self.catalog_version
            .set(state.snapshots.current().catalog.version().0);
        self.catalog_age
            .set((state.clock.now() - catalog.seen_at).num_seconds().max(0));
        self.catalog_is_failing.set(i64::from(catalog.is_failing()));
        self.catalog_failures
            .set(i64::try_from(catalog.failures).unwrap_or(i64::MAX));
        self.set_pool("database", state.database.pool());
        if let Some(pool) = state.flows.pool() {
            self.set_pool("flows", pool);
        }
        self.condition.set(state);
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        encode_registry(&mut text, &self.process)?;
        encode_eof(&mut text)?;
        Ok(text)
    }

    fn set_pool(&self, store: &'static str, pool: PoolState) {
        let in_use = pool.open.saturating_sub(pool.idle);
        for (state, count) in [
            ("in_use", in_use),
            ("idle", pool.idle),
            ("most", pool.most),
            ("waiting", pool.waiting),
        ] {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.connections
                .get_or_create(&Pool { store, state })
                .set(count);
        }
    }
}
