//! The context that every adapter is built with.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use payments_core::ports::{Clock, Entropy, SmsFailure};
use payments_core::sms::SmsReceipt;

use crate::config::ConfigScope;
use crate::http::Outgoing;
use crate::outcome::{Outcome, ProviderError};
use crate::secret::SecretSource;

/// Counts calls to providers.
pub trait Meter: Send + Sync {
    /// Records a finished call to `provider`. `operation` is one of a few fixed words.
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
    /// Measures how long calls take and the skew of providers' clocks.
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

    /// Awaits a call, and reports its outcome to the meter and the log.
    pub(crate) async fn metered<T>(
        &self,
        provider: &'static str,
        operation: &'static str,
        call: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        let started = self.clock.now();
        let span = payments_spans::provider_operation(provider, operation);
        let outcome = |error: &ProviderError| error.outcome().as_str();
        let result = payments_spans::within(span, call, outcome).await;
        // If the clock was set back during the call, the duration is zero.
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
