//! An OpenID Connect provider, as far as it is called over HTTP: its metadata, its keys, and the exchange of a code.
//!
//! What it returns is not verified here: the caller checks the ID token's signature and claims.

use std::sync::Arc;

use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::http::{Answer, BaseUrl, BaseUrlError, Call, Form, Outgoing, percent_encoded};
use crate::outcome::ProviderError;

const NAME: &str = "openid_connect";

/// A provider, and this service's registration there.
pub struct OpenIdProvider {
    http: Arc<Outgoing>,
    issuer: String,
    base: BaseUrl,
    client_id: String,
    client_secret: Option<Zeroizing<String>>,
}

/// Where the provider is (OpenID Connect Discovery 1.0, section 3).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ProviderMetadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    /// Whether it names itself in its answers (RFC 9207).
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub names_itself: bool,
}

/// What a browser takes to the provider (OpenID Connect Core 1.0, section 3.1.2.1).
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationRequest<'a> {
    /// Where the provider sends the browser back to.
    pub redirect_uri: &'a str,
    /// Separated by blanks.
    pub scope: &'a str,
    /// Returned unchanged.
    pub state: &'a str,
    /// Returned in the ID token.
    pub nonce: &'a str,
    /// The SHA-256 of the PKCE verifier, in base64url (RFC 7636).
    pub code_challenge: &'a str,
}

/// Why the provider's answer cannot be used. It never contains a part of a request or a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenIdError {
    /// It cannot be reached, or does not answer in time.
    #[error("the provider does not answer")]
    Unavailable,
    /// It answered with another status than 200.
    #[error("the provider answered with status {0}")]
    Status(u16),
    /// Its answer has another form.
    #[error("the provider's answer cannot be read")]
    Unreadable,
    /// Its metadata are another issuer's.
    #[error("the provider's metadata name another issuer")]
    OtherIssuer,
    /// Its metadata name a URL that is not `https`.
    #[error("the provider's metadata have a URL that cannot be called")]
    Url,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl OpenIdProvider {
    /// A provider by its issuer identifier. `https`, and `http` on this machine.
    ///
    /// # Errors
    /// [`BaseUrlError`] for an issuer that is no such URL.
    pub fn new(
        http: Arc<Outgoing>,
        issuer: &str,
        client_id: &str,
        client_secret: Option<Zeroizing<String>>,
    ) -> Result<Self, BaseUrlError> {
        Ok(Self {
            http,
            issuer: issuer.to_owned(),
            base: BaseUrl::of_any_host(issuer)?,
            client_id: client_id.to_owned(),
            client_secret,
        })
    }

    /// The issuer identifier.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The id of this service at the provider.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Reads the provider's metadata.
    ///
    /// # Errors
    /// [`OpenIdError`].
    pub async fn metadata(&self) -> Result<ProviderMetadata, OpenIdError> {
        let url = self.base.join("/.well-known/openid-configuration");
        let answer = self.send(Call::new(Method::GET, url)).await?;
        let metadata: ProviderMetadata = read(&answer)?;
        if metadata.issuer != self.issuer {
            return Err(OpenIdError::OtherIssuer);
        }
        Ok(metadata)
    }

    /// The URL that a browser is sent to.
    ///
    /// # Errors
    /// [`OpenIdError::Url`].
    pub fn authorization_url(
        &self,
        metadata: &ProviderMetadata,
        request: &AuthorizationRequest<'_>,
    ) -> Result<String, OpenIdError> {
        let endpoint = Url::parse(&metadata.authorization_endpoint);
        let mut url = endpoint.map_err(|_| OpenIdError::Url)?;
        let query = url.query().map(str::to_owned);
        url.set_query(None);
        self.callable(url.as_str())?;
        url.set_query(query.as_deref());
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", request.redirect_uri)
            .append_pair("scope", request.scope)
            .append_pair("state", request.state)
            .append_pair("nonce", request.nonce)
            .append_pair("code_challenge", request.code_challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    /// The provider's public keys: a JWK set (RFC 7517, section 5).
    ///
    /// # Errors
    /// [`OpenIdError`].
    pub async fn keys(&self, metadata: &ProviderMetadata) -> Result<Value, OpenIdError> {
        let call = Call::new(Method::GET, self.callable(&metadata.jwks_uri)?);
        read(&self.send(call).await?)
    }

    /// Exchanges a code for the ID token.
    ///
    /// # Errors
    /// [`OpenIdError`]; [`OpenIdError::Status`] for a code that the provider refuses.
    pub async fn redeem(
        &self,
        metadata: &ProviderMetadata,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
    ) -> Result<Zeroizing<String>, OpenIdError> {
        let form = Form::new()
            .field("grant_type", "authorization_code")
            .field("code", code)
            .field("redirect_uri", redirect_uri)
            .field("client_id", &self.client_id)
            .field("code_verifier", verifier);
        let mut call = Call::new(Method::POST, self.callable(&metadata.token_endpoint)?);
        if let Some(secret) = &self.client_secret {
            // Both are form-encoded before (RFC 6749, section 2.3.1).
            let [id, secret] = [&self.client_id, &**secret].map(|text| percent_encoded(text));
            call = call.basic(&id, &Zeroizing::new(secret));
        }
        let call = call.body("application/x-www-form-urlencoded", form.into_bytes());
        let tokens: Tokens = read(&self.send(call).await?)?;
        Ok(Zeroizing::new(tokens.id_token))
    }

    /// A URL that the provider's metadata name, if it may be called: `https`, or on this machine, as the issuer.
    fn callable(&self, url: &str) -> Result<String, OpenIdError> {
        BaseUrl::of_any_host(url).map_err(|_| OpenIdError::Url)?;
        let is_https = |url: &str| url.starts_with("https://");
        if is_https(&self.issuer) && !is_https(url) {
            return Err(OpenIdError::Url);
        }
        Ok(url.to_owned())
    }

    async fn send(&self, call: Call) -> Result<Answer, OpenIdError> {
        let answer = self.http.send(NAME, call).await;
        let answer = answer.map_err(|_| OpenIdError::Unavailable)?;
        match answer.status() {
            200 => Ok(answer),
            status => Err(OpenIdError::Status(status)),
        }
    }
}

/// Whether a URL can be an issuer or a redirect URL: plain, with `https`, or with `http` on this machine.
pub fn is_usable_url(url: &str) -> bool {
    BaseUrl::of_any_host(url).is_ok()
}

fn read<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, OpenIdError> {
    answer
        .json()
        .map_err(|_: ProviderError| OpenIdError::Unreadable)
}
