//! The master keys everything secret is derived from.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payments_core::keys::{KeyId, Keys, LastingKey, MasterKey, RingMark};
use payments_core::ports::Entropy;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::{BadSettings, Environment, Security};

/// Bytes of a key that is made up.
const KEY_BYTES: usize = 32;

/// The keys the settings give; in development, where they give none, those made up at the first start.
///
/// # Errors
/// [`BadSettings`] naming the setting, without any of its content.
pub fn keys(
    security: &Security,
    environment: Environment,
    entropy: &dyn Entropy,
) -> Result<Keys, BadSettings> {
    given_or(security, environment, |path, prefix| {
        made_up(path, prefix, entropy)
    })
}

/// A lasting key that was replaced, of `env:NAME` or `file:/path`: what it sealed is still to be verified.
///
/// # Errors
/// [`BadSettings`] without any of its content.
pub fn former_lasting_key(reference: &str) -> Result<LastingKey, BadSettings> {
    let is_reference = reference.starts_with("env:") || reference.starts_with("file:");
    if !is_reference {
        return Err(BadSettings::one(
            "--former-key needs env:NAME or file:/path",
        ));
    }
    parse_lasting(&dereference(LASTING, reference)?)
}

/// Checks what [`keys`] would give, and writes nothing. Names the keys of the ring.
///
/// # Errors
/// Those of [`keys`], but for a folder that cannot be written to.
pub fn check_keys(
    security: &Security,
    environment: Environment,
    entropy: &dyn Entropy,
) -> Result<RingMark, BadSettings> {
    let keys = given_or(security, environment, |path, prefix| {
        Ok(kept(path)?.unwrap_or_else(|| drawn(prefix, entropy)))
    });
    keys.map(|keys| keys.ring_mark())
}

/// The keys the settings give; in development, where they give none, those of a file that may be missing.
fn given_or(
    security: &Security,
    environment: Environment,
    of_file: impl Fn(&Path, &str) -> Result<Zeroizing<String>, BadSettings>,
) -> Result<Keys, BadSettings> {
    let folder = Path::new(&security.key_folder);
    let text = |name: &'static str, value: &SecretString, prefix: &str| match (
        value.expose_secret().trim(),
        environment,
    ) {
        ("", Environment::Production) => Err(bad(name, "is missing")),
        ("", Environment::Development) => of_file(&folder.join(name), prefix),
        (text, _) => dereference(name, text),
    };
    let ring = parse_ring(&text(RING, &security.key_ring, "1:")?)?;
    let lasting = parse_lasting(&text(LASTING, &security.lasting_key, "")?)?;
    Keys::new(ring, &lasting).map_err(|error| bad(RING, &error.to_string()))
}

const RING: &str = "key_ring";
const LASTING: &str = "lasting_key";

fn bad(name: &str, what: &str) -> BadSettings {
    BadSettings::one(format!("security.{name} {what}"))
}

/// Follows `env:NAME` and `file:/path`.
fn dereference(name: &str, text: &str) -> Result<Zeroizing<String>, BadSettings> {
    if let Some(variable) = text.strip_prefix("env:") {
        #[expect(clippy::disallowed_methods, reason = "the settings name this variable")]
        let value = std::env::var(variable).map(Zeroizing::new);
        return value.map_err(|_| bad(name, "names an environment variable that is not set"));
    }
    if let Some(path) = text.strip_prefix("file:") {
        let content = std::fs::read_to_string(path).map(Zeroizing::new);
        return content
            .map_err(|error| bad(name, &format!("names a file that cannot be read: {error}")));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

fn parse_ring(text: &str) -> Result<Vec<MasterKey>, BadSettings> {
    let entries = text
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty());
    let keys = entries.map(parse_key).collect::<Option<Vec<_>>>();
    keys.ok_or_else(|| {
        bad(
            RING,
            "needs entries <number>:<32 or more bytes in base64>, joined by commas",
        )
    })
}

fn parse_key(entry: &str) -> Option<MasterKey> {
    let (id, encoded) = entry.split_once(':')?;
    let bytes = Zeroizing::new(STANDARD.decode(encoded).ok()?);
    MasterKey::new(KeyId(id.parse().ok()?), &bytes).ok()
}

fn parse_lasting(text: &str) -> Result<LastingKey, BadSettings> {
    let bytes = STANDARD.decode(text.trim()).ok().map(Zeroizing::new);
    let key = bytes.and_then(|bytes| LastingKey::new(&bytes).ok());
    key.ok_or_else(|| bad(LASTING, "needs 32 or more bytes in base64"))
}

/// Reads the made-up key, or makes one up: a restarted demo still opens what it sealed.
fn made_up(
    path: &Path,
    prefix: &str,
    entropy: &dyn Entropy,
) -> Result<Zeroizing<String>, BadSettings> {
    if let Some(text) = kept(path)? {
        return Ok(text);
    }
    let text = drawn(prefix, entropy);
    write_private(path, &text).map_err(|error| unusable(path, &error))?;
    Ok(text)
}

/// The key that was made up before.
fn kept(path: &Path) -> Result<Option<Zeroizing<String>>, BadSettings> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, &error)),
    }
}

fn drawn(prefix: &str, entropy: &dyn Entropy) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    entropy.fill(&mut *bytes);
    Zeroizing::new(format!("{prefix}{}", STANDARD.encode(*bytes)))
}

fn unusable(path: &Path, error: &std::io::Error) -> BadSettings {
    BadSettings::one(format!(
        "security.key_folder: {} cannot be used: {error}",
        path.display()
    ))
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
