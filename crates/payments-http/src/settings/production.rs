//! What production refuses: settings for trying out, and those that expose money, cards or secrets.

mod hosts;
mod limits;
mod sms;
mod tokens;

use payments_store::{Flows, Store};
use secrecy::{ExposeSecret as _, SecretString};

use super::reference::is_reference;
use super::{Risk, Settings};

/// All problems of these settings in production.
pub(super) fn problems(settings: &Settings) -> Vec<String> {
    let never = never(settings)
        .into_iter()
        .filter(|(is_bad, _)| *is_bad)
        .map(|(_, problem)| problem.to_owned());
    let risks = risks(settings)
        .into_iter()
        .filter(|(is_there, risk, _)| *is_there && settings.refuses(*risk))
        .map(|(_, risk, problem)| {
            format!("{problem}; or accept {} (production.accept)", risk.name())
        });
    never
        .chain(risks)
        .chain(limits::problems(settings))
        .chain(sms::problems(settings))
        .chain(hosts::problems(settings))
        .chain(settings.manage.refused_in_production())
        .chain(settings.console.openid_connect.refused_in_production())
        .chain(tokens::problems(settings))
        .chain(tokens::without_person(settings))
        .collect()
}

/// Problems that no operator can accept.
fn never(settings: &Settings) -> [(bool, &'static str); 12] {
    let is_missing = |key: &SecretString| key.expose_secret().trim().is_empty();
    let is_literal =
        |key: &SecretString| !is_missing(key) && !is_reference(key.expose_secret().trim());
    let is_sandbox = |names: &[String]| names.iter().any(|name| name == "sandbox");
    let security = &settings.security;
    [
        (
            settings.session.enable_x_cookie_header,
            "session.enable_x_cookie_header is for trying the API out; production refuses it",
        ),
        (
            settings.demo.enabled,
            "demo.enabled: production has no demo store",
        ),
        (
            is_sandbox(&settings.sms.providers),
            "sms.providers: production refuses the sandbox",
        ),
        (
            is_sandbox(&settings.gateways.enabled),
            "gateways.enabled: production refuses the sandbox",
        ),
        (
            is_missing(&security.key_ring),
            "security.key_ring is missing",
        ),
        (
            is_missing(&security.lasting_key),
            "security.lasting_key is missing",
        ),
        (
            is_literal(&security.key_ring),
            "security.key_ring must be a reference (env:NAME or file:/path), not the keys themselves",
        ),
        (
            is_literal(&security.lasting_key),
            "security.lasting_key must be a reference (env:NAME or file:/path), not the key itself",
        ),
        (
            is_literal(&settings.quotes.keys),
            "quotes.keys must be a reference (env:NAME or file:/path), not the keys themselves",
        ),
        (
            is_literal(&settings.traces.headers),
            "traces.headers must be a reference (env:NAME or file:/path), not the headers themselves",
        ),
        (
            !settings.http.public_url.starts_with("https://"),
            "http.public_url must be what customers reach the service under, with https://",
        ),
        (
            settings.metrics.enabled && settings.metrics.bind.is_empty(),
            "metrics.bind: customers would see /metrics; give it its own address, or set metrics.enabled to false",
        ),
    ]
}

/// Risks that an operator can accept by name in `production.accept`.
fn risks(settings: &Settings) -> [(bool, Risk, &'static str); 7] {
    let is_sqlite = |url: &SecretString| url.expose_secret().starts_with("sqlite:");
    let database = &settings.database;
    let is_exposed = [&database.url, &database.replica_url]
        .into_iter()
        .any(Store::is_exposed);
    let metrics = settings.metrics.address();
    [
        (
            !settings.otp.require_held_card,
            Risk::CodesWithoutCard,
            "otp.require_held_card is false: any account can make the store pay for messages",
        ),
        (
            settings.flows.url.expose_secret() == "memory:",
            Risk::MemoryFlows,
            "flows.url is memory: flows and limits end with the process, and there can be no second one; give a Redis",
        ),
        (
            is_sqlite(&database.url),
            Risk::Sqlite,
            "database.url is SQLite: there can be no second process; give a PostgreSQL",
        ),
        (
            is_exposed,
            Risk::PlaintextDatabase,
            "database.url or database.replica_url leaves this machine without TLS: use sslmode=require",
        ),
        (
            Flows::is_exposed(&settings.flows.url),
            Risk::PlaintextFlows,
            "flows.url leaves this machine without TLS, and sealed cards with it: use rediss:// or ?tls=true",
        ),
        (
            settings.metrics.enabled
                && metrics.is_some_and(|bound| !hosts::is_internal(bound.ip())),
            Risk::PublicMetrics,
            "metrics.bind can be reached from other networks: bind an address of this machine or of a private network",
        ),
        (
            hosts::names_a_sandbox(settings),
            Risk::ProviderSandboxes,
            "gateways.extra_hosts names a provider's sandbox",
        ),
    ]
}
