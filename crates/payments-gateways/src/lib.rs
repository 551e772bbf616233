//! The payments service's outgoing side: SMS senders and tokenization gateways.
//!
//! Every adapter carries out one of the core's ports ([`payments_core::ports::SmsSender`],
//! [`payments_core::ports::Tokenizer`]) in a provider's own words: its JSON, its signature, its error codes. There are
//! no rules here, and nothing is logged that a provider is told: no number, CVV, code, phone or secret.

pub mod config;
pub mod craftgate;
#[cfg(feature = "fakes")]
pub mod fakes;
pub mod http;
pub mod iletimerkezi;
pub mod iyzico;
pub mod netgsm;
pub mod outcome;
pub mod providers;
pub mod sandbox;
pub mod secret;
pub mod sms;
pub mod stripe;
pub mod twilio;
pub mod wiring;
