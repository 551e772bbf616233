//! The payments service over HTTP: routes, extractors, the error table, settings, telemetry and the wiring of the
//! store's and the gateways' adapters to the core's ports.
//!
//! There are no rules and no SQL here: the core decides, the adapters execute.

mod activity;
pub mod answer;
pub mod banner;
mod bin_counts;
mod blocking;
mod body;
mod body_room;
mod caller;
mod caller_url;
pub mod cli;
mod client_address;
pub mod clock;
mod connections;
mod console;
mod cookies;
mod cross_origin;
mod csrf;
mod customers_card;
pub mod demo;
mod did_you_mean;
mod empty_store;
pub mod entropy;
pub mod error;
#[cfg(feature = "fail-points")]
mod fail_points;
mod hardening;
mod health;
mod html_page;
pub mod i18n;
pub mod jwks;
mod jws;
mod language;
mod listing_cache;
pub mod listing_json;
mod listings;
mod lowest_json;
pub mod manage;
mod manage_session;
mod manage_tokens;
mod masterpass;
mod metrics;
mod metrics_page;
pub mod openapi;
mod openid_connect;
mod path;
mod pos_check;
mod process;
mod process_report;
mod product_keys;
mod provider_check;
pub mod quotes;
mod request_id;
mod routes;
mod same_origin;
mod sandbox;
mod saved_card_json;
pub mod scope;
mod sealing;
mod session;
pub mod settings;
pub mod signals;
pub mod sms_reports;
mod sms_usage;
mod sms_webhook;
mod snapshot;
pub mod state;
mod statics;
mod stored_cards;
mod telemetry;
#[cfg(feature = "traces")]
mod traces;
#[cfg(not(feature = "traces"))]
#[path = "traces/off.rs"]
mod traces;
mod viewer;
pub mod wiring;

pub use wiring::application::Application;
pub use wiring::assembly::StartError;
