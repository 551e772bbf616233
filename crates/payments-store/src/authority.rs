//! The file of an authority that signs servers' certificates.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The file's text, which holds a certificate at least.
///
/// # Errors
/// Why it is of no use, without what is in it.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    if certificates(&pem)?.is_empty() {
        return Err("it holds no certificate in PEM".to_owned());
    }
    Ok(pem)
}

/// The certificates of a text in PEM.
///
/// # Errors
/// It is malformed.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>();
    certificates.map_err(|error| format!("it is no PEM: {error:?}"))
}
