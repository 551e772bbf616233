//! A fake OpenID Connect provider: it identifies one person, without asking anybody.

#![expect(
    clippy::expect_used,
    reason = "a fake may fail the test that it is for"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::form;
use super::reply::Reply;
use super::server::{Fake, Received};

/// What is wrong with the ID tokens of a fake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdTokenFault {
    /// Nothing.
    #[default]
    None,
    /// The nonce of another sign-in.
    OtherNonce,
    /// Another client's.
    OtherAudience,
    /// For two clients, and no party is named.
    TwoAudiences,
    /// Ours is one of two clients, and the other one is the party.
    OtherParty,
    /// Another issuer's.
    OtherIssuer,
    /// It expired ten minutes ago.
    Expired,
    /// Issued in ten minutes.
    Future,
    /// `alg` is `none`, and there is no signature.
    Unsigned,
    /// `alg` is `HS256`, with the public key as the secret.
    PublicKeyAsSecret,
    /// Signed by a key that the key set does not have, under the id of one that it has.
    OtherSigner,
    /// Signed by a key that the key set does not have.
    UnknownKey,
    /// A claim was changed after it was signed.
    Changed,
}

/// A provider with one registered client.
pub struct FakeOpenIdProvider {
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    inner: Mutex<Inner>,
}

struct Inner {
    key: EcdsaKeyPair,
    key_number: usize,
    /// The claims that say who the person is.
    person: Value,
    fault: IdTokenFault,
    /// By the code, each until it is redeemed.
    grants: BTreeMap<String, Grant>,
    codes: usize,
    key_sets_sent: usize,
}

struct Grant {
    nonce: String,
    challenge: String,
}

impl FakeOpenIdProvider {
    /// A provider that knows this client, and identifies a person with these claims. A client without a secret is a public one.
    ///
    /// # Panics
    /// If the machine gives no random bytes.
    pub fn new(
        client_id: &str,
        client_secret: &str,
        redirect_uri: &str,
        person: Value,
    ) -> Arc<Self> {
        Arc::new(Self {
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            inner: Mutex::new(Inner {
                key: new_key(),
                key_number: 1,
                person,
                fault: IdTokenFault::None,
                grants: BTreeMap::new(),
                codes: 0,
                key_sets_sent: 0,
            }),
        })
    }

    /// From now on it identifies a person with these claims.
    pub fn identify(&self, person: Value) {
        self.lock().person = person;
    }

    /// From now on its ID tokens have this fault.
    pub fn put(&self, fault: IdTokenFault) {
        self.lock().fault = fault;
    }

    /// Replaces its key.
    pub fn rotate_key(&self) {
        let mut inner = self.lock();
        inner.key = new_key();
        inner.key_number += 1;
    }

    /// How often its key set was read.
    pub fn key_sets_sent(&self) -> usize {
        self.lock().key_sets_sent
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends the browser back at once.
    fn authorize(&self, request: &Received) -> Option<Reply> {
        let query = form::parse(&request.query)?;
        let is = |name: &str, value: &str| query.get(name).is_some_and(|given| given == value);
        let is_known = is("client_id", &self.client_id) && is("redirect_uri", &self.redirect_uri);
        let is_code = is("response_type", "code") && is("code_challenge_method", "S256");
        let asks_for_id = query.get("scope")?.split(' ').any(|one| one == "openid");
        if !is_known || !is_code || !asks_for_id {
            return None;
        }
        let mut inner = self.lock();
        inner.codes += 1;
        let code = format!("code-{}", inner.codes);
        let grant = Grant {
            nonce: query.get("nonce")?.clone(),
            challenge: query.get("code_challenge")?.clone(),
        };
        inner.grants.insert(code.clone(), grant);
        let (uri, state) = (&self.redirect_uri, query.get("state")?);
        let issuer = &request.origin;
        Some(Reply::Redirect(format!(
            "{uri}?code={code}&state={state}&iss={issuer}"
        )))
    }

    /// Whether the credentials are those of the client, form-encoded (RFC 6749, section 2.3.1).
    fn is_client(&self, authorization: &str) -> bool {
        let decoded = || {
            let credentials = authorization.strip_prefix("Basic ")?;
            let credentials = BASE64_STANDARD.decode(credentials).ok()?;
            let credentials = String::from_utf8(credentials).ok()?;
            let (id, secret) = credentials.split_once(':')?;
            Some((form::decode(id)?, form::decode(secret)?))
        };
        let own = (self.client_id.clone(), self.client_secret.clone());
        decoded() == Some(own)
    }

    fn token(&self, request: &Received) -> Option<Reply> {
        let form = form::fields(request)?;
        let is = |name: &str, value: &str| form.get(name).is_some_and(|given| given == value);
        let is_client = match request.header("authorization") {
            "" => self.client_secret.is_empty() && is("client_id", &self.client_id),
            given => self.is_client(given),
        };
        let is_exchange = is("grant_type", "authorization_code");
        if !is_client || !is_exchange || !is("redirect_uri", &self.redirect_uri) {
            return None;
        }
        let mut inner = self.lock();
        let grant = inner.grants.remove(form.get("code")?)?;
        let challenge = BASE64.encode(Sha256::digest(form.get("code_verifier")?));
        if challenge != grant.challenge {
            return None;
        }
        let id_token = inner.id_token(&request.origin, &self.client_id, &grant.nonce);
        let tokens = json!({"access_token": "a", "token_type": "Bearer", "id_token": id_token});
        Some(Reply::json(200, &tokens))
    }
}

impl Inner {
    fn id_token(&self, issuer: &str, client_id: &str, nonce: &str) -> String {
        let now = now();
        let mut claims = self.person.clone();
        claims["iss"] = issuer.into();
        claims["aud"] = client_id.into();
        claims["nonce"] = nonce.into();
        claims["iat"] = now.into();
        claims["exp"] = (now + 300).into();
        let id = format!("key-{}", self.key_number);
        let mut header = json!({"alg": "ES256", "kid": id});
        match self.fault {
            IdTokenFault::OtherNonce => claims["nonce"] = "another".into(),
            IdTokenFault::OtherAudience => claims["aud"] = "another".into(),
            IdTokenFault::TwoAudiences => claims["aud"] = json!([client_id, "another"]),
            IdTokenFault::OtherParty => {
                claims["aud"] = json!([client_id, "another"]);
                claims["azp"] = "another".into();
            }
            IdTokenFault::OtherIssuer => claims["iss"] = "https://another.example".into(),
            IdTokenFault::Expired => claims["exp"] = (now - 600).into(),
            IdTokenFault::Future => claims["iat"] = (now + 600).into(),
            IdTokenFault::Unsigned => header = json!({"alg": "none"}),
            IdTokenFault::PublicKeyAsSecret => header["alg"] = "HS256".into(),
            IdTokenFault::UnknownKey => header["kid"] = "key-0".into(),
            IdTokenFault::None | IdTokenFault::OtherSigner | IdTokenFault::Changed => {}
        }
        let encoded = |value: &Value| BASE64.encode(value.to_string());
        let message = format!("{}.{}", encoded(&header), encoded(&claims));
        let signature = match self.fault {
            IdTokenFault::Unsigned => Vec::new(),
            IdTokenFault::PublicKeyAsSecret => mac(self.key.public_key().as_ref(), &message),
            IdTokenFault::OtherSigner | IdTokenFault::UnknownKey => sign(&new_key(), &message),
            IdTokenFault::None
            | IdTokenFault::OtherNonce
            | IdTokenFault::OtherAudience
            | IdTokenFault::TwoAudiences
            | IdTokenFault::OtherParty
            | IdTokenFault::OtherIssuer
            | IdTokenFault::Expired
            | IdTokenFault::Future
            | IdTokenFault::Changed => sign(&self.key, &message),
        };
        let signature = BASE64.encode(signature);
        if self.fault == IdTokenFault::Changed {
            claims["roles"] = json!(["admins"]);
            return format!("{}.{}.{signature}", encoded(&header), encoded(&claims));
        }
        format!("{message}.{signature}")
    }

    /// The point's coordinates follow a byte that says that it is not compressed.
    fn key_set(&mut self) -> Value {
        self.key_sets_sent += 1;
        let point = self.key.public_key().as_ref();
        let [x, y] = [&point[1..33], &point[33..]].map(|half| BASE64.encode(half));
        let id = format!("key-{}", self.key_number);
        let unknown = json!({"kty": "quantum", "kid": "of tomorrow"});
        let known = json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": id, "x": x, "y": y});
        json!({ "keys": [unknown, known] })
    }
}

/// In seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the provider is another machine")]
fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs().try_into().unwrap_or(0))
}

fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("random bytes");
    EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).expect("its own key")
}

fn sign(key: &EcdsaKeyPair, message: &str) -> Vec<u8> {
    let signature = key.sign(&SystemRandom::new(), message.as_bytes());
    signature.expect("random bytes").as_ref().to_vec()
}

fn mac(secret: &[u8], message: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

#[async_trait]
impl Fake for FakeOpenIdProvider {
    async fn answer(&self, request: Received) -> Reply {
        let at = |path: &str| format!("{}{path}", request.origin);
        let answer = match request.operation() {
            ("GET", "/.well-known/openid-configuration") => Some(Reply::json(
                200,
                &json!({
                    "issuer": request.origin, "authorization_endpoint": at("/authorize"),
                    "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
                    "authorization_response_iss_parameter_supported": true,
                }),
            )),
            ("GET", "/keys") => Some(Reply::json(200, &self.lock().key_set())),
            ("GET", "/authorize") => self.authorize(&request),
            ("POST", "/token") => self.token(&request),
            _ => None,
        };
        answer.unwrap_or_else(|| Reply::json(400, &json!({"error": "invalid_request"})))
    }
}
