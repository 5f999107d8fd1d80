//! From a store's spec and what it refers to, to its provider: one table for all.
//!
//! Never here: how a reference is resolved, and whether a store may use it.

use std::sync::Arc;
use std::time::Duration;

use selkie_api::store::ProviderKind;
use selkie_api::store::aws::AwsService;
use selkie_api::store::sops::SopsSource;
use selkie_api::{CaProvider, Capabilities, Cause, StoreSpec};

use crate::fake::Fake;
use crate::limit::Retry;
use crate::{Credentials, Failure, Provider, Reach, Reference};

/// What a provider may use besides its spec.
#[derive(Clone)]
pub struct Means {
    /// The values of what the spec refers to.
    pub credentials: Credentials,
    /// Which addresses may be asked.
    pub reach: Reach,
    /// Whether the process's own identity in a cloud may be used: only for a ClusterSecretStore, or where a flag says so.
    pub own_identity: bool,
    /// The files of a store of provider `sops`.
    #[cfg(feature = "sops")]
    pub source: Option<Arc<dyn crate::sops::Source>>,
    /// What a store of provider `sops` asks for its artifact.
    #[cfg(feature = "sops-flux")]
    pub artifacts: Option<Arc<dyn crate::sops::Artifacts>>,
    /// The addresses of AWS's services, where they are not its own.
    #[cfg(feature = "aws")]
    pub aws: crate::aws::Endpoints,
    /// On whose behalf it is, for providers that pass that on. None if it is for nobody yet.
    pub asker: Option<Asker>,
    /// The seconds since 1970, which signed requests carry.
    pub clock: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl Means {
    /// The values of its references, and nothing else that it might want.
    pub fn new(credentials: Credentials, clock: Arc<dyn Fn() -> u64 + Send + Sync>) -> Self {
        Self {
            credentials,
            reach: Reach::default(),
            own_identity: false,
            #[cfg(feature = "sops")]
            source: None,
            #[cfg(feature = "sops-flux")]
            artifacts: None,
            #[cfg(feature = "aws")]
            aws: crate::aws::Endpoints::default(),
            asker: None,
            clock,
        }
    }
}

/// On whose behalf a store is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The namespace of whoever asks.
    pub namespace: String,
    /// The store's name.
    pub store: String,
    /// The store's kind.
    pub kind: String,
}

/// A provider, as the rest of the house knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name in manifests.
    pub name: &'static str,
    /// Its name in metrics: the peer's, where the peer has it.
    pub metric: &'static str,
    /// What a store's status says about it. The peer's word, although nothing writes yet.
    pub capabilities: Capabilities,
    /// Whether a secret that is not there counts as such under `data`, for the deletion policy. Under `dataFrom` it always does. Where it does not,
    /// the peer has an error like any other, and so nothing is deleted.
    pub maps_missing_data: bool,
    /// Whether this program was built with it.
    pub is_built: bool,
}

/// The providers that this controller serves.
pub const TABLE: [Row; 8] = [
    Row {
        name: "aws",
        metric: "AWS/SecretsManager",
        capabilities: Capabilities::ReadWrite,
        maps_missing_data: true,
        is_built: cfg!(feature = "aws"),
    },
    Row {
        name: "azurekv",
        metric: "Azure/KeyVault",
        capabilities: Capabilities::ReadWrite,
        maps_missing_data: true,
        is_built: cfg!(feature = "azure"),
    },
    Row {
        name: "fake",
        metric: "Fake",
        capabilities: Capabilities::ReadWrite,
        maps_missing_data: true,
        is_built: true,
    },
    Row {
        name: "kubernetes",
        metric: "Kubernetes",
        capabilities: Capabilities::ReadWrite,
        maps_missing_data: false,
        is_built: cfg!(feature = "kubernetes"),
    },
    Row {
        name: "openBao",
        metric: "OpenBao",
        capabilities: Capabilities::ReadOnly,
        maps_missing_data: false,
        is_built: cfg!(feature = "vault"),
    },
    Row {
        name: "sops",
        metric: "SOPS",
        capabilities: Capabilities::ReadOnly,
        maps_missing_data: true,
        is_built: cfg!(feature = "sops"),
    },
    Row {
        name: "vault",
        metric: "HashiCorp/Vault",
        capabilities: Capabilities::ReadWrite,
        maps_missing_data: true,
        is_built: cfg!(feature = "vault"),
    },
    Row {
        name: "webhook",
        metric: "Webhook",
        capabilities: Capabilities::ReadWrite,
        maps_missing_data: true,
        is_built: cfg!(feature = "webhook"),
    },
];

/// The row of a store's provider, or why there is none: it has no one provider, or one that nobody serves here.
pub fn row(spec: &StoreSpec) -> Result<&'static Row, Failure> {
    let name = name(&only(spec)?).to_owned();
    match TABLE.iter().find(|row| row.name == name) {
        Some(row) if row.is_built => Ok(row),
        Some(_) => Err(unsupported(&name, "this program was built without it")),
        None => Err(unsupported(&name, "this controller does not serve it")),
    }
}

/// What metrics call a store's provider: of AWS, each service is one.
pub fn metric(spec: &StoreSpec) -> Result<&'static str, Failure> {
    let row = row(spec)?;
    Ok(match only(spec)? {
        ProviderKind::Aws(aws) if aws.service == AwsService::ParameterStore => "AWS/ParameterStore",
        _ => row.metric,
    })
}

/// What the caller has to resolve before it can connect.
pub fn references(spec: &StoreSpec) -> Result<Vec<Reference>, Failure> {
    row(spec)?;
    Ok(match only(spec)? {
        #[cfg(feature = "aws")]
        ProviderKind::Aws(aws) => crate::aws::Aws::references(aws),
        #[cfg(feature = "azure")]
        ProviderKind::AzureKv(azure) => crate::azure::AzureKv::references(azure),
        #[cfg(feature = "vault")]
        ProviderKind::Vault(vault) => {
            crate::vault::Vault::references(crate::vault::Spec::Vault(vault))
        }
        #[cfg(feature = "vault")]
        ProviderKind::OpenBao(bao) => {
            crate::vault::Vault::references(crate::vault::Spec::OpenBao(bao))
        }
        #[cfg(feature = "kubernetes")]
        ProviderKind::Kubernetes(kubernetes) => {
            crate::kubernetes::Kubernetes::references(kubernetes)
        }
        #[cfg(feature = "sops")]
        ProviderKind::Sops(sops) => crate::sops::Sops::references(sops),
        #[cfg(feature = "webhook")]
        ProviderKind::Webhook(webhook) => crate::webhook::Webhook::references(webhook),
        _ => Vec::new(),
    })
}

/// Where a store's certificates of authorities lie, if its spec says so. Whether it may refer there is asked of these alone.
pub fn authorities(spec: &StoreSpec) -> Option<&CaProvider> {
    match spec.provider.only().ok()? {
        ProviderKind::Vault(it) => it.ca_provider.as_ref(),
        ProviderKind::OpenBao(it) => it.ca_provider.as_ref(),
        ProviderKind::Kubernetes(it) => it.server.as_ref()?.ca_provider.as_ref(),
        ProviderKind::Webhook(it) => it.ca_provider.as_ref(),
        ProviderKind::Sops(it) => match &it.source {
            SopsSource::Git(git) => git.ca_provider.as_ref(),
            _ => None,
        },
        ProviderKind::Aws(_)
        | ProviderKind::AzureKv(_)
        | ProviderKind::Fake(_)
        | ProviderKind::Other(_) => None,
    }
}

/// Whether the store is another one for each namespace that asks, since whoever keeps the secrets is told which it is.
pub fn names_who_asks(spec: &StoreSpec) -> bool {
    match only(spec) {
        #[cfg(feature = "aws")]
        Ok(ProviderKind::Aws(aws)) => crate::aws::Aws::names_who_asks(aws),
        _ => false,
    }
}

/// The provider of a store. Nothing is sent yet.
pub fn connect(spec: &StoreSpec, means: &Means) -> Result<Box<dyn Provider>, Failure> {
    row(spec)?;
    Ok(match only(spec)? {
        #[cfg(feature = "aws")]
        ProviderKind::Aws(aws) => Box::new(crate::aws::Aws::connect(aws, means)?),
        #[cfg(feature = "azure")]
        ProviderKind::AzureKv(azure) => Box::new(crate::azure::AzureKv::connect(azure, means)?),
        ProviderKind::Fake(fake) => Box::new(Fake::new(fake)?),
        #[cfg(feature = "vault")]
        ProviderKind::Vault(vault) => Box::new(crate::vault::Vault::connect(
            crate::vault::Spec::Vault(vault),
            means,
        )?),
        #[cfg(feature = "vault")]
        ProviderKind::OpenBao(bao) => Box::new(crate::vault::Vault::connect(
            crate::vault::Spec::OpenBao(bao),
            means,
        )?),
        #[cfg(feature = "kubernetes")]
        ProviderKind::Kubernetes(kubernetes) => Box::new(crate::kubernetes::Kubernetes::connect(
            kubernetes,
            &means.credentials,
            &means.reach,
        )?),
        #[cfg(feature = "sops")]
        ProviderKind::Sops(sops) => Box::new(crate::sops::Sops::connect(sops, means)?),
        #[cfg(feature = "webhook")]
        ProviderKind::Webhook(webhook) => {
            Box::new(crate::webhook::Webhook::connect(webhook, means)?)
        }
        other => {
            let _ = means;
            return Err(unsupported(
                name(&other),
                "this program was built without it",
            ));
        }
    })
}

/// Whether a store's provider puts more than key and version into its question, so that it has to be told what else stands in the reference.
pub fn asks_with_reference(spec: &StoreSpec) -> bool {
    matches!(only(spec), Ok(ProviderKind::Webhook(_)))
}

/// How a store wants failed calls to be made again. The interval is that of its settings, read by whoever can read Go's durations.
pub fn retry(spec: &StoreSpec, interval: Option<Duration>) -> Retry {
    let Some(settings) = &spec.retry_settings else {
        return Retry::default();
    };
    let times = match only(spec) {
        // Settings without a number are none at all to the peer.
        Ok(ProviderKind::OpenBao(_) | ProviderKind::Vault(_)) => settings.max_retries.unwrap_or(0),
        // Here the number counts the first attempt.
        Ok(ProviderKind::Aws(_)) => settings.max_retries.unwrap_or(3).saturating_sub(1),
        _ => return Retry::default(),
    };
    let default = Retry::default();
    Retry {
        times: u32::try_from(times).unwrap_or(0),
        pause: interval.unwrap_or(default.pause),
        even: interval.is_some(),
    }
}

fn only(spec: &StoreSpec) -> Result<ProviderKind<'_>, Failure> {
    spec.provider
        .only()
        .map_err(|error| Failure::new(Cause::InvalidSpec, error.to_string()))
}

fn name<'s>(provider: &ProviderKind<'s>) -> &'s str {
    match provider {
        ProviderKind::Aws(_) => "aws",
        ProviderKind::AzureKv(_) => "azurekv",
        ProviderKind::Fake(_) => "fake",
        ProviderKind::Kubernetes(_) => "kubernetes",
        ProviderKind::OpenBao(_) => "openBao",
        ProviderKind::Sops(_) => "sops",
        ProviderKind::Vault(_) => "vault",
        ProviderKind::Webhook(_) => "webhook",
        ProviderKind::Other(name) => name,
    }
}

fn unsupported(name: &str, why: &str) -> Failure {
    Failure::new(Cause::Unsupported, format!("provider {name}: {why}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spec(provider: &serde_json::Value) -> StoreSpec {
        serde_json::from_value(json!({ "provider": provider })).unwrap()
    }

    #[test]
    fn every_provider_is_found_or_named() {
        let rows = [
            (json!({"fake": {"data": []}}), Ok("Fake")),
            (json!({}), Err(Cause::InvalidSpec)),
            (
                json!({"fake": {"data": []}, "gitlab": {}}),
                Err(Cause::InvalidSpec),
            ),
            (json!({"gitlab": {"project": "x"}}), Err(Cause::Unsupported)),
            (json!({"nobody": null}), Err(Cause::Unsupported)),
        ];
        for (provider, expected) in rows {
            let spec = spec(&provider);
            let found = row(&spec).map(|row| row.metric);
            assert_eq!(found.map_err(|failure| failure.cause), expected);
            let connected =
                connect(&spec, &Means::new(Credentials::default(), Arc::new(|| 0))).map(drop);
            assert_eq!(connected.is_ok(), expected.is_ok());
            assert_eq!(references(&spec).is_ok(), expected.is_ok());
        }
        let failure = row(&spec(&json!({"gitlab": {}}))).unwrap_err();
        assert_eq!(
            failure.detail,
            "provider gitlab: this controller does not serve it"
        );
    }

    #[test]
    fn some_have_settings_for_repetitions() {
        let rows = [
            (
                json!({"vault": {"server": "x"}}),
                None,
                None,
                Retry::default(),
            ),
            (
                json!({"vault": {"server": "x"}}),
                Some(json!({})),
                None,
                Retry {
                    times: 0,
                    ..Retry::default()
                },
            ),
            (
                json!({"vault": {"server": "x"}}),
                Some(json!({"maxRetries": 5, "retryInterval": "3s"})),
                Some(Duration::from_secs(3)),
                Retry {
                    times: 5,
                    pause: Duration::from_secs(3),
                    even: true,
                },
            ),
            (
                json!({"aws": {"service": "ParameterStore", "region": "x"}}),
                Some(json!({"maxRetries": 5, "retryInterval": "3s"})),
                Some(Duration::from_secs(3)),
                Retry {
                    times: 4,
                    pause: Duration::from_secs(3),
                    even: true,
                },
            ),
            (
                json!({"aws": {"service": "ParameterStore", "region": "x"}}),
                Some(json!({})),
                None,
                Retry::default(),
            ),
            (
                json!({"fake": {"data": []}}),
                Some(json!({"maxRetries": 5})),
                None,
                Retry::default(),
            ),
        ];
        for (provider, settings, interval, expected) in rows {
            let mut spec = spec(&provider);
            spec.retry_settings = settings.map(|it| serde_json::from_value(it).unwrap());
            assert_eq!(retry(&spec, interval), expected);
        }
    }
}
