//! TLS to PostgreSQL, with rustls. Certificates are always verified.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use payments_sql::authority;
use payments_sql::loopback::is_loopback;
use payments_sql::open_error::OpenError;

/// The protection of a connection.
#[derive(Clone)]
pub(super) enum Protection {
    /// None: on this machine, or with `sslmode=disable`.
    None,
    /// TLS, with the server's name and certificate verified.
    Tls(MakeRustlsConnect),
}

/// Reads a URL's `sslmode`: `disable`, or `require`, which also verifies the certificate.
/// By default, TLS is required unless the server is on this machine. `prefer` is not supported: an attacker on
/// the network could decide whether to encrypt.
pub(super) fn protection(
    url: &str,
    config: &mut Config,
    authority: Option<&Path>,
) -> Result<Protection, OpenError> {
    let is_said = url
        .split_once('?')
        .is_some_and(|(_, query)| query.contains("sslmode="));
    let is_wanted = match (config.get_ssl_mode(), is_said) {
        (SslMode::Disable, _) => false,
        (SslMode::Require, _) => true,
        (_, false) => !is_local(config),
        (_, true) => {
            let reason = "use sslmode=require or sslmode=disable";
            return Err(OpenError::MalformedUrl(reason.to_owned()));
        }
    };
    if !is_wanted {
        config.ssl_mode(SslMode::Disable);
        return Ok(Protection::None);
    }
    config.ssl_mode(SslMode::Require);
    Ok(Protection::Tls(MakeRustlsConnect::new(client(authority)?)))
}

/// Whether a URL's connection leaves this machine without TLS.
pub fn is_exposed(url: &str) -> bool {
    let config = url.parse::<Config>();
    config.is_ok_and(|config| config.get_ssl_mode() == SslMode::Disable && !is_local(&config))
}

/// Whether the server is on this machine. An address (`hostaddr`) takes precedence over the host's name.
fn is_local(config: &Config) -> bool {
    let is_this_machine = |host: &Host| match host {
        Host::Tcp(name) => is_loopback(name),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    config.get_hosts().iter().all(is_this_machine)
        && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

fn client(authority: Option<&Path>) -> Result<ClientConfig, OpenError> {
    let unusable = |error: &dyn std::fmt::Display| OpenError::UnusableAuthority(error.to_string());
    let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?;
    let Some(path) = authority else {
        let verified = versions
            .with_platform_verifier()
            .map_err(|error| unusable(&error))?;
        return Ok(verified.with_no_client_auth());
    };
    let mut roots = RootCertStore::empty();
    let pem = authority::read(path).map_err(OpenError::UnusableAuthority)?;
    for certificate in authority::certificates(&pem).map_err(OpenError::UnusableAuthority)? {
        roots.add(certificate).map_err(|error| unusable(&error))?;
    }
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}
