//! Microsoft's directory as far as applications need it: who is known there, and how each proves it.

use std::sync::Mutex;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use super::token::{Bad, Signer, claims, is_over, now};
use super::{Cloud, lock};

/// What federated tokens are for.
pub(super) const EXCHANGE: &str = "api://AzureADTokenExchange";

/// An application that the directory knows.
#[derive(Debug)]
pub struct Application {
    /// Its identifier.
    pub client: String,
    /// Its password.
    pub secret: String,
    /// Whether the vaults let it in.
    pub(super) allowed: bool,
}

/// A cluster that the application trusts to say who is one of its accounts.
#[derive(Debug)]
pub struct Federation {
    /// Who signs.
    pub issuer: String,
    /// Which account is meant.
    pub subject: String,
    /// The keys that the issuer publishes, as a set of JWKs.
    pub keys: Value,
}

/// The directory of one tenant.
#[derive(Debug)]
pub struct Directory {
    /// The tenant.
    pub tenant: String,
    /// One that may do everything with keys.
    pub application: Application,
    /// One that may do nothing.
    pub stranger: Application,
    /// The word by which a machine proves that it asks for its own identity.
    pub(super) machine: String,
    pub(super) tokens: Signer,
    pub(super) cluster: Signer,
    pub(super) certificate: (Vec<u8>, RsaKeyPair),
    federation: Mutex<Option<Federation>>,
}

impl Default for Directory {
    #[expect(clippy::expect_used, reason = "a suite cannot go on without keys")]
    fn default() -> Self {
        let application = |allowed| Application {
            client: identifier(),
            // Passwords of the directory have such characters.
            secret: format!("{}~+/&", identifier()),
            allowed,
        };
        let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key can be made");
        let der = rcgen_key(&key);
        let params = CertificateParams::default();
        let certificate = params.self_signed(&der).expect("it can be signed");
        Self {
            tenant: identifier(),
            application: application(true),
            stranger: application(false),
            machine: identifier(),
            tokens: Signer::default(),
            cluster: Signer::default(),
            certificate: (certificate.der().to_vec(), key),
            federation: Mutex::default(),
        }
    }
}

impl Directory {
    /// The variables with which an application logs in by its password.
    pub fn with_secret(&self, application: &Application) -> Vec<(String, String)> {
        self.variables(
            application,
            [("AZURE_CLIENT_SECRET", application.secret.clone())],
        )
    }

    /// The same by the certificate, which is in the file.
    pub fn with_certificate(&self, file: &str) -> Vec<(String, String)> {
        let files = [("AZURE_CLIENT_CERTIFICATE_PATH", file.to_owned())];
        self.variables(&self.application, files)
    }

    /// The same by a token of the cluster, which is in the file.
    pub fn with_cluster_token(&self, file: &str) -> Vec<(String, String)> {
        let files = [("AZURE_FEDERATED_TOKEN_FILE", file.to_owned())];
        self.variables(&self.application, files)
    }

    fn variables<const N: usize>(
        &self,
        application: &Application,
        more: [(&str, String); N],
    ) -> Vec<(String, String)> {
        let both = [
            ("AZURE_TENANT_ID", self.tenant.clone()),
            ("AZURE_CLIENT_ID", application.client.clone()),
        ];
        let all = both.into_iter().chain(more);
        all.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The application's certificate and its key, in PEM.
    pub fn certificate(&self) -> String {
        let (certificate, key) = &self.certificate;
        let key: Result<Pkcs8V1Der<'_>, _> = key.as_der();
        let key = key.map(|key| pem("PRIVATE KEY", key.as_ref()));
        [pem("CERTIFICATE", certificate), key.unwrap_or_default()].concat()
    }

    /// A token of the cluster, for the application.
    pub fn cluster_token(&self) -> String {
        self.cluster.sign(EXCHANGE, 3600, &self.application.client)
    }

    /// What `az account get-access-token` prints, for a token that is good for so many seconds.
    pub fn printed_by_cli(&self, audience: &str, seconds: i64) -> String {
        let token = self
            .tokens
            .sign(audience, seconds, &self.application.client);
        let until = now() + 3600;
        json!({"accessToken": token, "expires_on": until, "tokenType": "Bearer"}).to_string()
    }

    /// What `azd auth token` prints, for a token that is good for an hour.
    pub fn printed_by_developer_cli(&self, audience: &str) -> String {
        let token = self.tokens.sign(audience, 3600, &self.application.client);
        json!({"token": token, "expiresOn": "2099-01-02T03:04:05Z"}).to_string()
    }

    /// From now on, an account of a cluster can log in as the application.
    pub fn trust(&self, federation: Federation) {
        *lock(&self.federation) = Some(federation);
    }

    /// Whether a token is one of the cluster that is trusted, about the account that is meant.
    pub(super) fn is_federated(&self, token: &str) -> bool {
        let federation = lock(&self.federation);
        let told = federation.as_ref().and_then(|federation| {
            let claims = federation.verified(token)?;
            let audiences = claims["aud"].as_array()?;
            let is_good = claims["iss"] == federation.issuer
                && claims["sub"] == federation.subject
                && audiences.iter().any(|it| it == EXCHANGE)
                && !is_over(&claims);
            is_good.then_some(())
        });
        told.is_some()
    }

    /// Whether the vaults of a cloud take a token, and let its owner in.
    pub(super) fn admits(&self, token: &str, cloud: Cloud) -> Result<bool, Bad> {
        let client = self.tokens.verify(token, &cloud.resource())?;
        let owner = self.applications().find(|it| it.client == client);
        Ok(owner.is_some_and(|owner| owner.allowed))
    }

    pub(super) fn applications(&self) -> impl Iterator<Item = &Application> {
        [&self.application, &self.stranger].into_iter()
    }
}

impl Federation {
    /// The claims of a token that one of the keys has signed.
    fn verified(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let keys = self.keys["keys"].as_array()?;
        let is_signed = keys.iter().any(|key| {
            let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str()?).ok();
            let (Some(n), Some(e)) = (part("n"), part("e")) else {
                return false;
            };
            let key = RsaPublicKeyComponents { n, e };
            let algorithm = &RSA_PKCS1_2048_8192_SHA256;
            key.verify(algorithm, signed.as_bytes(), &signature).is_ok()
        });
        is_signed.then(|| claims(token)).flatten()
    }
}

fn pem(label: &str, bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
    let lines = lines.collect::<Vec<_>>().join("\n");
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}

#[expect(clippy::expect_used, reason = "a key that was just made is one")]
fn rcgen_key(key: &RsaKeyPair) -> KeyPair {
    let key: Pkcs8V1Der<'_> = key.as_der().expect("a key has bytes");
    KeyPair::try_from(key.as_ref()).expect("a key is one")
}

/// Such as tenants and applications have.
fn identifier() -> String {
    let [a, b, c, d] = rand::random::<[u16; 4]>();
    let end = rand::random::<u64>() >> 16;
    format!("{:08x}-{a:04x}-{b:04x}-{c:04x}-{end:012x}", u32::from(d))
}
