//! Finds the settings that `serve` would refuse, without connecting to anything.

use payments_gateways::provider::ProviderKind;
use payments_gateways::providers::provider;

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
    problems.extend(of_providers(settings));
    if let Err(error) = stores::check(settings) {
        problems.push(error.to_string());
    }
    problems
}

/// In development a sender's configuration may still lack its secrets: there, only names and authorities are checked. The
/// sandbox alone needs no client, as when serving.
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
    if settings.is_production() {
        return providers::problems(settings);
    }
    let is_sender = |name: &str| provider(name).is_some_and(|one| one.kind() == ProviderKind::Sms);
    let mut unset = settings.clone();
    unset.sms.providers.retain(|name| !is_sender(name));
    providers::problems(&unset)
}
