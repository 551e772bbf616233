//! The master keys that all secrets are derived from.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payments_core::keys::{KeyId, Keys, LastingKey, MasterKey, RingMark};
use payments_core::ports::Entropy;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::key_file::{drawn, kept, made_up};
use super::reference::{self, is_reference};
use super::{BadSettings, Settings, entropy};

/// The keys of a ring, by their numbers.
type Ring = Vec<(KeyId, Zeroizing<Vec<u8>>)>;

/// The configured keys; in development the keys generated at the first start, if none are configured.
///
/// # Errors
/// [`BadSettings`] naming each setting that is wrong, without any of its content.
pub fn keys(settings: &Settings, entropy: &dyn Entropy) -> Result<Keys, BadSettings> {
    given_or(settings, |path, prefix| made_up(path, prefix, entropy))
}

/// A former lasting key, from `env:NAME` or `file:/path`, for verifying what it sealed.
///
/// # Errors
/// [`BadSettings`] without any of its content.
pub fn former_lasting_key(text: &str) -> Result<LastingKey, BadSettings> {
    if !is_reference(text) {
        return Err(BadSettings::one(
            "--former-key needs env:NAME or file:/path",
        ));
    }
    let former = reference::follow(text).map_err(|what| bad(LASTING, &what));
    former.and_then(|former| {
        LastingKey::new(&lasting_bytes(&former)?).map_err(|_| malformed_lasting())
    })
}

/// Checks the keys as [`keys`] does, without generating any. Returns the names of the ring's keys.
///
/// # Errors
/// Those of [`keys`], but for a folder that cannot be written to.
pub fn check_keys(settings: &Settings, entropy: &dyn Entropy) -> Result<RingMark, BadSettings> {
    let keys = given_or(settings, |path, prefix| {
        Ok(kept(path)?.unwrap_or_else(|| drawn(prefix, entropy)))
    });
    keys.map(|keys| keys.ring_mark())
}

const RING: &str = "key_ring";
const LASTING: &str = "lasting_key";

/// The keys the settings give; in development, where they give none, those of a file that may be missing.
fn given_or(
    settings: &Settings,
    of_file: impl Fn(&Path, &str) -> Result<Zeroizing<String>, BadSettings>,
) -> Result<Keys, BadSettings> {
    let security = &settings.security;
    let folder = Path::new(&security.key_folder);
    let text = |name: &'static str, value: &SecretString, prefix: &str| {
        let text = value.expose_secret().trim();
        if text.is_empty() && !settings.is_production() {
            return of_file(&folder.join(name), prefix);
        }
        let problem = if text.is_empty() {
            Some("is missing")
        } else {
            reference::readable_by_all(settings, text)
        };
        match problem {
            Some(problem) => Err(bad(name, problem)),
            None => reference::follow(text).map_err(|what| bad(name, &what)),
        }
    };
    let ring = text(RING, &security.key_ring, "1:").and_then(|text| ring_bytes(&text));
    let lasting = text(LASTING, &security.lasting_key, "").and_then(|text| lasting_bytes(&text));
    let (ring, lasting) = both(ring, lasting)?;
    if settings.is_production() {
        BadSettings::unless_none(weak_keys(&ring, &lasting))?;
    }
    let masters = ring.iter().map(|(id, bytes)| MasterKey::new(*id, bytes));
    let masters = masters.collect::<Result<Vec<_>, _>>();
    let masters = masters.map_err(|_| malformed_ring())?;
    let lasting = LastingKey::new(&lasting).map_err(|_| malformed_lasting())?;
    Keys::new(masters, &lasting).map_err(|error| bad(RING, &error.to_string()))
}

/// Both values, or the problems of both.
fn both<A, B>(
    one: Result<A, BadSettings>,
    other: Result<B, BadSettings>,
) -> Result<(A, B), BadSettings> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(mut one), Err(other)) => {
            one.problems.extend(other.problems);
            Err(one)
        }
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
    }
}

fn bad(name: &str, what: &str) -> BadSettings {
    BadSettings::one(format!("security.{name} {what}"))
}

fn malformed_ring() -> BadSettings {
    bad(
        RING,
        "needs entries <number>:<32 or more bytes in base64>, joined by commas",
    )
}

fn malformed_lasting() -> BadSettings {
    bad(LASTING, "needs 32 or more bytes in base64")
}

fn ring_bytes(text: &str) -> Result<Ring, BadSettings> {
    let entries = text.split(',').map(str::trim);
    let entries = entries.filter(|entry| !entry.is_empty());
    let entry = |entry: &str| {
        let (id, encoded) = entry.split_once(':')?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).ok()?);
        Some((KeyId(id.parse().ok()?), bytes))
    };
    let keys = entries.map(entry).collect::<Option<Ring>>();
    keys.ok_or_else(malformed_ring)
}

fn lasting_bytes(text: &str) -> Result<Zeroizing<Vec<u8>>, BadSettings> {
    let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new);
    bytes.map_err(|_| malformed_lasting())
}

/// Finds keys that are not random or used twice.
fn weak_keys(ring: &Ring, lasting: &[u8]) -> Vec<String> {
    let names = ring.iter().map(|(id, _)| format!("{RING}: key {id}"));
    let names: Vec<String> = names.chain([LASTING.to_owned()]).collect();
    let keys = ring.iter().map(|(_, bytes)| &***bytes).chain([lasting]);
    let keys: Vec<&[u8]> = keys.collect();
    let mut problems = Vec::new();
    for (place, (name, key)) in names.iter().zip(&keys).enumerate() {
        if let Some(twin) = keys[..place].iter().position(|earlier| earlier == key) {
            problems.push(format!("security.{name} is the same as {}", names[twin]));
        } else if entropy::is_weak(key) {
            problems.push(format!(
                "security.{name} is not random: draw 32 bytes, as with `openssl rand -base64 32`"
            ));
        }
    }
    problems
}
