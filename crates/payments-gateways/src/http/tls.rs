//! Certificates: the machine's authorities, checked by rustls.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::Verifier;

use super::ClientError;

/// A certificate authority, as DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root(pub Vec<u8>);

pub(super) fn config(extra_roots: &[Root]) -> Result<ClientConfig, ClientError> {
    let failed = |error: rustls::Error| ClientError::Roots(error.to_string());
    let provider = Arc::new(ring::default_provider());
    let roots = extra_roots.iter().map(|root| root.0.clone().into());
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider)).map_err(failed)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        // The verifier is rustls's own WebPKI one, with the machine's authorities: nothing is left unchecked.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}
