//! Signatures of JWTs by `ring`, as the crypto provider of `jsonwebtoken`.
//!
//! It only verifies. Quotes sign with a pair that they derive once; the library would derive it for each signature.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::ThumbprintHash;
use jsonwebtoken::signature::{Error as SignatureError, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use sha2::{Digest as _, Sha256};

/// The algorithms that it verifies: a token with any other is an error, with HMAC and without a signature above all.
pub(crate) const ALGORITHMS: [Algorithm; 3] =
    [Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256];

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils {
        compute_digest: digest,
        ..KeyUtils::new_unimplemented()
    },
};

/// Makes it the provider of this process.
pub(crate) fn install() {
    // An error only means that it is installed already.
    let _ = PROVIDER.install_default();
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature of `CryptoProvider`"
)]
fn signer(_: &Algorithm, _: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    Err(ErrorKind::InvalidAlgorithm.into())
}

/// The key has the algorithm's type, or there is an error.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature of `CryptoProvider`"
)]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    if key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    let key = match (algorithm, key.kind()) {
        (Algorithm::EdDSA, DecodingKeyKind::SecretOrDer(raw)) => raw_key(&ED25519, raw),
        (Algorithm::ES256, DecodingKeyKind::SecretOrDer(point)) => {
            raw_key(&ECDSA_P256_SHA256_FIXED, point)
        }
        (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
            Key::Rsa(RsaPublicKeyComponents {
                n: n.clone(),
                e: e.clone(),
            })
        }
        _ => return Err(ErrorKind::InvalidAlgorithm.into()),
    };
    Ok(Box::new(PublicKey {
        algorithm: *algorithm,
        key,
    }))
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of `KeyUtils`")]
fn digest(bytes: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>, Error> {
    if hash == ThumbprintHash::SHA256 {
        Ok(Sha256::digest(bytes).to_vec())
    } else {
        Err(ErrorKind::UnsupportedAlgorithm.into())
    }
}

struct PublicKey {
    algorithm: Algorithm,
    key: Key,
}

enum Key {
    Raw(UnparsedPublicKey<Vec<u8>>),
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
}

fn raw_key(algorithm: &'static dyn VerificationAlgorithm, bytes: &[u8]) -> Key {
    Key::Raw(UnparsedPublicKey::new(algorithm, bytes.to_vec()))
}

impl Verifier<Vec<u8>> for PublicKey {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let verified = match &self.key {
            Key::Raw(key) => key.verify(message, signature),
            Key::Rsa(key) => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
        };
        verified.map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for PublicKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
