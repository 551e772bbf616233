//! The service's own references: the URLs that are given by one, and what no point of sale may name.

use secrecy::{ExposeSecret as _, SecretString};

use super::Settings;
use super::masked_url::holds_secret;
use super::reference::{follow, is_reference};

/// URLs that may hold a password.
const URLS: [&str; 3] = ["database.url", "database.replica_url", "flows.url"];

/// Replaces URLs given by reference, records the service's own references, and returns what is wrong.
pub(super) fn resolve(settings: &mut Settings) -> Vec<String> {
    settings.own_references = own_references(settings);
    let is_production = settings.is_production();
    let urls = [
        &mut settings.database.url,
        &mut settings.database.replica_url,
        &mut settings.flows.url,
    ];
    let mut problems = Vec::new();
    for (name, url) in URLS.into_iter().zip(urls) {
        let written = url.expose_secret();
        if is_reference(written) {
            match follow(written) {
                Ok(text) => *url = SecretString::from(text.trim()),
                Err(problem) => problems.push(format!("{name} {problem}")),
            }
        } else if is_production && holds_secret(written) {
            problems.push(format!(
                "{name} holds a password: give the whole URL by a reference (env:NAME or file:/path)"
            ));
        }
    }
    problems
}

fn own_references(settings: &Settings) -> Vec<String> {
    let secrets = [
        &settings.security.key_ring,
        &settings.security.lasting_key,
        &settings.quotes.keys,
        &settings.console.openid_connect.client_secret,
        &settings.traces.headers,
        &settings.database.url,
        &settings.database.replica_url,
        &settings.flows.url,
    ];
    let secrets = secrets.into_iter().map(SecretString::expose_secret);
    let of_senders = settings
        .sms
        .settings
        .values()
        .flat_map(|sender| sender.values());
    secrets
        .chain(of_senders.filter_map(serde_json::Value::as_str))
        .filter(|text| is_reference(text))
        .map(str::to_owned)
        .collect()
}
