//! `payments providers`: which providers there are, and whether the configured ones answer.

use std::fmt::Write as _;
use std::sync::Arc;

use payments_core::catalog::Pos;
use payments_gateways::config::{ConfigKey, Need};
use payments_gateways::context::{Meter, ProviderContext, Unmetered};
use payments_gateways::http::Link;
use payments_gateways::outcome::Outcome;
use payments_gateways::provider::{Check, Provider, ProviderKind};
use payments_gateways::providers::{PROVIDERS, provider};
use serde_json::{Map, Value};

use super::commands::{CommandError, print};
use crate::settings::Settings;
use crate::state::AppState;
use crate::wiring::assembly::{StartError, assemble};
use crate::wiring::providers::{ProvidersError, of_pos, sms_config, wiring};

/// Prints all providers and their configuration keys.
pub(super) fn list() -> Result<(), CommandError> {
    let mut out = String::new();
    for provider in PROVIDERS {
        let place = match provider.kind() {
            ProviderKind::Tokenizer => "saves cards; the `config` of a point of sale",
            ProviderKind::Sms => "sends codes; [sms.settings.<name>]",
        };
        let _ = writeln!(out, "{}: {place}", provider.name);
        for key in provider.keys {
            let _ = writeln!(out, "  {:<22} {:<9} {}", key.name, need(key), key.meaning);
        }
    }
    print(&out)
}

const fn need(key: &ConfigKey) -> &'static str {
    match key.need {
        Need::Required => "required",
        Need::Secret => "secret",
        Need::OptionalSecret | Need::Optional => "",
    }
}

/// Probes every configured provider and prints the results.
pub(super) async fn check(settings: Settings) -> Result<(), CommandError> {
    let port = settings.http.bind.port();
    let state = assemble(settings, port).await?;
    let meter: Arc<dyn Meter> = Arc::new(Unmetered);
    let wiring = wiring(&state.settings, &state.clock, &state.entropy, &meter)
        .map_err(|error| StartError::Providers(ProvidersError::Client(error)))?;
    let mut lines = Vec::new();
    for name in &state.settings.sms.providers {
        if let Some(provider) = provider(name) {
            let config = sms_config(&state.settings, name);
            lines.push(Line::of("sms".to_owned(), &provider, &config, &wiring).await);
        }
    }
    let snapshot = state.snapshots.current();
    for pos in snapshot.catalog.points_of_sale() {
        if let Some(provider) = tokenizer_of(&state, pos) {
            let place = format!("pos {}", pos.slug);
            let config = pos.present_config();
            let wiring = of_pos(&state.settings, wiring.clone());
            lines.push(Line::of(place, &provider, &config, &wiring).await);
            for (label, config) in pos.former_accounts() {
                let place = format!("pos {} ({label})", pos.slug);
                lines.push(Line::of(place, &provider, config, &wiring).await);
            }
        }
    }
    print(&table(&lines))?;
    let failing = lines
        .iter()
        .filter(|line| line.check.outcome != Outcome::Done);
    match failing.count() {
        0 => Ok(()),
        count => Err(CommandError::ProvidersFail(count)),
    }
}

/// A configured provider with the result of its check.
struct Line {
    place: String,
    check: Check,
    /// Whether it is called without TLS, which is for fakes on this machine.
    is_plain: bool,
}

impl Line {
    async fn of(
        place: String,
        provider: &Provider,
        config: &Map<String, Value>,
        wiring: &ProviderContext,
    ) -> Self {
        let base_url = config.get("base_url").and_then(Value::as_str);
        Self {
            place,
            check: provider.check(config, wiring).await,
            is_plain: base_url.is_some_and(|url| url.starts_with("http://")),
        }
    }
}

/// The provider of an active point of sale that may save cards.
fn tokenizer_of(state: &AppState, pos: &Pos) -> Option<Provider> {
    let gateway = pos.gateway.as_str();
    let is_enabled = state
        .settings
        .gateways
        .enabled
        .iter()
        .any(|name| name == gateway);
    provider(gateway).filter(|_| pos.is_active && is_enabled)
}

fn table(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "no provider is configured but the sandbox\n".to_owned();
    }
    let mut out = String::new();
    let header = [
        "where",
        "provider",
        "reached",
        "TLS",
        "credentials",
        "clock",
    ];
    write_line(&mut out, header, "problem");
    for Line {
        place,
        check,
        is_plain,
    } in lines
    {
        let clock = check
            .clock_skew_seconds
            .map_or_else(|| "?".to_owned(), |seconds| format!("{seconds:+} s"));
        let [reached, tls] = link_words(check.link, *is_plain);
        let columns = [
            place,
            check.provider,
            reached,
            tls,
            credentials(check),
            &clock,
        ];
        write_line(&mut out, columns, &problem(check));
    }
    out
}

fn write_line(out: &mut String, columns: [&str; 6], problem: &str) {
    let [place, provider, reached, tls, credentials, clock] = columns;
    let line = format!(
        "{place:<24} {provider:<13} {reached:<8} {tls:<8} {credentials:<12} {clock:<8} {problem}"
    );
    let _ = writeln!(out, "{}", line.trim_end());
}

/// Whether the provider was reached, and whether its certificate was acceptable.
const fn link_words(link: Link, is_plain: bool) -> [&'static str; 2] {
    match link {
        Link::NotTried => ["?", "?"],
        Link::Unreachable => ["no", "?"],
        Link::TlsRefused => ["yes", "refused"],
        Link::NoAnswer | Link::Answered if is_plain => ["yes", "none"],
        Link::NoAnswer | Link::Answered => ["yes", "ok"],
    }
}

/// The problem, and the setting to check if the provider does not name it.
fn problem(check: &Check) -> String {
    let hint = match (check.link, check.outcome) {
        (Link::Unreachable, _) => " (base_url, and this machine's way out)",
        (Link::TlsRefused, _) => " (base_url; gateways.ca_file for an authority of your own)",
        (Link::NoAnswer, _) => " (base_url, gateways.total_timeout_milliseconds)",
        (Link::Answered, Outcome::Unknown) => " (base_url: is this the provider?)",
        (Link::NotTried | Link::Answered, _) => "",
    };
    let problem = check.problem.as_deref();
    problem.map_or_else(String::new, |problem| format!("{problem}{hint}"))
}

/// Whether the credentials were accepted, if known.
const fn credentials(check: &Check) -> &'static str {
    match (check.link, check.outcome) {
        (Link::Answered, Outcome::Done) => "ok",
        (Link::Answered | Link::NotTried, Outcome::Misconfigured) => "wrong",
        _ => "?",
    }
}
