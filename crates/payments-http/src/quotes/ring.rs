//! Ed25519 by `ring`, as the crypto provider of `jsonwebtoken`. It only verifies: `keys` signs with a pair that it derives
//! once, the library would derive it for each signature. The public keys are raw: 32 bytes.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::ThumbprintHash;
use jsonwebtoken::signature::{Error as SignatureError, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

/// A provider of this one algorithm: a token with any other is an error.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils {
        compute_digest: digest,
        ..KeyUtils::new_unimplemented()
    },
};

/// Makes it the provider of this process.
pub(super) fn install() {
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

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature of `CryptoProvider`"
)]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    if *algorithm != Algorithm::EdDSA {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    let key = key.try_get_as_bytes()?.to_vec();
    Ok(Box::new(PublicKey(UnparsedPublicKey::new(&ED25519, key))))
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of `KeyUtils`")]
fn digest(bytes: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>, Error> {
    if hash == ThumbprintHash::SHA256 {
        Ok(Sha256::digest(bytes).to_vec())
    } else {
        Err(ErrorKind::UnsupportedAlgorithm.into())
    }
}

struct PublicKey(UnparsedPublicKey<Vec<u8>>);

impl Verifier<Vec<u8>> for PublicKey {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let verified = self.0.verify(message, signature);
        verified.map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for PublicKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}
