//! References to secrets: `env:NAME` and `file:/path`.

use zeroize::Zeroizing;

use super::{Risk, Settings};

/// Whether a setting refers to its value.
pub(super) fn is_reference(text: &str) -> bool {
    text.starts_with("env:") || text.starts_with("file:")
}

/// Follows `env:NAME` and `file:/path`; another text is the value itself. The error does not contain the value.
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
