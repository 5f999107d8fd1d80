//! Azure Key Vault, at the stand-in that the vendor's own clients accept.

use selkie_tests::servers::key_vault::{Direct, KeyVault};
use serde_json::{Value, json};

use super::{Cases, Setup};
use crate::case::Remote;
use crate::place::Place;

/// The Secret with the application's password.
const LOGIN: &str = "azure-login";
/// The names of the key and the certificate that are there.
pub(crate) const KEY: &str = "accepted-key";
pub(crate) const CERTIFICATE: &str = "accepted-web";
const TWO_TEXTS: &[&str] = &["SimpleDataSync"];

/// A vault with one key and one certificate.
pub(crate) struct Azure {
    vault: KeyVault,
    direct: Direct,
    /// What identifies the version of the key.
    pub(crate) key: String,
    /// The certificate and its key, in PEM.
    pub(crate) certificate: String,
}

impl Azure {
    pub(crate) fn start() -> Self {
        let vault = KeyVault::start();
        let direct = vault.direct();
        let key = vault.with_keys(&direct.url, |keys| keys.make(KEY));
        let certificate = vault.directory().certificate();
        vault.with_vault(&direct.url, |vault| {
            let (certificates, secrets) = (&mut vault.certificates, &mut vault.secrets);
            certificates.put(secrets, CERTIFICATE, &certificate);
        });
        Self {
            vault,
            direct,
            key,
            certificate,
        }
    }

    /// Where the vault is.
    pub(crate) fn url(&self) -> &str {
        &self.direct.url
    }
}

type Store = fn(&Place<'_>, &[Remote]) -> Value;

const fn setup(id: &'static str, cases: Cases, store: Store) -> Setup {
    Setup {
        id,
        provider: "azurekv",
        cases,
        put,
        delete,
        store,
        folder: str::to_owned,
        found: |_, key| key.to_owned(),
    }
}

pub(super) static SETUPS: &[Setup] = &[
    setup("azure.secret.newSDK", Cases::Listed, |place, _| {
        place.store(&spec(place))
    }),
    setup(
        "azure.secret.referent",
        Cases::These(TWO_TEXTS),
        |place, _| place.cluster_store(&spec(place)),
    ),
    setup("azure.cert", Cases::These(&["azure.cert"]), |place, _| {
        place.store(&spec(place))
    }),
    setup("azure.key", Cases::These(&["azure.key"]), |place, _| {
        place.store(&spec(place))
    }),
];

fn put(place: &Place<'_>, secrets: &[Remote]) {
    let azure = &place.servers.azure;
    azure.vault.with_secrets(azure.url(), |vault| {
        for secret in secrets {
            let tags: Vec<_> = secret.tags.iter().map(|(key, it)| (*key, &**it)).collect();
            vault.put(&place.key(secret.name), &secret.value, &tags);
        }
    });
}

fn delete(place: &Place<'_>, secrets: &[Remote]) {
    let azure = &place.servers.azure;
    azure.vault.with_secrets(azure.url(), |vault| {
        for secret in secrets {
            assert!(vault.delete(&place.key(secret.name)));
        }
    });
}

/// A store of whoever logs in with a password, which lies in the namespace.
fn spec(place: &Place<'_>) -> Value {
    let azure = &place.servers.azure;
    let directory = azure.vault.directory();
    let application = &directory.application;
    let login =
        json!({ "stringData": { "id": application.client, "password": application.secret } });
    place.write("Secret", LOGIN, login);
    json!({ "provider": { "azurekv": {
        "vaultUrl": azure.url(),
        "tenantId": directory.tenant,
        "useAzureSDK": true,
        "customCloudConfig": {
            "activeDirectoryEndpoint": azure.url(),
            "keyVaultEndpoint": azure.url(),
        },
        "authSecretRef": {
            "clientId": { "name": LOGIN, "key": "id" },
            "clientSecret": { "name": LOGIN, "key": "password" },
        },
    }}})
}
