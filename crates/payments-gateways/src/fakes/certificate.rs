//! Certificates for fakes that are called with TLS, valid and invalid ones.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use rcgen::{CertificateParams, CertifiedKey, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;

/// A self-signed certificate, with its key.
pub struct FakeCertificate(CertifiedKey<KeyPair>);

impl FakeCertificate {
    /// A certificate for a host, valid from the first day of one year to the first day of another.
    ///
    /// # Errors
    /// The host is no name, or no key can be made.
    pub fn new(host: &str, years: Range<i32>) -> io::Result<Self> {
        let mut params = CertificateParams::new(vec![host.to_owned()]).map_err(io::Error::other)?;
        params.not_before = rcgen::date_time_ymd(years.start, 1, 1);
        params.not_after = rcgen::date_time_ymd(years.end, 1, 1);
        let signing_key = KeyPair::generate().map_err(io::Error::other)?;
        let cert = params.self_signed(&signing_key).map_err(io::Error::other)?;
        Ok(Self(CertifiedKey { cert, signing_key }))
    }

    /// The certificate in PEM, as a file of authorities has it.
    pub fn pem(&self) -> String {
        self.0.cert.pem()
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        self.0.cert.der()
    }

    /// The TLS configuration of a server with this certificate.
    pub(super) fn server_config(&self) -> io::Result<Arc<ServerConfig>> {
        let key = PrivatePkcs8KeyDer::from(self.0.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![self.0.cert.der().clone()], key.into())
            .map_err(io::Error::other)?;
        Ok(Arc::new(config))
    }
}
