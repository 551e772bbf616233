//! `payments providers`: which providers there are, and whether the configured ones answer.

use std::fmt::Write as _;

use payments_gateways::config::{ConfigKey, Need};
use payments_gateways::provider::ProviderKind;
use payments_gateways::providers::PROVIDERS;

use super::commands::{CommandError, print};
use crate::provider_check::{CheckedProvider, check_all};
use crate::settings::Settings;
use crate::wiring::assembly::{StartError, assemble};
use crate::wiring::providers::ProvidersError;

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
    let checked = check_all(&state)
        .await
        .map_err(|error| StartError::Providers(ProvidersError::Client(error)))?;
    print(&table(&checked))?;
    match checked.iter().filter(|one| !one.is_ok()).count() {
        0 => Ok(()),
        count => Err(CommandError::ProvidersFail(count)),
    }
}

fn table(checked: &[CheckedProvider]) -> String {
    if checked.is_empty() {
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
    for one in checked {
        let clock = one
            .check
            .clock_skew_seconds
            .map_or_else(|| "?".to_owned(), |seconds| format!("{seconds:+} s"));
        let reached = match one.is_reached() {
            None => "?",
            Some(true) => "yes",
            Some(false) => "no",
        };
        let columns = [
            &one.place,
            one.check.provider,
            reached,
            one.tls().unwrap_or("?"),
            one.credentials().unwrap_or("?"),
            &clock,
        ];
        write_line(&mut out, columns, &one.problem().unwrap_or_default());
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
