//! The table of providers, and their adapters by name.

use std::sync::Arc;

use payments_core::ports::{SmsSender, Tokenizer, Tokenizers};
use serde_json::{Map, Value};

use crate::config::ConfigError;
use crate::context::ProviderContext;
use crate::http::{AllowedHosts, ClientError, HttpSettings, Outgoing};
use crate::instrument::InstrumentNames;
use crate::provider::{Constructor, Provider, ProviderKind};
use crate::sms::{FailoverSms, NumberPlan, SmsAdapter};
use crate::{craftgate, iletimerkezi, iyzico, netgsm, stripe, twilio};

/// Every provider, the tokenizers first, without the sandbox.
pub const PROVIDERS: [Provider; 6] = [
    iyzico::PROVIDER,
    craftgate::PROVIDER,
    stripe::PROVIDER,
    netgsm::PROVIDER,
    iletimerkezi::PROVIDER,
    twilio::PROVIDER,
];

/// Finds a provider by its name.
pub fn provider(name: &str) -> Option<Provider> {
    PROVIDERS.into_iter().find(|provider| provider.name == name)
}

/// The hosts that may be called: the providers' own and `extra` ones, each `host` (port 443) or `host:port`.
pub fn allowed_hosts(extra: &[String], sandboxes_allowed: bool) -> AllowedHosts {
    let hosts = PROVIDERS.iter().map(|provider| provider.hosts);
    AllowedHosts::new(hosts, extra, sandboxes_allowed)
}

/// Builds the client that calls providers.
///
/// # Errors
/// [`ClientError`] if its settings or certificate authorities are unusable.
pub fn http_client(settings: &HttpSettings) -> Result<Outgoing, ClientError> {
    let hosts = allowed_hosts(&settings.extra_hosts, settings.sandboxes_allowed);
    Outgoing::new(settings, hosts)
}

/// Builds the tokenizer of a gateway; `None` for an unknown name.
pub fn tokenizer(name: &str, context: ProviderContext) -> Option<Arc<dyn Tokenizer>> {
    match provider(name)?.constructor {
        Constructor::Tokenizer(build, _) => Some(build(context)),
        Constructor::Sms(_) => None,
    }
}

/// A gateway's own names for the parts of an instrument; `None` for an unknown name.
pub fn instrument_names(gateway: &str) -> Option<InstrumentNames> {
    match provider(gateway)?.constructor {
        Constructor::Tokenizer(_, names) => Some(names),
        Constructor::Sms(_) => None,
    }
}

/// Builds every tokenizer, by gateway name.
pub fn tokenizers(context: &ProviderContext) -> Tokenizers {
    let add = |all: Tokenizers, provider: &Provider| match provider.constructor {
        Constructor::Tokenizer(build, _) => all.with(provider.name, build(context.clone())),
        Constructor::Sms(_) => all,
    };
    PROVIDERS.iter().fold(Tokenizers::default(), add)
}

/// Builds an SMS adapter by its name: the sender, and its delivery reports if they have to be polled. Both are the same
/// object: build it once.
///
/// # Errors
/// [`ConfigError`] names the wrong key. If there is no such SMS provider, its key is the name itself.
pub fn sms_adapter(
    name: &str,
    config: Map<String, Value>,
    plan: NumberPlan,
    context: ProviderContext,
) -> Result<SmsAdapter, ConfigError> {
    match provider(name).map(|provider| provider.constructor) {
        Some(Constructor::Sms(build)) => build(config, plan, context),
        Some(Constructor::Tokenizer(..)) | None => {
            let senders = PROVIDERS
                .iter()
                .filter(|provider| provider.kind() == ProviderKind::Sms);
            let names: Vec<_> = senders.map(|provider| provider.name).collect();
            let problem = format!("no such SMS provider; there are {}", names.join(", "));
            Err(ConfigError::new(name, problem))
        }
    }
}

/// Builds an SMS sender by its name.
///
/// # Errors
/// [`ConfigError`], as for [`sms_adapter`].
pub fn sms_sender(
    name: &str,
    config: Map<String, Value>,
    plan: NumberPlan,
    context: ProviderContext,
) -> Result<Arc<dyn SmsSender>, ConfigError> {
    sms_adapter(name, config, plan, context).map(|adapter| adapter.sender)
}

/// A sender by its name, with its configuration.
pub type NamedSender = (String, Map<String, Value>);

/// Builds a chain of senders, the first choice first; see [`FailoverSms`].
///
/// # Errors
/// [`ConfigError`], as for [`sms_adapter`].
pub fn sms_chain(
    senders: &[NamedSender],
    plan: &NumberPlan,
    resend_when_unknown: bool,
    context: &ProviderContext,
) -> Result<Arc<dyn SmsSender>, ConfigError> {
    let build = |(name, config): &NamedSender| {
        sms_sender(name, config.clone(), plan.clone(), context.clone())
    };
    let senders = senders.iter().map(build).collect::<Result<_, _>>()?;
    Ok(FailoverSms::new(senders, resend_when_unknown))
}

#[cfg(test)]
mod tests {
    use super::instrument_names;

    #[test]
    fn a_gateways_own_names_are_those_of_its_payment_api() {
        let names = |gateway| instrument_names(gateway).map(|one| (one.customer_key, one.token));
        for gateway in ["iyzico", "craftgate"] {
            assert_eq!(names(gateway), Some(("cardUserKey", "cardToken")));
        }
        assert_eq!(names("stripe"), Some(("customer", "payment_method")));
        assert_eq!(names("netgsm"), None, "it stores no cards");
        assert_eq!(names("unknown"), None);
    }
}
