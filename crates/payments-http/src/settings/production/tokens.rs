//! Management tokens that somebody else may know.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::super::Settings;

/// Tokens of examples and demos, and what people type instead of a token.
const KNOWN: [&str; 16] = [
    "",
    "admin",
    "back_office",
    "changeme",
    "change-me",
    "default",
    "demo",
    "example",
    "manage",
    "password",
    "payments",
    "secret",
    "test",
    "token",
    "123456",
    "12345678",
];

/// What is wrong with the tokens, each by the name of its holder.
pub(super) fn problems(settings: &Settings) -> Vec<String> {
    let tokens = &settings.manage.tokens;
    if tokens.is_empty() {
        return vec!["manage.tokens: name at least one token's SHA-256".to_owned()];
    }
    let mut first: BTreeMap<String, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, hash) in tokens {
        let hash = hash.to_ascii_lowercase();
        if is_known(name, &hash) {
            problems.push(format!(
                "manage.tokens.{name} is of a token that anybody can guess: draw one, as with `openssl rand -hex 32`"
            ));
        }
        if let Some(earlier) = first.insert(hash, name) {
            problems.push(format!(
                "manage.tokens.{name} is the same token as {earlier}'s: give each holder one"
            ));
        }
    }
    problems
}

/// Whether a hash is that of a known token, of the holder's own name, or no hash of anything.
fn is_known(name: &str, hash: &str) -> bool {
    let is_hash_of = |token: &str| hex::encode(Sha256::digest(token)) == hash;
    let first = hash.get(..2).unwrap_or_default();
    let is_one_byte = hash
        .as_bytes()
        .chunks(2)
        .all(|pair| pair == first.as_bytes());
    is_one_byte || is_hash_of(name) || KNOWN.into_iter().any(is_hash_of)
}
