//! Reads the file of a certificate authority.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The file's text, which has at least one certificate.
///
/// # Errors
/// Why the file cannot be used, without its content.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    if certificates(&pem)?.is_empty() {
        return Err("it holds no certificate in PEM".to_owned());
    }
    Ok(pem)
}

/// The certificates of a PEM file's text.
///
/// # Errors
/// Why the text is not PEM.
pub fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>();
    certificates.map_err(|error| format!("it is no PEM: {error:?}"))
}
