//! The keys that sign quotes, and the JWS they make (RFC 7515, compact, `EdDSA`).

use jsonwebtoken::errors::Error;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ring as ring_provider;
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
    signing: Option<(Header, EncodingKey)>,
    verifying: Vec<(String, DecodingKey)>,
    published: JwkSet,
}

impl QuoteKeys {
    /// The keys of these seeds, the signing one first.
    ///
    /// # Errors
    /// [`KeysError::Failed`] for a seed that is no key.
    pub fn of(seeds: &[QuoteSeed]) -> Result<Self, KeysError> {
        ring_provider::install();
        let mut keys = Self {
            signing: None,
            verifying: Vec::new(),
            published: JwkSet::default(),
        };
        for QuoteSeed { seed, .. } in seeds {
            let (jwk, verifying) = public_of(seed)?;
            let id = jwk.common.key_id.clone().unwrap_or_default();
            if keys.signing.is_none() {
                let header = Header {
                    typ: Some(TYPE.to_owned()),
                    kid: Some(id.clone()),
                    ..Header::new(Algorithm::EdDSA)
                };
                keys.signing = Some((header, EncodingKey::from_ed_der(&**seed)));
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
        let (header, key) = self.signing.as_ref().ok_or(KeysError::NotConfigured)?;
        let quote = jsonwebtoken::encode(header, claims, key)?;
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

/// The public key of a seed. Its id is its thumbprint (RFC 7638), so that no two keys share one.
fn public_of(seed: &[u8; 32]) -> Result<(Jwk, DecodingKey), Error> {
    let pair = Ed25519KeyPair::from_seed_unchecked(seed);
    let pair = pair.map_err(|_| Error::from(jsonwebtoken::errors::ErrorKind::InvalidEddsaKey))?;
    let key = DecodingKey::from_ed_der(pair.public_key().as_ref());
    let mut jwk = Jwk::from_decoding_key(&key, Some(Algorithm::EdDSA))?;
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256)?);
    Ok((jwk, key))
}

#[cfg(test)]
mod tests;
