//! Quotes: how long they are valid, and the keys that sign them.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payments_core::keys::KeyId;
use payments_core::ports::Entropy;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::key_file::{drawn, kept, made_up};
use super::{BadSettings, Settings, entropy, reference};

/// The file of the generated key in `security.key_folder`.
const FILE: &str = "quote_keys";
/// Every key is published, and every caller reads all of them.
const MAX_KEYS: usize = 8;

/// The lifetime and the keys of quotes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quotes {
    /// Ed25519 keys joined by commas, `<number>:<seed of 32 bytes in base64>` each, or one reference (`env:NAME`,
    /// `file:/path`) to such a list. The first signs, all verify. Empty in production: no quotes; in development: made
    /// up once and kept in `security.key_folder`.
    pub keys: SecretString,
    /// How long a quote is valid, unless its figures change earlier.
    pub lifetime_seconds: u32,
}

/// The seed of an Ed25519 key pair.
pub struct QuoteSeed {
    /// The operator's number of the key.
    pub number: KeyId,
    /// The secret seed (RFC 8032, the private key).
    pub seed: Zeroizing<[u8; 32]>,
}

/// The configured seeds, the signing one first; empty without any in production. In development the seed generated at
/// the first start.
///
/// # Errors
/// [`BadSettings`] that says what is wrong with `quotes.keys`, without any of its content.
pub fn quote_seeds(
    settings: &Settings,
    entropy: &dyn Entropy,
) -> Result<Vec<QuoteSeed>, BadSettings> {
    given_or(settings, |path| made_up(path, "1:", entropy))
}

/// Checks the seeds as [`quote_seeds`] does, without keeping a generated one.
///
/// # Errors
/// Those of [`quote_seeds`], but for a folder that cannot be written to.
pub fn check_quote_seeds(
    settings: &Settings,
    entropy: &dyn Entropy,
) -> Result<Vec<QuoteSeed>, BadSettings> {
    given_or(settings, |path| {
        Ok(kept(path)?.unwrap_or_else(|| drawn("1:", entropy)))
    })
}

fn given_or(
    settings: &Settings,
    of_file: impl Fn(&Path) -> Result<Zeroizing<String>, BadSettings>,
) -> Result<Vec<QuoteSeed>, BadSettings> {
    let text = settings.quotes.keys.expose_secret().trim();
    let seeds = if !text.is_empty() {
        if let Some(problem) = reference::readable_by_all(settings, text) {
            return Err(bad(problem));
        }
        let text = reference::follow(text).map_err(|what| bad(&what))?;
        parse(&text)?
    } else if settings.is_production() {
        return Ok(Vec::new());
    } else {
        let path = Path::new(&settings.security.key_folder).join(FILE);
        parse(&of_file(&path)?)?
    };
    BadSettings::unless_none(problems(&seeds, settings.is_production()))?;
    Ok(seeds)
}

fn parse(text: &str) -> Result<Vec<QuoteSeed>, BadSettings> {
    let entries = text.split(',').map(str::trim);
    let entries = entries.filter(|entry| !entry.is_empty());
    let seed = |entry: &str| {
        let (number, encoded) = entry.split_once(':')?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).ok()?);
        let mut seed = Zeroizing::new([0; 32]);
        if bytes.len() != seed.len() {
            return None;
        }
        seed.copy_from_slice(&bytes);
        let number = KeyId(number.parse().ok()?);
        Some(QuoteSeed { number, seed })
    };
    let seeds: Option<Vec<QuoteSeed>> = entries.map(seed).collect();
    match seeds {
        Some(seeds) if (1..=MAX_KEYS).contains(&seeds.len()) => Ok(seeds),
        Some(_) | None => Err(bad(
            "needs 1 to 8 entries <number>:<32 bytes in base64>, joined by commas",
        )),
    }
}

/// Finds keys and numbers that are used twice and, in production, keys that are not random.
fn problems(seeds: &[QuoteSeed], is_production: bool) -> Vec<String> {
    let mut problems = Vec::new();
    for (place, QuoteSeed { number, seed }) in seeds.iter().enumerate() {
        let mut earlier = seeds[..place].iter();
        if earlier.any(|one| one.number == *number || one.seed == *seed) {
            problems.push(format!(
                "quotes.keys: key {number} has the number or the bytes of an earlier key"
            ));
        } else if is_production && entropy::is_weak(&**seed) {
            problems.push(format!(
                "quotes.keys: key {number} is not random: draw 32 bytes, as with `openssl rand -base64 32`"
            ));
        }
    }
    problems
}

fn bad(what: &str) -> BadSettings {
    BadSettings::one(format!("quotes.keys {what}"))
}
