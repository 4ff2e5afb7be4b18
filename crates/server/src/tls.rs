//! Whom the server believes when it calls others: the authorities of this machine, and the
//! operator's own.

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::failure::Failure;

/// Certificates of authorities, besides those of this machine.
#[derive(Clone, Debug, Default)]
pub struct Authorities {
    certificates: Vec<CertificateDer<'static>>,
}

impl Authorities {
    /// Reads PEM with one certificate or more.
    pub fn read(pem: &str) -> Option<Self> {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let certificates = certificates.ok().filter(|certificates| !certificates.is_empty())?;
        let mut roots = RootCertStore::empty();
        let all_are_good = certificates.iter().all(|certificate| roots.add(certificate.clone()).is_ok());
        all_are_good.then_some(Self { certificates })
    }

    /// The operator's own, in DER.
    pub fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates.iter().map(AsRef::as_ref)
    }

    /// What a client of TLS needs.
    pub fn client(&self) -> Result<ClientConfig, Failure> {
        let mut roots = RootCertStore::empty();
        // A machine without any is one that calls nobody with TLS, or only its own.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.certificates.iter().cloned());
        let builder = ClientConfig::builder_with_provider(aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .map_err(|_| Failure::Crypto("no version of TLS"))?;
        Ok(builder.with_root_certificates(roots).with_no_client_auth())
    }
}
