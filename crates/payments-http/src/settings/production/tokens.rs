//! Management tokens that can be guessed.

use sha2::{Digest as _, Sha256};

use super::super::{ManageToken, Settings};
use crate::scope::Scope;

/// Tokens of examples and demos, and what people type instead of a token.
const KNOWN: [&str; 17] = [
    "",
    "admin",
    "back_office",
    "changeme",
    "change-me",
    "default",
    "demo",
    "demo-approver",
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

/// Tokens that can be guessed, each by the name of its holder.
pub(super) fn problems(settings: &Settings) -> Vec<String> {
    let tokens = settings.manage.tokens.iter();
    let digests = tokens.filter_map(|(name, token)| Some((name, token.digest()?)));
    let known = digests.filter(|(name, digest)| is_known(name, digest));
    let problem = |name: &String| {
        format!(
            "manage.tokens.{name} is the hash of a token that is easy to guess: draw one, as with `openssl rand -hex 32`"
        )
    };
    known.map(|(name, _)| problem(name)).collect()
}

/// Tokens that may write the catalog and name no person, while people also sign in by OpenID Connect: a person could approve with
/// their account what they proposed with their token.
pub(super) fn without_person(settings: &Settings) -> Vec<String> {
    let console = &settings.console;
    if !console.four_eyes || !console.openid_connect.is_configured() {
        return Vec::new();
    }
    let tokens = settings.manage.tokens.iter();
    let writes = |token: &ManageToken| token.scopes().is_some_and(|it| it.allow(Scope::Catalog));
    let unnamed = tokens.filter(|(_, token)| token.person().is_empty() && writes(token));
    let problem = |(name, _): (&String, &ManageToken)| {
        format!(
            "manage.tokens.{name}.person: name who holds it, since console.four_eyes and console.openid_connect are used together"
        )
    };
    unnamed.map(problem).collect()
}

/// Whether a hash is that of a known token, of the holder's own name, or no hash of anything.
fn is_known(name: &str, digest: &[u8; 32]) -> bool {
    let is_hash_of = |token: &str| Sha256::digest(token)[..] == digest[..];
    let is_one_byte = digest.iter().all(|byte| byte == &digest[0]);
    is_one_byte || is_hash_of(name) || KNOWN.into_iter().any(is_hash_of)
}
