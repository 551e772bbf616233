//! `payments providers`: which providers there are, and whether the configured ones answer.

use std::fmt::Write as _;
use std::sync::Arc;

use payments_core::catalog::Pos;
use payments_gateways::config::{ConfigKey, Need};
use payments_gateways::outcome::Outcome;
use payments_gateways::providers::{Check, PROVIDERS, Provider, ProviderKind, provider};
use payments_gateways::wiring::{Meter, Unmetered, Wiring};

use super::commands::{CommandError, print};
use crate::adapters::providers::{ProvidersError, wiring};
use crate::assembly::{StartError, assemble};
use crate::settings::Settings;
use crate::state::AppState;

/// Prints what exists, and what each needs in its configuration.
pub(super) fn list() -> Result<(), CommandError> {
    let mut out = String::new();
    for provider in PROVIDERS {
        let place = match provider.kind {
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
        Need::Optional => "",
    }
}

/// Calls every configured provider without doing anything, and prints how it went.
pub(super) async fn check(settings: Settings) -> Result<(), CommandError> {
    let port = settings.http.bind.port();
    let state = assemble(settings, port).await?;
    let meter: Arc<dyn Meter> = Arc::new(Unmetered);
    let wiring = wiring(&state.settings, &state.clock, &state.entropy, &meter)
        .map_err(|error| StartError::Providers(ProvidersError::Client(error)))?;
    let mut lines = Vec::new();
    for name in &state.settings.sms.providers {
        if let Some(provider) = provider(name) {
            lines.push(check_sender(&state, &provider, &wiring).await);
        }
    }
    let snapshot = state.snapshots.current();
    for pos in snapshot.catalog.points_of_sale() {
        if let Some(provider) = tokenizer_of(&state, pos) {
            let check = provider.check(&pos.config, &wiring).await;
            lines.push((format!("pos {}", pos.slug), check));
        }
    }
    print(&table(&lines))?;
    let failing = lines
        .iter()
        .filter(|(_, check)| check.outcome != Outcome::Done);
    match failing.count() {
        0 => Ok(()),
        count => Err(CommandError::ProvidersFail(count)),
    }
}

async fn check_sender(state: &AppState, provider: &Provider, wiring: &Wiring) -> (String, Check) {
    let config = state.settings.sms.settings.get(provider.name);
    let check = provider
        .check(&config.cloned().unwrap_or_default(), wiring)
        .await;
    ("sms".to_owned(), check)
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

fn table(lines: &[(String, Check)]) -> String {
    if lines.is_empty() {
        return "no provider is configured but the sandbox\n".to_owned();
    }
    let mut out = format!(
        "{:<24} {:<13} {:<14} {:<10} problem\n",
        "where", "provider", "outcome", "clock"
    );
    for (place, check) in lines {
        let clock = check
            .clock_skew_seconds
            .map_or_else(|| "?".to_owned(), |seconds| format!("{seconds:+} s"));
        let problem = check.problem.as_deref().unwrap_or_default();
        let line = format!(
            "{place:<24} {:<13} {:<14} {clock:<10} {problem}",
            check.provider,
            check.outcome.as_str()
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}
