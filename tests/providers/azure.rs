//! Azure Key Vault, on the stand-in that the vendor's own clients accept.

mod failures;
mod find;
mod logins;
mod reads;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use selkie_api::store::azurekv::AzureKv as Spec;
use selkie_crypto::Secret;
use selkie_providers::azure::AzureKv;
use selkie_providers::{Address, Credentials, Failure, Means, Provider as _, Reference};
use selkie_tests::servers::key_vault::{Direct, KeyVault};
use serde_json::{Value, json};

use crate::runtime::run;

/// What references stand for: `SECRET/KEY`, the name of an annotation or a variable, `token`, `own token`.
type Values<'v> = &'v [(&'v str, &'v str)];

/// The stand-in, with the way in that a test has.
struct Cloud {
    vault: KeyVault,
    direct: Direct,
}

impl Cloud {
    fn start() -> Self {
        let vault = KeyVault::start();
        Self {
            direct: vault.direct(),
            vault,
        }
    }

    fn url(&self) -> &str {
        &self.direct.url
    }

    /// A store of whoever logs in with a password, which stands in Secret `app`.
    fn spec(&self) -> Value {
        json!({
            "vaultUrl": self.url(),
            "tenantId": self.vault.directory().tenant,
            "useAzureSDK": true,
            "customCloudConfig": {
                "activeDirectoryEndpoint": self.url(),
                "keyVaultEndpoint": self.url(),
            },
            "authSecretRef": {
                "clientId": {"name": "app", "key": "id"},
                "clientSecret": {"name": "app", "key": "secret"},
            },
        })
    }

    /// The same, ready to be asked.
    fn store(&self) -> AzureKv {
        let application = &self.vault.directory().application;
        let values = [
            ("app/id", &*application.client),
            ("app/secret", &*application.secret),
        ];
        connect(&self.spec(), &values, false).unwrap()
    }

    fn put(&self, name: &str, value: &str, tags: &[(&str, &str)]) -> String {
        self.vault
            .with_secrets(self.url(), |secrets| secrets.put(name, value, tags))
    }

    /// How often something was asked for since the last time.
    fn calls(&self, what: &[&str]) -> Vec<usize> {
        let calls = self.vault.take_calls();
        what.iter()
            .map(|it| calls.get(it).copied().unwrap_or_default())
            .collect()
    }
}

/// A store with the block `azurekv`; `own` says whether it may use the controller's own identity.
fn connect(spec: &Value, values: Values<'_>, own: bool) -> Result<AzureKv, Failure> {
    let spec: Spec = serde_json::from_value(spec.clone()).unwrap();
    let mut credentials = Credentials::default();
    for reference in AzureKv::references(&spec) {
        let name = match &reference {
            Reference::Secret { name, key, .. } => format!("{name}/{key}"),
            Reference::Annotation { annotation, .. } => annotation.clone(),
            Reference::Token { .. } => "token".to_owned(),
            Reference::Variable(name) => (*name).to_owned(),
            Reference::OwnFederatedToken => "own token".to_owned(),
            other => panic!("{other:?}"),
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            credentials.insert(reference, Secret::from((*value).to_owned()));
        }
    }
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let clock = Arc::new(move || now().as_secs());
    let means = Means {
        own_identity: own,
        ..Means::new(credentials, clock)
    };
    AzureKv::connect(&spec, &means)
}

/// The failure of a read, whether it comes from the spec or from the service.
fn failure(spec: &Value, values: Values<'_>, own: bool) -> Failure {
    let read = |store: AzureKv| run(async move { store.read(&Address::value("app")).await });
    match connect(spec, values, own).and_then(read) {
        Ok(read) => panic!("{spec}: {read:?}"),
        Err(failure) => failure,
    }
}

/// The same with other fields; null takes one out.
fn with(mut spec: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            spec.as_object_mut().unwrap().remove(name);
        } else {
            spec[name] = value.clone();
        }
    }
    spec
}
