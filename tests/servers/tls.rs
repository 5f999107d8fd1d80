//! A certificate authority of our own, for one test process, and certificates for servers and clients that it signs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// An authority that nobody knows who was not told of it.
#[derive(Debug)]
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its key.
#[derive(Debug)]
pub struct Certificate {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(
    clippy::expect_used,
    reason = "a suite cannot go on without a certificate"
)]
impl Authority {
    /// A new one.
    ///
    /// # Panics
    /// If no key can be made.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "authority of a test");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key can be made");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("it can be signed");
        Self { issuer }
    }

    /// Its certificate in a file of `folder`, as `SSL_CERT_FILE` takes it.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn file(&self, folder: &Path) -> PathBuf {
        let path = folder.join("authority.pem");
        std::fs::write(&path, self.issuer.pem()).expect("a certificate can be written");
        path
    }

    /// A certificate for a server with these names or addresses.
    pub fn server(&self, names: &[&str]) -> Certificate {
        self.issue(names, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A certificate for a client.
    pub fn client(&self, name: &str) -> Certificate {
        self.issue(&[name], ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn issue(&self, names: &[&str], usage: ExtendedKeyUsagePurpose) -> Certificate {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("these are names");
        params.extended_key_usages = vec![usage];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = params.signed_by(&key, &self.issuer);
        Certificate {
            certificate: certificate.expect("it can be signed"),
            key,
        }
    }
}

#[expect(clippy::expect_used, reason = "a suite cannot go on without TLS")]
impl Certificate {
    /// The certificate as PEM.
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// Its key as PEM.
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// Certificate and key in two files of `folder`.
    ///
    /// # Panics
    /// If they cannot be written.
    pub fn files(&self, folder: &Path, name: &str) -> [PathBuf; 2] {
        let written = |ending: &str, text: String| {
            let path = folder.join(format!("{name}{ending}"));
            std::fs::write(&path, text).expect("a file can be written");
            path
        };
        [
            written(".pem", self.pem()),
            written("-key.pem", self.key_pem()),
        ]
    }

    /// What a server shows to clients, of whom it asks no certificate.
    ///
    /// # Panics
    /// If TLS does not take the certificate.
    pub fn config(&self) -> Arc<ServerConfig> {
        let chain = vec![self.certificate.der().clone()];
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).expect("a key is one");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows TLS")
            .with_no_client_auth()
            .with_single_cert(chain, key);
        Arc::new(config.expect("the key is the certificate's"))
    }
}
