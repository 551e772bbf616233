//! What every adapter gets.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use payments_core::ports::{Clock, Entropy, SmsFailure};
use payments_core::sms::SmsReceipt;

use crate::config::ConfigScope;
use crate::http::Outgoing;
use crate::outcome::{Outcome, ProviderError};
use crate::secret::SecretSource;

/// Counts calls of providers.
pub trait Meter: Send + Sync {
    /// A call of `provider` ended. `operation` is one of a few fixed words.
    fn called(
        &self,
        provider: &'static str,
        operation: &'static str,
        outcome: Outcome,
        took: Duration,
    );
}

/// A meter that counts nothing.
pub struct Unmetered;

impl Meter for Unmetered {
    fn called(&self, _: &'static str, _: &'static str, _: Outcome, _: Duration) {}
}

/// The HTTP client, secrets, randomness, clock and metrics.
#[derive(Clone)]
pub struct ProviderContext {
    /// The outgoing HTTP client.
    pub http: Arc<Outgoing>,
    /// Resolves the secrets a configuration refers to.
    pub secrets: Arc<dyn SecretSource>,
    /// Random numbers for request signatures.
    pub entropy: Arc<dyn Entropy>,
    /// Time, to tell how long calls take and how far providers' clocks are off.
    pub clock: Arc<dyn Clock>,
    /// Counts calls by provider and outcome.
    pub meter: Arc<dyn Meter>,
}

impl ProviderContext {
    /// What configurations may refer to.
    pub fn config_scope(&self) -> ConfigScope<'_> {
        ConfigScope {
            hosts: self.http.hosts(),
            secrets: &*self.secrets,
        }
    }

    /// Makes a call, and reports to the meter and the log how it ended.
    pub(crate) async fn metered<T>(
        &self,
        provider: &'static str,
        operation: &'static str,
        call: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        let started = self.clock.now();
        let result = call.await;
        // A clock that was set back meanwhile counts as no time.
        let took = (self.clock.now() - started).to_std().unwrap_or_default();
        let outcome = result
            .as_ref()
            .err()
            .map_or(Outcome::Done, ProviderError::outcome);
        self.meter.called(provider, operation, outcome, took);
        let took_ms = took.as_millis();
        match &result {
            Ok(_) => tracing::info!(
                provider,
                operation,
                outcome = outcome.as_str(),
                took_ms,
                "provider called"
            ),
            Err(error) => tracing::warn!(
                provider,
                operation,
                outcome = outcome.as_str(),
                code = error.code(),
                why = %error,
                took_ms,
                "provider called"
            ),
        }
        result
    }

    /// [`Self::metered`], for a call that sends a message and returns its id.
    pub(crate) async fn metered_sms(
        &self,
        sender: &'static str,
        call: impl Future<Output = Result<Option<String>, ProviderError>>,
    ) -> Result<SmsReceipt, SmsFailure> {
        match self.metered(sender, "send", call).await {
            Ok(message_id) => Ok(SmsReceipt { sender, message_id }),
            Err(error) => Err(error.sms_failure(sender)),
        }
    }

    /// Random lower-case hexadecimal digits, two for each byte.
    pub(crate) fn random_hex<const BYTES: usize>(&self) -> String {
        let mut bytes = [0; BYTES];
        self.entropy.fill(&mut bytes);
        hex::encode(bytes)
    }
}
