//! The management API: how the commerce system and the back office write objects.
//!
//! Every route needs a [`Principal`]: a bearer token, or a session of the console, with the scope that [`access::ROUTES`] names. Responses are not
//! cacheable. The core defines the shapes and validates them
//! ([`payments_core::import`]). A document is written as a whole or not at all, and this process's catalog is refreshed
//! before the response is sent.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::middleware::DefaultHeaders;
use actix_web::web;

pub mod access;
mod approvals;
pub mod audit;
pub(crate) mod auth;
mod bin_coverage;
mod body;
mod change;
mod conditions;
mod customer;
mod draft;
mod erasure;
pub mod explain;
pub mod export;
pub(crate) mod filters;
mod flows;
pub(crate) mod history;
pub mod import;
mod instrument;
pub(crate) mod lint;
mod matrix;
pub mod objects;
mod pages;
mod paging;
mod patch;
mod path;
pub mod preview;
mod proposals;
mod query;
mod quotes;
mod referrer;
mod saved_cards;
mod status;
mod warnings;
pub(crate) mod what_if;

pub use auth::Principal;
pub(crate) use body::TIMEOUT_SECONDS as BODY_TIMEOUT_SECONDS;
pub(crate) use change::write_without_approval;
pub use change::{WriteError, apart, policy, preview as preview_write, referred_to, write};
pub(crate) use instrument::instrument;
pub use warnings::Warned;

pub(crate) use path::key_name;

use crate::routes;

/// The path prefix of the management API.
pub const PREFIX: &str = "/manage/v1";

/// Mounts the routes of the management API.
pub fn configure(config: &mut web::ServiceConfig) {
    let no_store = DefaultHeaders::new().add((CACHE_CONTROL, "no-store"));
    let scope = web::scope(PREFIX)
        .wrap(no_store)
        .service(routes::post(["/import/", "/import"], import::import))
        .service(routes::get(["/export/", "/export"], export::export))
        .service(routes::get(["/explain/", "/explain"], explain::explain))
        .service(routes::get(["/matrix/", "/matrix"], matrix::show))
        .service(routes::post(["/what-if/", "/what-if"], what_if::what_if))
        .service(routes::post(
            ["/lint-rules/", "/lint-rules"],
            lint::lint_rules,
        ))
        .service(saved_cards::all([
            "/customers/{pk}/saved-cards/",
            "/customers/{pk}/saved-cards",
        ]))
        .service(saved_cards::one([
            "/customers/{pk}/saved-cards/{card}/",
            "/customers/{pk}/saved-cards/{card}",
        ]))
        .service(routes::get(
            ["/customers/{pk}/flows/", "/customers/{pk}/flows"],
            flows::list,
        ))
        .service(routes::get(
            ["/customers/{pk}/audit/", "/customers/{pk}/audit"],
            audit::of_customer,
        ))
        .service(erasure::sessions([
            "/customers/{pk}/sessions/",
            "/customers/{pk}/sessions",
        ]))
        .service(erasure::erasure([
            "/customers/{pk}/erase/",
            "/customers/{pk}/erase",
        ]))
        .service(routes::post(
            [
                "/saved-cards/{pk}/instrument/",
                "/saved-cards/{pk}/instrument",
            ],
            instrument::give,
        ))
        .service(routes::post(["/quotes/", "/quotes"], quotes::give))
        .service(routes::post(
            ["/quotes/verify/", "/quotes/verify"],
            quotes::verify,
        ))
        .service(routes::get(["/audit/", "/audit"], audit::page))
        .service(routes::get(["/history/", "/history"], history::page))
        .service(routes::get(
            ["/history/compare/", "/history/compare"],
            history::compare,
        ))
        .service(routes::get(
            ["/history/export/", "/history/export"],
            history::export,
        ))
        .service(routes::post(
            ["/history/restore/", "/history/restore"],
            history::restore,
        ))
        .service(routes::get(
            ["/bin-coverage/", "/bin-coverage"],
            bin_coverage::show,
        ))
        .service(routes::get(["/proposals/", "/proposals"], proposals::page))
        .service(routes::get(
            ["/proposals/{pk}/", "/proposals/{pk}"],
            proposals::read,
        ))
        .service(routes::post(
            ["/proposals/{pk}/approve/", "/proposals/{pk}/approve"],
            proposals::approve,
        ))
        .service(routes::post(
            ["/proposals/{pk}/reject/", "/proposals/{pk}/reject"],
            proposals::reject,
        ))
        .service(routes::get(["/status/", "/status"], status::show))
        .service(routes::post(
            ["/status/check-providers/", "/status/check-providers"],
            status::check_providers,
        ))
        .service(routes::get(["/{part}/", "/{part}"], pages::page))
        .service(objects::resource(["/{part}/{key}/", "/{part}/{key}"]));
    config.service(scope);
}
