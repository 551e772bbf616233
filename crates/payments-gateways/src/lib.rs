//! The adapters of external providers: SMS senders and tokenization gateways.
//!
//! Every adapter implements one of the core's ports ([`payments_core::ports::SmsSender`],
//! [`payments_core::ports::Tokenizer`]) with a provider's JSON, signature and error codes. They hold
//! no business rules, and never log a request: no card number, CVV, code, phone or secret.
//!
//! A [`context::ProviderContext`] has everything else that adapters need. [`providers`] builds them by name:
//!
//! ```
//! use std::sync::Arc;
//!
//! use payments_core::ports::{Clock, Entropy, SmsSender, Tokenizers};
//! use payments_gateways::config::ConfigError;
//! use payments_gateways::http::Outgoing;
//! use payments_gateways::providers::{NamedSender, sms_chain, tokenizers};
//! use payments_gateways::secret::ReferencedSecrets;
//! use payments_gateways::sms::NumberPlan;
//! use payments_gateways::context::{Unmetered, ProviderContext};
//!
//! fn set_up(
//!     http: Outgoing,
//!     clock: Arc<dyn Clock>,
//!     entropy: Arc<dyn Entropy>,
//!     senders: &[NamedSender],
//! ) -> Result<(Tokenizers, Arc<dyn SmsSender>), ConfigError> {
//!     let environment = Box::new(|name: &str| std::env::var(name).ok());
//!     let context = ProviderContext {
//!         http: Arc::new(http),
//!         secrets: Arc::new(ReferencedSecrets::new(environment, false)),
//!         entropy,
//!         clock,
//!         meter: Arc::new(Unmetered),
//!     };
//!     let sms = sms_chain(senders, &NumberPlan::default(), false, &context)?;
//!     Ok((tokenizers(&context), sms))
//! }
//! ```

pub mod config;
pub mod context;
pub mod craftgate;
#[cfg(test)]
mod documented;
#[cfg(feature = "fakes")]
pub mod fakes;
pub mod http;
pub mod iletimerkezi;
pub mod instrument;
pub mod iyzico;
pub mod netgsm;
pub mod openid_connect;
pub mod outcome;
pub mod provider;
pub mod providers;
pub mod request_id;
pub mod sandbox;
pub mod secret;
pub mod sms;
mod stated;
pub mod stripe;
pub mod twilio;
