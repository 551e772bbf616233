//! The keys everything secret is derived from.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payments_core::ports::Entropy;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::{BadSettings, Environment, Security};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// A key with its id.
#[derive(Clone)]
pub struct SecretKey {
    /// Says in sealed entries which key sealed them.
    pub id: String,
    /// 256 bits.
    pub bytes: Zeroizing<[u8; KEY_BYTES]>,
}

/// The keys, newest first: the first seals and signs, the others only open and check.
#[derive(Clone)]
pub struct KeyRing {
    /// Never empty.
    pub keys: Vec<SecretKey>,
}

impl KeyRing {
    /// The keys the settings give; in development, where they give none, the key made up at the first start.
    ///
    /// # Errors
    /// [`BadSettings`] naming `security.key_ring`, without any of its content.
    pub fn of(
        security: &Security,
        environment: Environment,
        entropy: &dyn Entropy,
    ) -> Result<Self, BadSettings> {
        let text = security.key_ring.expose_secret();
        match (text.trim(), environment) {
            ("", Environment::Production) => Err(bad("is missing")),
            ("", Environment::Development) => made_up(Path::new(&security.key_file), entropy),
            (text, _) => parse(&dereference(text)?),
        }
    }
}

fn bad(what: &str) -> BadSettings {
    BadSettings::one(format!("security.key_ring {what}"))
}

/// Follows `env:NAME` and `file:/path`.
fn dereference(text: &str) -> Result<Zeroizing<String>, BadSettings> {
    if let Some(name) = text.strip_prefix("env:") {
        #[expect(clippy::disallowed_methods, reason = "the settings name this variable")]
        let value = std::env::var(name);
        return value.map(Zeroizing::new).map_err(|_| bad("names an environment variable that is not set"));
    }
    if let Some(path) = text.strip_prefix("file:") {
        let content = std::fs::read_to_string(path);
        return content.map(Zeroizing::new).map_err(|error| bad(&format!("names a file that cannot be read: {error}")));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

fn parse(text: &str) -> Result<KeyRing, BadSettings> {
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let keys = entries.map(parse_key).collect::<Option<Vec<_>>>();
    match keys {
        Some(keys) if !keys.is_empty() => Ok(KeyRing { keys }),
        _ => Err(bad("needs entries of the form <id>:<32 bytes in base64>, joined by commas")),
    }
}

fn parse_key(entry: &str) -> Option<SecretKey> {
    let (id, encoded) = entry.split_once(':')?;
    let is_id = (1..=16).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let decoded = Zeroizing::new(STANDARD.decode(encoded).ok()?);
    let bytes = <[u8; KEY_BYTES]>::try_from(decoded.as_slice()).ok()?;
    is_id.then(|| SecretKey { id: id.to_owned(), bytes: Zeroizing::new(bytes) })
}

/// Reads the made-up key, or makes one up: a restarted demo still opens what it sealed.
fn made_up(path: &Path, entropy: &dyn Entropy) -> Result<KeyRing, BadSettings> {
    let failed = |error: std::io::Error| {
        BadSettings::one(format!("security.key_file {} cannot be used: {error}", path.display()))
    };
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&Zeroizing::new(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut bytes = Zeroizing::new([0; KEY_BYTES]);
            entropy.fill(&mut *bytes);
            let text = Zeroizing::new(format!("dev1:{}", STANDARD.encode(&*bytes)));
            write_private(path, &text).map_err(failed)?;
            parse(&text)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Writes a new file that only its owner can read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;

    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}

/// Whether a setting holds a secret itself instead of a reference to one.
pub(super) fn is_literal(value: &SecretString) -> bool {
    let text = value.expose_secret().trim();
    !text.is_empty() && !text.starts_with("env:") && !text.starts_with("file:")
}
