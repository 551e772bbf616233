//! Certificates: the machine's authorities, checked by rustls.

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

use super::ClientError;

/// A certificate authority, as DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root(pub Vec<u8>);

impl Root {
    /// All certificates of a PEM file, at least one.
    ///
    /// # Errors
    /// [`ClientError::Roots`] when the file cannot be read, or has none.
    pub fn of_pem_file(path: &Path) -> Result<Vec<Self>, ClientError> {
        let unusable =
            |why: &dyn std::fmt::Display| ClientError::Roots(format!("{}: {why}", path.display()));
        let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unusable(&error))?;
        let roots = certificates.map(|one| one.map(|one| Self(one.to_vec())));
        let roots: Vec<Self> = roots
            .collect::<Result<_, _>>()
            .map_err(|error| unusable(&error))?;
        if roots.is_empty() {
            return Err(unusable(&"no certificate in it"));
        }
        Ok(roots)
    }
}

pub(super) fn config(extra_roots: &[Root]) -> Result<ClientConfig, ClientError> {
    let failed = |error: rustls::Error| ClientError::Roots(error.to_string());
    let provider = Arc::new(ring::default_provider());
    let roots = extra_roots.iter().map(|root| root.0.clone().into());
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider)).map_err(failed)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        // The verifier is rustls's WebPKI one, with the machine's authorities: every check is enabled.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}
