//! The keys that sign quotes, and the JWS they make (RFC 7515, compact, `EdDSA`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::jws;
use crate::settings::QuoteSeed;

/// The `typ` of a quote's header.
pub const TYPE: &str = "payments-quote+jwt";

/// The longest quote that is signed and read, in bytes. Most are a sixth as long; a schedule of 99 large amounts and fifty
/// rules with the longest slugs make one of 10 KB.
pub const MAX_LENGTH: usize = 12 * 1024;

/// Why the service cannot use its keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There is none.
    #[error("quotes.keys is empty")]
    NotConfigured,
    /// The quote would be longer than [`MAX_LENGTH`].
    #[error("a quote is too long to be read")]
    TooLong,
    /// A library's error.
    #[error("a quote cannot be signed: {0}")]
    Failed(#[from] Error),
}

/// The service's keys for quotes: the first signs, all verify. May be empty.
pub struct QuoteKeys {
    signing: Option<SigningKey>,
    verifying: Vec<(String, DecodingKey)>,
    published: JwkSet,
}

/// Derived once: deriving the pair takes as long as a signature.
struct SigningKey {
    /// Encoded.
    header: String,
    pair: Ed25519KeyPair,
}

impl QuoteKeys {
    /// The keys of these seeds, the signing one first.
    ///
    /// # Errors
    /// [`KeysError::Failed`] for a seed that is no key.
    pub fn of(seeds: &[QuoteSeed]) -> Result<Self, KeysError> {
        jws::install();
        let mut keys = Self {
            signing: None,
            verifying: Vec::new(),
            published: JwkSet::default(),
        };
        for QuoteSeed { seed, .. } in seeds {
            let pair = pair_of(seed)?;
            let (jwk, verifying) = public_of(&pair)?;
            let id = jwk.common.key_id.clone().unwrap_or_default();
            if keys.signing.is_none() {
                let header = encoded(&Header {
                    typ: Some(TYPE.to_owned()),
                    kid: Some(id.clone()),
                    ..Header::new(Algorithm::EdDSA)
                })?;
                keys.signing = Some(SigningKey { header, pair });
            }
            keys.verifying.push((id, verifying));
            keys.published.keys.push(jwk);
        }
        Ok(keys)
    }

    /// Whether quotes can be signed.
    pub const fn is_configured(&self) -> bool {
        self.signing.is_some()
    }

    /// The public keys, for `/.well-known/jwks.json`.
    pub const fn published(&self) -> &JwkSet {
        &self.published
    }

    /// Signs claims.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, KeysError> {
        let SigningKey { header, pair } = self.signing.as_ref().ok_or(KeysError::NotConfigured)?;
        let message = format!("{header}.{}", encoded(claims)?);
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
        let quote = format!("{message}.{signature}");
        if quote.len() > MAX_LENGTH {
            return Err(KeysError::TooLong);
        }
        Ok(quote)
    }

    /// The claims of a quote that one of these keys signed. `None` for anything else: another type or algorithm, an unknown
    /// key, a wrong signature, other claims, or more than [`MAX_LENGTH`] bytes. The issuer and the times are the caller's
    /// to check.
    pub fn open<T: DeserializeOwned>(&self, quote: &str) -> Option<T> {
        if quote.len() > MAX_LENGTH {
            return None;
        }
        let header = jsonwebtoken::decode_header(quote).ok()?;
        if header.typ.as_deref() != Some(TYPE) || header.alg != Algorithm::EdDSA {
            return None;
        }
        let id = header.kid?;
        let (_, key) = self.verifying.iter().find(|(known, _)| *known == id)?;
        let opened = jsonwebtoken::decode(quote, key, &signature_only()).ok()?;
        Some(opened.claims)
    }
}

/// The library would compare `exp` with its own clock and leeway.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

/// A part of a compact JWS.
fn encoded(part: &impl Serialize) -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(part)?))
}

fn pair_of(seed: &[u8; 32]) -> Result<Ed25519KeyPair, Error> {
    Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| ErrorKind::InvalidEddsaKey.into())
}

/// The public key of a pair. Its id is its thumbprint (RFC 7638), so that no two keys share one.
fn public_of(pair: &Ed25519KeyPair) -> Result<(Jwk, DecodingKey), Error> {
    let key = DecodingKey::from_ed_der(pair.public_key().as_ref());
    let mut jwk = Jwk::from_decoding_key(&key, Some(Algorithm::EdDSA))?;
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256)?);
    Ok((jwk, key))
}

#[cfg(test)]
mod tests;
