//! Probes every configured provider, for `payments providers check` and the management API.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use payments_core::catalog::Pos;
use payments_gateways::context::{Meter, ProviderContext, Unmetered};
use payments_gateways::http::{ClientError, Link};
use payments_gateways::outcome::Outcome;
use payments_gateways::provider::{Check, Provider};
use payments_gateways::providers::provider;
use serde_json::{Map, Value};

use crate::state::AppState;
use crate::wiring::providers::{of_pos, sms_config, wiring};

/// A configured provider with the result of its check.
pub(crate) struct CheckedProvider {
    /// `sms`, `pos <slug>` or `pos <slug> (<label of a former account>)`.
    pub(crate) place: String,
    pub(crate) check: Check,
    /// Whether it is called without TLS, which is for fakes on this machine.
    is_plain: bool,
}

/// The maximum number of probes at the same time: a provider may limit requests.
const AT_ONCE: usize = 4;

/// Probes all providers with a client of its own: a circuit breaker that is open does not prevent it.
///
/// # Errors
/// [`ClientError`] if the client cannot be built.
pub(crate) async fn check_all(state: &AppState) -> Result<Vec<CheckedProvider>, ClientError> {
    let meter: Arc<dyn Meter> = Arc::new(Unmetered);
    let wiring = wiring(&state.settings, &state.clock, &state.entropy, &meter)?;
    let of_gateways = of_pos(&state.settings, wiring.clone());
    let mut probes = Vec::new();
    for name in &state.settings.sms.providers {
        if let Some(provider) = provider(name) {
            let config = sms_config(&state.settings, name);
            probes.push(probe("sms".to_owned(), provider, config, &wiring));
        }
    }
    let snapshot = state.snapshots.current();
    for pos in snapshot.catalog.points_of_sale() {
        if let Some(provider) = tokenizer_of(state, pos) {
            let place = format!("pos {}", pos.slug);
            let config = pos.present_config();
            probes.push(probe(place, provider, config, &of_gateways));
            for (label, config) in pos.former_accounts() {
                let place = format!("pos {} ({label})", pos.slug);
                probes.push(probe(place, provider, config.clone(), &of_gateways));
            }
        }
    }
    Ok(stream::iter(probes).buffered(AT_ONCE).collect().await)
}

async fn probe(
    place: String,
    provider: Provider,
    config: Map<String, Value>,
    wiring: &ProviderContext,
) -> CheckedProvider {
    let base_url = config.get("base_url").and_then(Value::as_str);
    CheckedProvider {
        is_plain: base_url.is_some_and(|url| url.starts_with("http://")),
        place,
        check: provider.check(&config, wiring).await,
    }
}

/// The provider of an active point of sale that may save cards.
fn tokenizer_of(state: &AppState, pos: &Pos) -> Option<Provider> {
    let gateway = pos.gateway.as_str();
    let mut enabled = state.settings.gateways.enabled.iter();
    let is_enabled = enabled.any(|name| name == gateway);
    provider(gateway).filter(|_| pos.is_active && is_enabled)
}

impl CheckedProvider {
    /// Whether it responded and accepted the credentials.
    pub(crate) fn is_ok(&self) -> bool {
        self.check.outcome == Outcome::Done
    }

    /// Whether it could be connected to, if that was tried.
    pub(crate) const fn is_reached(&self) -> Option<bool> {
        match self.check.link {
            Link::NotTried => None,
            Link::Unreachable => Some(false),
            Link::TlsRefused | Link::NoAnswer | Link::Answered => Some(true),
        }
    }

    /// Whether its certificate was acceptable, if there was a connection: `ok`, `refused`, or `none` without TLS.
    pub(crate) const fn tls(&self) -> Option<&'static str> {
        match self.check.link {
            Link::NotTried | Link::Unreachable => None,
            Link::TlsRefused => Some("refused"),
            Link::NoAnswer | Link::Answered if self.is_plain => Some("none"),
            Link::NoAnswer | Link::Answered => Some("ok"),
        }
    }

    /// Whether the credentials were accepted, if known: `ok` or `wrong`.
    pub(crate) const fn credentials(&self) -> Option<&'static str> {
        match (self.check.link, self.check.outcome) {
            (Link::Answered, Outcome::Done) => Some("ok"),
            (Link::Answered | Link::NotTried, Outcome::Misconfigured) => Some("wrong"),
            _ => None,
        }
    }

    /// The problem, and the setting to check if the provider does not name it.
    pub(crate) fn problem(&self) -> Option<String> {
        let hint = match (self.check.link, self.check.outcome) {
            (Link::Unreachable, _) => " (base_url, and this machine's way out)",
            (Link::TlsRefused, _) => " (base_url; gateways.ca_file for an authority of your own)",
            (Link::NoAnswer, _) => " (base_url, gateways.total_timeout_milliseconds)",
            (Link::Answered, Outcome::Unknown) => " (base_url: is this the provider?)",
            (Link::NotTried | Link::Answered, _) => "",
        };
        let problem = self.check.problem.as_deref();
        problem.map(|problem| format!("{problem}{hint}"))
    }
}
