//! The providers there are: what each needs, how it is set up, and whether it answers.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use payments_core::ports::{SmsSender, Tokenizer, Tokenizers};
use serde_json::{Map, Value};

use crate::config::{ConfigError, ConfigKey};
use crate::context::ProviderContext;
use crate::craftgate::{self, CraftgateTokenizer};
use crate::http::{Answer, Call, Link};
use crate::iletimerkezi::{self, IletiMerkeziSms};
use crate::iyzico::{self, IyzicoTokenizer};
use crate::netgsm::{self, NetgsmSms};
use crate::outcome::{Outcome, ProviderError};
use crate::sms::{FailoverSms, NumberPlan};
use crate::stripe::{self, StripeTokenizer};
use crate::twilio::{self, TwilioSms};

/// What a provider does for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    /// Stores cards; configured in a point of sale.
    Tokenizer,
    /// Sends codes; configured in the settings.
    Sms,
}

/// A provider there is an adapter for.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// Its name in configurations.
    pub name: &'static str,
    /// What it does.
    pub kind: ProviderKind,
    /// What its configuration says.
    pub keys: &'static [ConfigKey],
    probe: MakeProbe,
}

type MakeProbe = fn(&Map<String, Value>, &ProviderContext) -> Result<Probe, ConfigError>;

/// A harmless call that needs working credentials, and how to read its answer.
pub(crate) struct Probe {
    pub(crate) call: Call,
    pub(crate) interpret: fn(&Answer) -> Result<(), ProviderError>,
}

const fn saving_cards(
    name: &'static str,
    keys: &'static [ConfigKey],
    probe: MakeProbe,
) -> Provider {
    Provider {
        name,
        kind: ProviderKind::Tokenizer,
        keys,
        probe,
    }
}

const fn sending_codes(
    name: &'static str,
    keys: &'static [ConfigKey],
    probe: MakeProbe,
) -> Provider {
    Provider {
        name,
        kind: ProviderKind::Sms,
        keys,
        probe,
    }
}

/// Every provider, the tokenizers first. (The sandbox is none.)
pub const PROVIDERS: [Provider; 6] = [
    saving_cards("iyzico", iyzico::KEYS, iyzico::probe),
    saving_cards("craftgate", craftgate::KEYS, craftgate::probe),
    saving_cards("stripe", stripe::KEYS, stripe::probe),
    sending_codes("netgsm", netgsm::KEYS, netgsm::probe),
    sending_codes("iletimerkezi", iletimerkezi::KEYS, iletimerkezi::probe),
    sending_codes("twilio", twilio::KEYS, twilio::probe),
];

/// A provider by its name.
pub fn provider(name: &str) -> Option<Provider> {
    PROVIDERS.into_iter().find(|provider| provider.name == name)
}

/// The tokenizer of a gateway's name; none if there is no such gateway.
pub fn tokenizer(name: &str, context: ProviderContext) -> Option<Arc<dyn Tokenizer>> {
    match name {
        "iyzico" => Some(IyzicoTokenizer::new(context)),
        "craftgate" => Some(CraftgateTokenizer::new(context)),
        "stripe" => Some(StripeTokenizer::new(context)),
        _ => None,
    }
}

/// Every tokenizer, by gateway name.
pub fn tokenizers(context: &ProviderContext) -> Tokenizers {
    let add = |all: Tokenizers, provider: Provider| {
        let found = tokenizer(provider.name, context.clone());
        match found {
            Some(tokenizer) => all.with(provider.name, tokenizer),
            None => all,
        }
    };
    PROVIDERS.into_iter().fold(Tokenizers::default(), add)
}

/// The SMS sender of a name.
///
/// # Errors
/// [`ConfigError`] names the key that is wrong, or says under the name itself that there is no such sender.
pub fn sms_sender(
    name: &str,
    config: Map<String, Value>,
    plan: NumberPlan,
    context: ProviderContext,
) -> Result<Arc<dyn SmsSender>, ConfigError> {
    match name {
        "netgsm" => Ok(NetgsmSms::new(config, plan, context)?),
        "iletimerkezi" => Ok(IletiMerkeziSms::new(config, plan, context)?),
        "twilio" => Ok(TwilioSms::new(config, plan, context)?),
        _ => {
            let senders = PROVIDERS
                .iter()
                .filter(|provider| provider.kind == ProviderKind::Sms);
            let names: Vec<_> = senders.map(|provider| provider.name).collect();
            let problem = format!("no such SMS provider; there are {}", names.join(", "));
            Err(ConfigError::new(name, problem))
        }
    }
}

/// A sender by its name, with its configuration.
pub type NamedSender = (String, Map<String, Value>);

/// The senders of a list, the first choice first; see [`FailoverSms`].
///
/// # Errors
/// As for [`sms_sender`].
pub fn sms_chain(
    senders: &[NamedSender],
    plan: &NumberPlan,
    resend_when_unknown: bool,
    context: &ProviderContext,
) -> Result<Arc<dyn SmsSender>, ConfigError> {
    let set_up = |(name, config): &NamedSender| {
        sms_sender(name, config.clone(), plan.clone(), context.clone())
    };
    let senders = senders.iter().map(set_up).collect::<Result<_, _>>()?;
    Ok(FailoverSms::new(senders, resend_when_unknown))
}

/// What a check of a configured provider found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which provider.
    pub provider: &'static str,
    /// How far the call came.
    pub link: Link,
    /// [`Outcome::Done`] when it answered and accepted our credentials.
    pub outcome: Outcome,
    /// What is wrong, for an operator; names the setting where one is wrong, never a secret.
    pub problem: Option<String>,
    /// How many seconds its clock is ahead of ours, if it said the time.
    pub clock_skew_seconds: Option<i64>,
}

impl Provider {
    /// Whether a configuration could be used: its keys, its URL, and whether its secrets are there. Nothing is sent.
    ///
    /// # Errors
    /// [`ConfigError`] names the key that is wrong.
    pub fn check_config(
        &self,
        config: &Map<String, Value>,
        context: &ProviderContext,
    ) -> Result<(), ConfigError> {
        (self.probe)(config, context).map(|_| ())
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

/// An answer that says nothing we know may at least have a status that does.
fn problem(error: &ProviderError, http_status: Option<u16>) -> String {
    match (error, http_status) {
        (ProviderError::Unknown { .. }, Some(status)) => format!("{error}, HTTP {status}"),
        (other, _) => other.to_string(),
    }
}

/// Seconds from our time to a `Date` header's.
fn skew(date: &str, now: DateTime<Utc>) -> Option<i64> {
    let theirs = DateTime::parse_from_rfc2822(date).ok()?;
    Some((theirs.to_utc() - now).num_seconds())
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};

    use super::skew;

    #[test]
    fn a_clock_ahead_of_ours_is_told() {
        let now = Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap();
        assert_eq!(skew("Sun, 22 Nov 2026 12:00:07 GMT", now), Some(7));
        assert_eq!(skew("Sun, 22 Nov 2026 11:59:00 GMT", now), Some(-60));
        assert_eq!(skew("yesterday", now), None);
    }
}
