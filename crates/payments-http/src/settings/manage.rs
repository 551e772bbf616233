//! The management API: where it is reached, and with which tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::manage_tokens::{MAX_PERSON, is_person};
use crate::scope::{Scope, Scopes};

/// `manage.bind` of an API that is deliberately reached on the customers' address.
pub const PUBLIC: &str = "public";

/// The management API's address and tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manage {
    /// A separate address; empty or [`PUBLIC`]: the customers'.
    pub bind: String,
    /// Wrong tokens that are answered with 401 per client address and minute; more get 429.
    pub wrong_tokens_per_minute: u32,
    /// The accepted bearer tokens, by the name of each holder.
    pub tokens: BTreeMap<String, ManageToken>,
}

/// A bearer token that is accepted.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum ManageToken {
    /// Its SHA-256 alone: every scope, without an end. For development.
    Hash(String),
    /// With what it may do and how long.
    Scoped(ScopedToken),
}

/// A token with scopes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopedToken {
    /// SHA-256 of the token in hexadecimal.
    pub sha256: String,
    /// Names of scopes.
    pub scopes: Vec<String>,
    /// RFC 3339; empty: never.
    #[serde(default)]
    pub expires_at: String,
    /// Who holds it, if several tokens or an OpenID Connect provider belong to one person; empty: the token's name.
    #[serde(default)]
    pub person: String,
}

impl Manage {
    /// The separate address, if there is one.
    pub fn address(&self) -> Option<SocketAddr> {
        self.bind.parse().ok()
    }

    /// Whether a person has the name of a token that is not theirs. The history has authors of that name.
    fn is_of_another(&self, person: &str) -> bool {
        let token = self.tokens.get(person);
        token.is_some_and(|token| token.person() != person)
    }

    /// What makes no sense anywhere.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !["", PUBLIC].contains(&&*self.bind) && self.address().is_none() {
            problems.push(format!(
                "manage.bind must be empty, an address and a port, or \"{PUBLIC}\""
            ));
        }
        let mut known = BTreeSet::new();
        for (name, token) in &self.tokens {
            let key = format!("manage.tokens.{name}");
            match token.digest() {
                None => problems.push(format!(
                    "{key} must hold a SHA-256 hash of 64 hexadecimal digits, never a token itself"
                )),
                Some(digest) if !known.insert(digest) => {
                    problems.push(format!("{key} is the same token as another one"));
                }
                Some(_) => {}
            }
            let person = token.person();
            if !person.is_empty() && !is_person(person) {
                problems.push(format!(
                    "{key}.person must be at most {MAX_PERSON} letters, digits and . _ - @ + : | / = ~"
                ));
            }
            if self.is_of_another(person) {
                problems.push(format!(
                    "{key}.person is the name of another token: give that one the same person, or choose another name"
                ));
            }
            if token.scopes().is_none() {
                let names = Scope::ALL.map(Scope::as_str).join(", ");
                problems.push(format!("{key}.scopes must be one or more of {names}"));
            }
            if token.expires_at().is_none() {
                problems.push(format!(
                    "{key}.expires_at must be empty or a time such as 2027-12-31T00:00:00Z"
                ));
            }
        }
        problems
    }

    pub(super) fn refused_in_production(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.tokens.is_empty() {
            problems.push("manage.tokens: name at least one token".to_owned());
        }
        for (name, token) in &self.tokens {
            if let ManageToken::Hash(_) = token {
                problems.push(format!(
                    "manage.tokens.{name}: production wants scopes: {{ sha256 = \"…\", scopes = [\"…\"], expires_at = \"…\" }}"
                ));
            }
        }
        if self.bind.is_empty() {
            problems.push(format!(
                "manage.bind: customers would reach the management API; give it its own address, or set it to \"{PUBLIC}\""
            ));
        }
        problems
    }
}

impl ManageToken {
    /// The token's SHA-256; `None` for an invalid one.
    pub fn digest(&self) -> Option<[u8; 32]> {
        let (Self::Hash(text) | Self::Scoped(ScopedToken { sha256: text, .. })) = self;
        let mut digest = [0; 32];
        hex::decode_to_slice(text, &mut digest).ok()?;
        Some(digest)
    }

    /// The person who holds it; empty if none is named.
    pub fn person(&self) -> &str {
        match self {
            Self::Hash(_) => "",
            Self::Scoped(token) => &token.person,
        }
    }

    /// Its scopes; `None` if there are none or one is unknown.
    pub fn scopes(&self) -> Option<Scopes> {
        match self {
            Self::Hash(_) => Some(Scope::Admin.into()),
            Self::Scoped(token) if token.scopes.is_empty() => None,
            Self::Scoped(token) => {
                let scopes = token.scopes.iter().map(|name| Scope::parse(name.trim()));
                scopes.collect()
            }
        }
    }

    /// When it expires, if it does; `None` for an invalid time.
    pub fn expires_at(&self) -> Option<Option<DateTime<Utc>>> {
        match self {
            Self::Hash(_) => Some(None),
            Self::Scoped(token) if token.expires_at.is_empty() => Some(None),
            Self::Scoped(token) => {
                let at = DateTime::parse_from_rfc3339(&token.expires_at).ok()?;
                Some(Some(at.with_timezone(&Utc)))
            }
        }
    }
}
