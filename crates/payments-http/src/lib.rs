//! The payments service over HTTP: routes, extractors, the error table, settings, telemetry and the wiring of the
//! store's and the gateways' adapters to the core's ports.
//!
//! There are no rules and no SQL here: the core decides, the adapters carry out.

pub mod answer;
pub mod banner;
pub mod body;
mod body_room;
mod caller;
pub mod caller_url;
pub mod cli;
pub mod client_address;
pub mod clock;
pub mod connections;
pub mod cookies;
pub mod cross_origin;
pub mod csrf;
pub mod demo;
pub mod entropy;
pub mod error;
pub mod hardening;
pub mod health;
pub mod i18n;
pub mod language;
pub mod listing_cache;
pub mod listing_json;
pub mod listings;
pub mod manage;
mod manage_tokens;
pub mod masterpass;
pub mod metrics;
mod metrics_page;
pub mod openapi;
pub mod path;
mod pos_check;
pub mod process;
mod request_id;
pub mod routes;
pub mod sandbox;
pub mod scope;
mod sealing;
pub mod session;
pub mod settings;
pub mod signals;
pub mod sms_reports;
mod sms_usage;
mod sms_webhook;
pub mod snapshot;
pub mod state;
pub mod statics;
pub mod stored_cards;
pub mod telemetry;
pub mod viewer;
pub mod wiring;

pub use wiring::application::Application;
pub use wiring::assembly::StartError;
