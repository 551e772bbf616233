//! The payments service over HTTP: routes, extractors, the error table, settings, telemetry and the wiring of the
//! store's and the gateways' adapters to the core's ports.
//!
//! There are no rules and no SQL here: the core decides, the adapters carry out.

pub mod answer;
pub mod application;
pub mod clock;
pub mod entropy;
pub mod error;
pub mod language;
pub mod settings;
pub mod state;
pub mod wording;

pub use application::{Application, StartError};
