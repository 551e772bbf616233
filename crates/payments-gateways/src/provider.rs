//! A provider: its configuration, the constructor of its adapter, and its check.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use payments_core::ports::Tokenizer;
use serde_json::{Map, Value};

use crate::config::{ConfigError, ConfigKey, ConfigScope};
use crate::context::ProviderContext;
use crate::http::{Answer, Call, Hosts, Link};
use crate::instrument::InstrumentNames;
use crate::outcome::{Outcome, ProviderError};
use crate::sms::{NumberPlan, SmsAdapter};

/// The kind of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    /// Stores cards; configured in a point of sale.
    Tokenizer,
    /// Sends codes; configured in the settings.
    Sms,
}

/// A provider with an adapter.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// Its name in configurations.
    pub name: &'static str,
    /// The hosts of its API.
    pub hosts: Hosts,
    /// The keys of its configuration.
    pub keys: &'static [ConfigKey],
    pub(crate) constructor: Constructor,
    pub(crate) check: fn(&Map<String, Value>, ConfigScope<'_>) -> Result<(), ConfigError>,
    pub(crate) probe: fn(&Map<String, Value>, &ProviderContext) -> Result<Probe, ConfigError>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Constructor {
    /// A tokenizer is configured by each point of sale.
    Tokenizer(fn(ProviderContext) -> Arc<dyn Tokenizer>, InstrumentNames),
    Sms(fn(Map<String, Value>, NumberPlan, ProviderContext) -> Result<SmsAdapter, ConfigError>),
}

/// The cheapest call without side effects that needs valid credentials.
pub(crate) struct Probe {
    pub(crate) call: Call,
    pub(crate) interpret: fn(&Answer) -> Result<(), ProviderError>,
}

/// The result of checking a configured provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The provider's name.
    pub provider: &'static str,
    /// How far the check's call got.
    pub link: Link,
    /// [`Outcome::Done`] if it responded and accepted our credentials.
    pub outcome: Outcome,
    /// What is wrong, for an operator. Names the setting that is wrong, never a secret.
    pub problem: Option<String>,
    /// How many seconds its clock is ahead of ours, if it sent a `Date`.
    pub clock_skew_seconds: Option<i64>,
}

impl Provider {
    /// Whether it stores cards or sends codes.
    pub const fn kind(&self) -> ProviderKind {
        match self.constructor {
            Constructor::Tokenizer(..) => ProviderKind::Tokenizer,
            Constructor::Sms(_) => ProviderKind::Sms,
        }
    }

    /// Checks a configuration: its keys, its URL, and that its secrets resolve. Builds no client and makes no call.
    ///
    /// # Errors
    /// [`ConfigError`] names the key that is wrong.
    pub fn check_config(
        &self,
        config: &Map<String, Value>,
        scope: ConfigScope<'_>,
    ) -> Result<(), ConfigError> {
        (self.check)(config, scope)
    }

    /// Makes the cheapest harmless call that needs working credentials.
    pub async fn check(&self, config: &Map<String, Value>, context: &ProviderContext) -> Check {
        let mut clock_skew_seconds = None;
        let mut link = Link::NotTried;
        let mut status = None;
        let probed = async {
            let probe = (self.probe)(config, context)?;
            let answer = context.http.send(self.name, probe.call).await;
            link = answer
                .as_ref()
                .map_or_else(|failure| failure.link(), |_| Link::Answered);
            let answer = answer?;
            clock_skew_seconds = answer
                .date()
                .and_then(|date| skew(date, context.clock.now()));
            status = Some(answer.status());
            (probe.interpret)(&answer)
        };
        let error = context.metered(self.name, "check", probed).await.err();
        Check {
            provider: self.name,
            link,
            outcome: error.as_ref().map_or(Outcome::Done, ProviderError::outcome),
            problem: error.map(|error| problem(&error, status)),
            clock_skew_seconds,
        }
    }
}

/// Adds the HTTP status if the response itself is unknown.
fn problem(error: &ProviderError, http_status: Option<u16>) -> String {
    match (error, http_status) {
        (ProviderError::Unknown { .. }, Some(status)) => format!("{error}, HTTP {status}"),
        (other, _) => other.to_string(),
    }
}

fn skew(date: &str, now: DateTime<Utc>) -> Option<i64> {
    let theirs = DateTime::parse_from_rfc2822(date).ok()?;
    Some((theirs.to_utc() - now).num_seconds())
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};

    use super::skew;

    #[test]
    fn the_skew_of_a_providers_clock_is_reported() {
        let now = Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap();
        assert_eq!(skew("Sun, 22 Nov 2026 12:00:07 GMT", now), Some(7));
        assert_eq!(skew("Sun, 22 Nov 2026 11:59:00 GMT", now), Some(-60));
        assert_eq!(skew("yesterday", now), None);
    }
}
