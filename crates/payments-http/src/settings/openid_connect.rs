//! Signing in to the console by an OpenID Connect provider.

use std::collections::BTreeMap;

use payments_gateways::openid_connect::is_usable_url;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::BadSettings;
use super::reference::{follow, is_reference};
use crate::console::CALLBACK;
use crate::scope::{Scope, Scopes};

/// The provider, this service's registration there, and what its roles may do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenIdConnect {
    /// The provider's issuer identifier; empty: people sign in with management tokens only.
    pub issuer: String,
    /// The id of this service at the provider.
    pub client_id: String,
    /// Its secret or a reference to it; empty for a public client.
    pub client_secret: SecretString,
    /// The console's callback, as browsers reach it and as it is registered at the provider.
    pub redirect_url: String,
    /// The requested scopes, separated by blanks.
    pub scope: String,
    /// The claim of the ID token that identifies the person.
    pub person_claim: String,
    /// The claim of the ID token with the person's roles: a text, or a list of texts.
    pub roles_claim: String,
    /// The scopes of each role.
    pub roles: BTreeMap<String, Vec<String>>,
}

impl OpenIdConnect {
    /// Whether people can sign in by it.
    pub fn is_configured(&self) -> bool {
        !self.issuer.is_empty()
    }

    /// The scopes of a person with these roles; empty if none of the roles is known.
    pub fn scopes_of(&self, roles: &[String]) -> Scopes {
        let known = roles.iter().filter_map(|role| self.roles.get(role));
        let scopes = known.flatten().filter_map(|name| Scope::parse(name.trim()));
        scopes.collect()
    }

    pub(super) fn problems(&self) -> Vec<String> {
        if !self.is_configured() {
            return Vec::new();
        }
        let key = |name: &str| format!("console.openid_connect.{name}");
        let mut problems = Vec::new();
        if !is_usable_url(&self.issuer) {
            problems.push(format!("{} must be a URL with https://", key("issuer")));
        }
        if !is_usable_url(&self.redirect_url) || !self.redirect_url.ends_with(CALLBACK) {
            problems.push(format!(
                "{} must be the console's address as browsers reach it, with https:// and {CALLBACK}",
                key("redirect_url")
            ));
        }
        let texts = [
            ("client_id", &self.client_id),
            ("person_claim", &self.person_claim),
            ("roles_claim", &self.roles_claim),
        ];
        for (name, text) in texts {
            if text.is_empty() {
                problems.push(format!("{} is empty", key(name)));
            }
        }
        if !self.scope.split(' ').any(|one| one == "openid") {
            problems.push(format!("{} must contain openid", key("scope")));
        }
        if self.roles.is_empty() {
            problems.push(format!("{}: name at least one role", key("roles")));
        }
        for (role, scopes) in &self.roles {
            let is_known = |name: &String| Scope::parse(name.trim()).is_some();
            if scopes.is_empty() || !scopes.iter().all(is_known) {
                let names = Scope::ALL.map(Scope::as_str).join(", ");
                problems.push(format!(
                    "{}.{role} must be one or more of {names}",
                    key("roles")
                ));
            }
        }
        problems
    }

    pub(super) fn refused_in_production(&self) -> Vec<String> {
        let key = |name: &str| format!("console.openid_connect.{name}");
        let mut problems = Vec::new();
        let secret = self.client_secret.expose_secret().trim();
        if !secret.is_empty() && !is_reference(secret) {
            problems.push(format!(
                "{} must be a reference (env:NAME or file:/path), not the secret itself",
                key("client_secret")
            ));
        }
        for (name, url) in [
            ("issuer", &self.issuer),
            ("redirect_url", &self.redirect_url),
        ] {
            if url.starts_with("http://") {
                problems.push(format!("{} must have https://", key(name)));
            }
        }
        problems
    }

    /// The client's secret; `None` for a public client.
    ///
    /// # Errors
    /// [`BadSettings`] if it is a reference that leads nowhere.
    pub(crate) fn secret(&self) -> Result<Option<Zeroizing<String>>, BadSettings> {
        let secret = follow(self.client_secret.expose_secret().trim());
        let secret = secret.map_err(|problem| {
            BadSettings::one(format!("console.openid_connect.client_secret {problem}"))
        })?;
        let secret = Zeroizing::new(secret.trim().to_owned());
        Ok(Some(secret).filter(|secret| !secret.is_empty()))
    }
}
