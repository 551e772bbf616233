//! Finds the settings that `serve` would refuse, without connecting to anything.

use crate::entropy::SystemEntropy;
use crate::settings::{self, BadSettings, Settings};
use crate::wiring::providers::{self, SANDBOX};
use crate::wiring::stores;

/// Problems of keys, providers and stores, beyond those of the settings themselves.
pub(super) fn problems(settings: &Settings) -> Vec<String> {
    let mut problems = Vec::new();
    if let Err(BadSettings { problems: of_keys }) = settings::check_keys(settings, &SystemEntropy) {
        problems.extend(of_keys);
    }
    if let Err(BadSettings {
        problems: of_quotes,
    }) = settings::check_quote_seeds(settings, &SystemEntropy)
    {
        problems.extend(of_quotes);
    }
    if let Err(BadSettings {
        problems: of_client,
    }) = settings.console.openid_connect.secret()
    {
        problems.extend(of_client);
    }
    if let Err(BadSettings {
        problems: of_traces,
    }) = settings.traces.headers()
    {
        problems.extend(of_traces);
    }
    problems.extend(of_providers(settings));
    if let Err(error) = stores::check(settings) {
        problems.push(error.to_string());
    }
    problems
}

/// The sandbox alone needs no client, as when serving.
fn of_providers(settings: &Settings) -> Vec<String> {
    let names = settings
        .sms
        .providers
        .iter()
        .chain(settings.sms.settings.keys())
        .chain(&settings.gateways.enabled);
    let mut others = names.filter(|name| *name != SANDBOX);
    if others.next().is_none() && settings.gateways.ca_file.is_empty() {
        return Vec::new();
    }
    providers::problems(settings)
}
