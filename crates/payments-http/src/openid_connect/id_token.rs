//! Verifies an ID token (OpenID Connect Core 1.0, section 3.1.3.7).

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde_json::{Map, Value};

use crate::jws::ALGORITHMS;
use crate::manage_tokens::is_person;

/// The longest ID token that is read, in bytes.
const MAX_LENGTH: usize = 16 * 1024;
/// How far the provider's clock may be off, in seconds.
const LEEWAY: i64 = 60;

/// The provider's public keys.
#[derive(Debug)]
pub(super) struct Keys(Vec<Jwk>);

/// What the claims must say.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: DateTime<Utc>,
}

/// Why an ID token is rejected. Contains no part of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Invalid {
    #[error("the ID token cannot be read")]
    Unreadable,
    #[error("the ID token's algorithm is not EdDSA, ES256 or RS256")]
    Algorithm,
    #[error("the ID token is signed by an unknown key")]
    UnknownKey,
    #[error("the ID token's signature is wrong")]
    Signature,
    #[error("the ID token is another issuer's")]
    Issuer,
    #[error("the ID token is for another client")]
    Audience,
    #[error("the ID token has expired")]
    Expired,
    #[error("the ID token is issued in the future")]
    NotYet,
    #[error("the ID token is of another sign-in")]
    Nonce,
    #[error("the ID token has no usable claim that identifies the person")]
    Person,
}

/// The claims of a verified ID token.
pub(super) type Claims = Map<String, Value>;

impl Keys {
    /// Reads a JWK set; keys of unknown kinds are left out.
    pub(super) fn of(set: &Value) -> Self {
        let keys = set["keys"].as_array().into_iter().flatten();
        Self(
            keys.filter_map(|key| serde_json::from_value(key.clone()).ok())
                .collect(),
        )
    }

    /// The claims of an ID token that one of the keys signed and that says what is expected.
    pub(super) fn claims(&self, token: &str, expected: &Expected<'_>) -> Result<Claims, Invalid> {
        if token.len() > MAX_LENGTH {
            return Err(Invalid::Unreadable);
        }
        // Another algorithm is no error of the form, but cannot be read either.
        let header = jsonwebtoken::decode_header(token).map_err(|_| Invalid::Unreadable)?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(Invalid::Algorithm);
        }
        let key = self.key(&header).ok_or(Invalid::UnknownKey)?;
        let claims = jsonwebtoken::decode(token, &key, &signature_only(header.alg));
        let claims: Claims = claims.map_err(|_| Invalid::Signature)?.claims;
        expected.check(&claims)?;
        Ok(claims)
    }

    /// The key of a token's header: by its id, or the only one of its algorithm.
    fn key(&self, header: &Header) -> Option<DecodingKey> {
        let is_usable = |key: &&Jwk| {
            let common = &key.common;
            let is_of_algorithm = common
                .key_algorithm
                .is_none_or(|algorithm| algorithm.to_string() == format!("{:?}", header.alg));
            is_of_algorithm && common.public_key_use != Some(PublicKeyUse::Encryption)
        };
        let is_named = |key: &&Jwk| header.kid.is_none() || key.common.key_id == header.kid;
        let of_family = |key: &Jwk| {
            let key = DecodingKey::from_jwk(key).ok()?;
            (key.family() == header.alg.family()).then_some(key)
        };
        let found = self.0.iter().filter(is_usable).filter(is_named);
        let mut found = found.filter_map(of_family);
        found.next().filter(|_| found.next().is_none())
    }
}

/// The claims are checked by [`Expected::check`], with the clock of the service.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

impl Expected<'_> {
    fn check(&self, claims: &Claims) -> Result<(), Invalid> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let time = |name: &str| claims.get(name).and_then(Value::as_i64);
        let now = self.now.timestamp();
        if text("iss") != Some(self.issuer) {
            return Err(Invalid::Issuer);
        }
        // Another audience would be one that is trusted with our tokens: there is none.
        let is_ours = texts(claims, "aud") == [self.client_id];
        let party = claims
            .get("azp")
            .is_none_or(|party| party == self.client_id);
        if !is_ours || !party {
            return Err(Invalid::Audience);
        }
        if time("exp").is_none_or(|at| at.saturating_add(LEEWAY) <= now) {
            return Err(Invalid::Expired);
        }
        let is_later = |at: i64| at > now.saturating_add(LEEWAY);
        if time("iat").is_none_or(is_later) || time("nbf").is_some_and(is_later) {
            return Err(Invalid::NotYet);
        }
        if text("nonce") != Some(self.nonce) {
            return Err(Invalid::Nonce);
        }
        Ok(())
    }
}

/// A claim with a text or a list of texts; empty if it is absent or has anything else.
pub(super) fn texts(claims: &Claims, name: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match claims.get(name) {
        Some(Value::Array(values)) => values.iter().filter_map(text).collect(),
        Some(value) => text(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The name of the person, from the claim that identifies them. An address counts if the provider has verified it.
pub(super) fn name(claims: &Claims, claim: &str) -> Result<String, Invalid> {
    let name = claims.get(claim).and_then(Value::as_str);
    let is_theirs = claim != "email" || claims.get("email_verified") == Some(&Value::Bool(true));
    let name = name.filter(|name| is_theirs && is_person(name));
    name.map(str::to_owned).ok_or(Invalid::Person)
}
