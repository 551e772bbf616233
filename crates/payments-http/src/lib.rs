//! The payments service over HTTP: routes, extractors, the error table, settings, telemetry and the wiring of the
//! store's and the gateways' adapters to the core's ports.
//!
//! There are no rules and no SQL here: the core decides, the adapters carry out.

pub mod adapters;
pub mod answer;
pub mod application;
pub mod assembly;
pub mod background;
pub mod banner;
pub mod body;
pub mod caller_url;
pub mod cli;
pub mod client_address;
pub mod clock;
pub mod connections;
pub mod cookies;
pub mod cross_origin;
pub mod csrf;
pub mod deliveries;
pub mod demo;
pub mod entropy;
pub mod error;
pub mod hardening;
pub mod health;
pub mod key_rotation;
pub mod language;
pub mod listing_cache;
pub mod listing_json;
pub mod listings;
pub mod manage;
pub mod masterpass;
pub mod metrics;
pub mod openapi;
pub mod path;
pub mod process;
pub mod routes;
pub mod sandbox;
mod sealing;
pub mod session;
pub mod settings;
pub mod shop;
pub mod signals;
mod sms_usage;
pub mod snapshot;
pub mod state;
pub mod statics;
pub mod stored_cards;
pub mod stores;
pub mod telemetry;
pub mod viewer;
pub mod wording;

pub use application::Application;
pub use assembly::StartError;
