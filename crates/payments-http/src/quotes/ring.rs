//! Ed25519 by `ring`, as the crypto provider of `jsonwebtoken`.
//!
//! The keys are raw: 32 bytes of seed, 32 bytes of public key.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::ThumbprintHash;
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
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
fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    only_ed25519(*algorithm)?;
    let pair = Ed25519KeyPair::from_seed_unchecked(key.as_bytes());
    let pair = pair.map_err(|_| Error::from(ErrorKind::InvalidEddsaKey))?;
    Ok(Box::new(Pair(pair)))
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature of `CryptoProvider`"
)]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    only_ed25519(*algorithm)?;
    let key = key.try_get_as_bytes()?.to_vec();
    Ok(Box::new(PublicKey(UnparsedPublicKey::new(&ED25519, key))))
}

fn only_ed25519(algorithm: Algorithm) -> Result<(), Error> {
    if algorithm == Algorithm::EdDSA {
        Ok(())
    } else {
        Err(ErrorKind::InvalidAlgorithm.into())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of `KeyUtils`")]
fn digest(bytes: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>, Error> {
    if hash == ThumbprintHash::SHA256 {
        Ok(Sha256::digest(bytes).to_vec())
    } else {
        Err(ErrorKind::UnsupportedAlgorithm.into())
    }
}

struct Pair(Ed25519KeyPair);

impl Signer<Vec<u8>> for Pair {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl JwtSigner for Pair {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
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
