//! Secrets that a setting refers to instead of holding them: `env:NAME` and `file:/path`.

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::masked_url::holds_secret;
use super::{Risk, Settings};

/// URLs that may hold a password.
const URLS: [&str; 3] = ["database.url", "database.replica_url", "flows.url"];

/// Whether a setting refers to its value.
pub(super) fn is_reference(text: &str) -> bool {
    text.starts_with("env:") || text.starts_with("file:")
}

/// Follows `env:NAME` and `file:/path`; another text is the value itself.
///
/// # Errors
/// What is wrong, without any of the value.
pub(super) fn follow(text: &str) -> Result<Zeroizing<String>, String> {
    if let Some(variable) = text.strip_prefix("env:") {
        #[expect(clippy::disallowed_methods, reason = "the settings name this variable")]
        let value = std::env::var(variable).map(Zeroizing::new);
        return value.map_err(|_| "names an environment variable that is not set".to_owned());
    }
    if let Some(path) = text.strip_prefix("file:") {
        let content = std::fs::read_to_string(path).map(Zeroizing::new);
        return content.map_err(|error| format!("names a file that cannot be read: {error}"));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

/// Puts what the URLs refer to in their place, notes the service's own references, and says what is wrong.
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

/// What is wrong with who can read a file that holds a key.
pub(super) fn readable_by_all(settings: &Settings, text: &str) -> Option<&'static str> {
    let path = text.strip_prefix("file:")?;
    if !settings.refuses(Risk::ReadableKeyFiles) {
        return None;
    }
    is_world_readable(path)
        .then_some("names a world-readable file: run chmod o= on it, or accept readable_key_files")
}

#[cfg(unix)]
fn is_world_readable(path: &str) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o007 != 0)
}

#[cfg(not(unix))]
fn is_world_readable(_: &str) -> bool {
    false
}
