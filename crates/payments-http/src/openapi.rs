//! `/openapi.json` and `/docs/`: this API's description, generated from the code.
//!
//! It contains the contract's seven operations compatibly (a test compares them) and this service's own.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use utoipa::OpenApi as _;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Components, InfoBuilder, License, OpenApi, OpenApiBuilder, PathsBuilder};

mod cards;
mod docs;
mod examples;
mod instrument;
mod manage;
mod monitoring;
mod operation;
mod quotes;
pub mod schemas;
mod served;
mod stored_cards;
mod support;

use crate::routes;

pub use served::Description;

/// Mounts the description and the page that shows it.
pub fn configure(config: &mut web::ServiceConfig, description: web::Data<Description>) {
    config
        .app_data(description)
        .service(routes::get(["/openapi.json", "/openapi.json/"], show))
        .service(routes::get(["/docs/plain/", "/docs/plain"], docs::show));
}

async fn show(description: web::Data<Description>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .content_type("application/json")
        .body(description.made().json.clone())
}

/// The description as indented JSON, for `payments openapi`.
pub fn json(document: &OpenApi) -> String {
    // Writing to memory cannot fail, and every key is a string.
    document.to_pretty_json().unwrap_or_default()
}

/// The description of the API, including the management API.
pub fn document() -> OpenApi {
    let mut components = Schemas::openapi().components.unwrap_or_default();
    add_security(&mut components);
    let mut paths = PathsBuilder::new();
    for (path, item) in paths_of_all() {
        paths = paths.path(path, item);
    }
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Payments API")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(ABOUT))
                .license(Some(License::new("MIT OR Apache-2.0")))
                .build(),
        )
        .tags(Some(TAGS.map(|(name, text)| {
            TagBuilder::new().name(name).description(Some(text)).build()
        })))
        .paths(paths)
        .components(Some(components))
        .build()
}

const ABOUT: &str = "Card listings with exact installment prices, card storage confirmed by a \
    one-time code, and the management API that feeds them. Every error has the body \
    `ErrorResponse`; every path also answers without its last slash. Bodies below `/payments/` are \
    also read as `application/x-www-form-urlencoded`, and as JSON sent as `text/plain`.";

const ABOUT_WITHOUT_MANAGEMENT: &str = "Card listings with exact installment prices, and card storage \
    confirmed by a one-time code. Every error has the body `ErrorResponse`; every path also answers \
    without its last slash. Bodies below `/payments/` are also read as \
    `application/x-www-form-urlencoded`, and as JSON sent as `text/plain`.";

const TAGS: [(&str, &str); 3] = [
    ("payments", "What online stores' front ends call"),
    (
        "manage",
        "What the commerce system and the back office call, with a bearer token",
    ),
    ("service", "What operators and integrators call"),
];

fn paths_of_all() -> impl Iterator<Item = (String, PathItem)> {
    let all = cards::paths().into_iter().chain(stored_cards::paths());
    all.chain(manage::paths())
        .chain(support::paths())
        .chain(instrument::paths())
        .chain(quotes::paths())
        .chain(monitoring::paths())
}

fn add_security(components: &mut Components) {
    let session = ApiKeyValue::with_description(
        "osessionid",
        "The session. Some stores name the cookie `sessionid`.",
    );
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    let csrf = ApiKeyValue::with_description("X-Csrftoken", "A token from `/csrf_token/`.");
    components.add_security_scheme("csrf", SecurityScheme::ApiKey(ApiKey::Header(csrf)));
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A management token of the settings"))
        .build();
    components.add_security_scheme("manage", SecurityScheme::Http(bearer));
}

/// Collects the schemas; their shapes are derived.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(
    schemas::CardListResponse,
    schemas::CardDetail,
    schemas::CardTypeDetail,
    schemas::BankDetail,
    schemas::InstallmentDetail,
    schemas::lowest::LowestPlanList,
    schemas::lowest::ProductLowestPlan,
    schemas::lowest::LowestPlan,
    schemas::ErrorResponse,
    schemas::FlowResponse,
    schemas::PhoneNumberResponse,
    schemas::PhoneNumberRequest,
    schemas::OtpRequest,
    schemas::MasterpassJSConfig,
    schemas::stored::CardRequest,
    schemas::stored::SavedCardName,
    schemas::stored::SavedCard,
    schemas::stored::CatalogCard,
    schemas::stored::SavedCardList,
    schemas::stored::CsrfToken,
    schemas::support::CustomerSavedCard,
    schemas::support::CustomerSavedCardList,
    schemas::support::CustomerFlow,
    schemas::support::CustomerFlowList,
    schemas::support::EndedSessions,
    schemas::support::Erasure,
    schemas::support::ErasureStatus,
    schemas::support::OutstandingErasure,
    schemas::support::ErasedThings,
    schemas::instrument::InstrumentRequest,
    schemas::instrument::Instrument,
    schemas::manage::Document,
    schemas::manage::Bank,
    schemas::manage::CardType,
    schemas::manage::Pos,
    schemas::manage::Card,
    schemas::manage::Installment,
    schemas::manage::PaymentOption,
    schemas::manage::Rule,
    schemas::shop::Product,
    schemas::shop::Customer,
    schemas::shop::Basket,
    schemas::shop::BasketItem,
    schemas::shop::PreOrder,
    schemas::shop::Session,
    schemas::manage::Counts,
    schemas::manage::ImportPreview,
    schemas::manage::MergePatch,
    schemas::manage::Page,
    schemas::audit::AuditPage,
    schemas::audit::AuditRecord,
    schemas::status::ServiceStatus,
    schemas::status::StoresStatus,
    schemas::status::DatabaseStatus,
    schemas::status::ReplicaStatus,
    schemas::status::FlowStoreStatus,
    schemas::status::ProcessStatus,
    schemas::status::ProcessReport,
    schemas::status::CatalogStatus,
    schemas::status::ProviderStatus,
    schemas::status::MinuteCounts,
    schemas::status::BacklogStatus,
    schemas::status::WaitingStatus,
    schemas::status::StuckEntryStatus,
    schemas::status::SmsStatus,
    schemas::status::SmsSenderStatus,
    schemas::status::SmsBudget,
    schemas::status::SmsShare,
    schemas::status::PausedPrefix,
    schemas::status::ProviderChecks,
    schemas::status::ProviderCheck,
    schemas::history::HistoryPage,
    schemas::history::HistoryEntry,
    schemas::history::FieldChange,
    schemas::history::HistoryComparison,
    schemas::history::Difference,
    schemas::history::RestoreRequest,
    schemas::history::Restored,
    schemas::drafts::MatrixPage,
    schemas::drafts::Matrix,
    schemas::drafts::MatrixRow,
    schemas::drafts::MatrixCell,
    schemas::drafts::MatrixPlan,
    schemas::drafts::WhatIf,
    schemas::drafts::SampledPurchases,
    schemas::drafts::ChangedPurchases,
    schemas::drafts::ChangedPurchase,
    schemas::drafts::LowestMoves,
    schemas::drafts::CurrencyMoves,
    schemas::drafts::Moves,
    schemas::drafts::RuleInPlay,
    schemas::drafts::RuleAnalysis,
    schemas::drafts::RuleFinding,
    schemas::drafts::RuleFindingOfDraft,
    schemas::drafts::BinCoverage,
    schemas::drafts::MissingBin,
    schemas::proposals::ProposalPage,
    schemas::proposals::ProposalShown,
    schemas::proposals::ObjectOfProposal,
    schemas::proposals::ProposalWithChanges,
    schemas::manage::Explanation,
    schemas::manage::LeftOut,
    schemas::manage::Reason,
    schemas::quotes::QuoteRequest,
    schemas::quotes::QuoteChoice,
    schemas::quotes::Quote,
    schemas::quotes::QuoteCandidate,
    schemas::quotes::QuoteToVerify,
    schemas::quotes::QuoteVerification,
    schemas::quotes::QuoteDetails,
    schemas::quotes::QuoteFigures,
    schemas::quotes::JwkSet,
    schemas::quotes::Jwk,
    schemas::Status,
)))]
struct Schemas;
