//! A certificate for the servers, and the authority that signed it.

use std::path::PathBuf;

use anyhow::Result;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

use super::workdir::Workdir;

const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// PEM files in the shared folder.
pub(super) struct Certificate {
    /// What a client has to trust.
    pub(super) authority: PathBuf,
    pub(super) chain: PathBuf,
    pub(super) key: PathBuf,
}

impl Certificate {
    pub(super) fn issue(workdir: &Workdir) -> Result<Self> {
        let authority_key = KeyPair::generate()?;
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        authority
            .distinguished_name
            .push(DnType::CommonName, "payments tests");
        let authority_pem = authority.self_signed(&authority_key)?.pem();
        let issuer = Issuer::new(authority, authority_key);

        let key = KeyPair::generate()?;
        let mut server = CertificateParams::new(NAMES.map(str::to_owned))?;
        server.distinguished_name.push(DnType::CommonName, NAMES[0]);
        let server_pem = server.signed_by(&key, &issuer)?.pem();
        Ok(Self {
            authority: workdir.write("authority.pem", &authority_pem)?,
            chain: workdir.write("server.pem", &server_pem)?,
            key: workdir.write("server.key", &key.serialize_pem())?,
        })
    }

    /// The chain's, the key's and the authority's paths, for settings.
    pub(super) fn paths(&self) -> [std::path::Display<'_>; 3] {
        [&self.chain, &self.key, &self.authority].map(|path| path.display())
    }
}
