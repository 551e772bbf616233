//! The management API: how the commerce system and the back office hand objects over.
//!
//! Every route asks for a [`Holder`] of a bearer token. Shapes and what is checked are the core's
//! ([`payments_core::document`]); a document is written whole or not at all, and this replica's catalog is renewed
//! before the answer goes out.

use actix_web::web;

pub mod audit;
mod auth;
mod body;
mod change;
mod customer;
mod erasure;
pub mod explain;
pub mod export;
pub mod import;
pub mod objects;
mod pages;
mod path;
mod query;
mod saved_cards;

pub use auth::Holder;
pub(crate) use body::TIMEOUT_SECONDS as BODY_TIMEOUT_SECONDS;
pub use change::{NotWritten, policy, write};

use crate::routes;

/// Where everything here stands.
pub const PREFIX: &str = "/manage/v1";

/// Mounts the routes.
pub fn configure(config: &mut web::ServiceConfig) {
    let scope = web::scope(PREFIX)
        .service(routes::post(["/import/", "/import"], import::import))
        .service(routes::get(["/export/", "/export"], export::export))
        .service(routes::get(["/explain/", "/explain"], explain::explain))
        .service(saved_cards::all([
            "/customers/{pk}/saved-cards/",
            "/customers/{pk}/saved-cards",
        ]))
        .service(saved_cards::one([
            "/customers/{pk}/saved-cards/{card}/",
            "/customers/{pk}/saved-cards/{card}",
        ]))
        .service(erasure::sessions([
            "/customers/{pk}/sessions/",
            "/customers/{pk}/sessions",
        ]))
        .service(erasure::erasure([
            "/customers/{pk}/erase/",
            "/customers/{pk}/erase",
        ]))
        .service(routes::get(["/audit/", "/audit"], audit::page))
        .service(routes::get(["/{part}/", "/{part}"], pages::page))
        .service(objects::resource(["/{part}/{key}/", "/{part}/{key}"]));
    config.service(scope);
}
