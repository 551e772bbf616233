//! Signing in by an OpenID Connect provider (OpenID Connect Core 1.0, the authorization code flow with PKCE).
//!
//! The provider identifies the person and their roles; the settings map roles to scopes. Nothing is stored: what
//! the callback needs is in a cookie of the browser that began to sign in ([`pending`]).

mod id_token;
pub(crate) mod pending;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use payments_gateways::http::Outgoing;
use payments_gateways::openid_connect::{
    AuthorizationRequest, OpenIdError, OpenIdProvider, ProviderMetadata,
};
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use crate::jws;
use crate::manage_session::Fingerprint;
use crate::manage_tokens::{Attempts, Identity};
use crate::settings::{BadSettings, OpenIdConnect as Settings};
use id_token::{Expected, Invalid, Keys};
use pending::Pending;

/// How long the provider's metadata and keys are used.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// A key that is not known is looked for again after this time.
const KEYS_AGAIN: TimeDelta = TimeDelta::minutes(1);
/// After a failure the provider is not asked again for this time: everybody who waits would wait for their own timeout.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

/// The configured provider.
pub(crate) struct OpenIdConnect {
    provider: OpenIdProvider,
    settings: Settings,
    /// Each callback is a call of the provider, and anybody can make one.
    pub(crate) callbacks: Attempts,
    metadata: Mutex<Kept<ProviderMetadata>>,
    keys: Mutex<Kept<Keys>>,
}

/// What the provider answered last, and when.
struct Kept<T>(Option<(DateTime<Utc>, Answer<T>)>);

type Answer<T> = Result<Arc<T>, OpenIdError>;

impl<T> Kept<T> {
    /// The last answer, if it is not older than this, or a failure of a moment ago.
    fn get(&self, now: DateTime<Utc>, oldest: TimeDelta) -> Option<Answer<T>> {
        let (at, answer) = self.0.as_ref()?;
        let oldest = if answer.is_ok() { oldest } else { PAUSE };
        // A clock that was set back does not keep an answer.
        ((now - *at).abs() < oldest).then(|| answer.clone())
    }

    fn put(
        &mut self,
        now: DateTime<Utc>,
        answer: Result<T, OpenIdError>,
    ) -> Result<Arc<T>, OpenIdError> {
        let answer = answer.map(Arc::new);
        self.0 = Some((now, answer.clone()));
        answer
    }
}

/// A person identified by the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    /// Those that the settings name.
    pub(crate) roles: Vec<String>,
}

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSignedIn {
    #[error(transparent)]
    Provider(#[from] OpenIdError),
    #[error(transparent)]
    IdToken(#[from] Invalid),
}

impl OpenIdConnect {
    /// The provider of the settings; `None` without one. `http` gives the client.
    ///
    /// # Errors
    /// The client's, or [`BadSettings`] for a secret that cannot be read and an issuer that cannot be called.
    pub(crate) fn of<E: From<BadSettings>>(
        settings: &Settings,
        callbacks: Attempts,
        http: impl FnOnce() -> Result<Arc<Outgoing>, E>,
    ) -> Result<Option<Self>, E> {
        if !settings.is_configured() {
            return Ok(None);
        }
        jws::install();
        let secret = settings.secret()?;
        let provider = OpenIdProvider::new(http()?, &settings.issuer, &settings.client_id, secret);
        Ok(Some(Self {
            provider: provider.map_err(|problem| {
                BadSettings::one(format!("console.openid_connect.issuer: {problem}"))
            })?,
            settings: settings.clone(),
            callbacks,
            metadata: Mutex::new(Kept(None)),
            keys: Mutex::new(Kept(None)),
        }))
    }

    /// Identifies the provider: sessions by another one have ended.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let settings = &self.settings;
        let parts = [
            &settings.issuer,
            &settings.client_id,
            &settings.person_claim,
        ];
        let text = parts.map(String::as_str).join("\n");
        let mut fingerprint = Fingerprint::default();
        let length = fingerprint.len();
        fingerprint.copy_from_slice(&Sha256::digest(text)[..length]);
        fingerprint
    }

    /// What a person may do now.
    pub(crate) fn holder(&self, person: &str, roles: &[String]) -> Identity {
        Identity {
            principal: person.to_owned(),
            identified_by: format!("person {person}"),
            scopes: self.settings.scopes_of(roles),
        }
    }

    /// The URL that a browser is sent to.
    ///
    /// # Errors
    /// [`OpenIdError`] if the provider's metadata cannot be used.
    pub(crate) async fn authorization_url(
        &self,
        pending: &Pending,
        now: DateTime<Utc>,
    ) -> Result<String, OpenIdError> {
        let metadata = self.metadata(now).await?;
        let request = AuthorizationRequest {
            redirect_uri: &self.settings.redirect_url,
            scope: &self.settings.scope,
            state: &pending.state,
            nonce: &pending.nonce,
            code_challenge: &BASE64.encode(Sha256::digest(&pending.verifier)),
        };
        self.provider.authorization_url(&metadata, &request)
    }

    /// Whether the issuer that answered (RFC 9207) is the provider. A provider may announce that it always names itself.
    ///
    /// # Errors
    /// [`OpenIdError`] if the provider's metadata cannot be used.
    pub(crate) async fn is_issuer(
        &self,
        named: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<bool, OpenIdError> {
        let metadata = self.metadata(now).await?;
        let own = self.provider.issuer();
        Ok(named.map_or(!metadata.names_itself, |named| named == own))
    }

    /// The person whom the provider identified with a code.
    ///
    /// # Errors
    /// [`NotSignedIn`].
    pub(crate) async fn person(
        &self,
        code: &str,
        pending: &Pending,
        now: DateTime<Utc>,
    ) -> Result<Person, NotSignedIn> {
        let metadata = self.metadata(now).await?;
        let redirect = &self.settings.redirect_url;
        let redeemed = self
            .provider
            .redeem(&metadata, code, &pending.verifier, redirect);
        let id_token = redeemed.await?;
        let expected = Expected {
            issuer: self.provider.issuer(),
            client_id: self.provider.client_id(),
            nonce: &pending.nonce,
            now,
        };
        let keys = self.keys(&metadata, now, KEPT).await?;
        let claims = match keys.claims(&id_token, &expected) {
            // The provider may have a new key, also under the same id.
            Err(Invalid::UnknownKey | Invalid::Signature) => {
                let keys = self.keys(&metadata, now, KEYS_AGAIN).await?;
                keys.claims(&id_token, &expected)?
            }
            claims => claims?,
        };
        let name = id_token::name(&claims, &self.settings.person_claim)?;
        let mut roles = id_token::texts(&claims, &self.settings.roles_claim);
        roles.retain(|role| self.settings.roles.contains_key(role));
        Ok(Person { name, roles })
    }

    async fn metadata(&self, now: DateTime<Utc>) -> Result<Arc<ProviderMetadata>, OpenIdError> {
        let mut kept = self.metadata.lock().await;
        if let Some(answer) = kept.get(now, KEPT) {
            return answer;
        }
        kept.put(now, self.provider.metadata().await)
    }

    /// The provider's keys, read again if they are older than this.
    async fn keys(
        &self,
        metadata: &ProviderMetadata,
        now: DateTime<Utc>,
        oldest: TimeDelta,
    ) -> Result<Arc<Keys>, OpenIdError> {
        let mut kept = self.keys.lock().await;
        if let Some(answer) = kept.get(now, oldest) {
            return answer;
        }
        let keys = self.provider.keys(metadata).await;
        kept.put(now, keys.map(|set| Keys::of(&set)))
    }
}
