//! Microsoft's clouds, and clouds in somebody's own house: who gives tokens, what tokens for vaults are for, and where vaults are.

use reqwest::Url;
use selkie_api::Cause;
use selkie_api::store::azurekv::{AzureCustomCloud, AzureEnvironment, AzureKv as Spec};

use crate::{Failure, Reach, http};

/// A cloud, as a store names it.
pub(super) struct Cloud {
    authority: Url,
    resource: Option<String>,
    /// The end of vaults' names, where only those get a token.
    vaults: Option<&'static str>,
}

/// One of Microsoft's own.
struct Known {
    authority: &'static str,
    vaults: &'static str,
}

fn known(environment: AzureEnvironment) -> Result<Option<Known>, Failure> {
    let (authority, vaults) = match environment {
        AzureEnvironment::PublicCloud => ("https://login.microsoftonline.com", "vault.azure.net"),
        AzureEnvironment::USGovernmentCloud => (
            "https://login.microsoftonline.us",
            "vault.usgovcloudapi.net",
        ),
        AzureEnvironment::ChinaCloud => ("https://login.chinacloudapi.cn", "vault.azure.cn"),
        AzureEnvironment::AzureStackCloud => return Ok(None),
        AzureEnvironment::GermanCloud => {
            let what = "environmentType GermanCloud: that cloud has ended in October 2021";
            return Err(Failure::new(Cause::Unsupported, what));
        }
    };
    Ok(Some(Known { authority, vaults }))
}

impl Cloud {
    pub(super) fn of(spec: &Spec, reach: &Reach) -> Result<Self, Failure> {
        let known = known(spec.environment_type())?;
        match (&spec.custom_cloud_config, known) {
            (Some(_), _) if !spec.use_azure_sdk() => {
                Err(invalid("customCloudConfig needs useAzureSDK: true"))
            }
            (Some(custom), known) => {
                let known = known.as_ref();
                Ok(Self {
                    authority: secured(&custom.active_directory_endpoint, reach)?,
                    resource: resource(custom)
                        .or_else(|| known.map(|known| format!("https://{}", known.vaults))),
                    vaults: None,
                })
            }
            (None, Some(known)) => Ok(Self {
                authority: secured(known.authority, reach)?,
                resource: Some(format!("https://{}", known.vaults)),
                vaults: Some(known.vaults),
            }),
            (None, None) => Err(invalid(
                "environmentType AzureStackCloud needs customCloudConfig",
            )),
        }
    }

    /// Who gives tokens.
    pub(super) const fn authority(&self) -> &Url {
        &self.authority
    }

    /// What tokens for vaults are for, if that is known without asking one.
    pub(super) fn resource(&self) -> Option<&str> {
        self.resource.as_deref()
    }

    /// Whether the address is one of the cloud's vaults. Whoever else gets a token for vaults can read all that its owner may read.
    pub(super) fn check_vault(&self, url: &Url) -> Result<(), Failure> {
        let host = url.host_str().unwrap_or_default();
        match self.vaults {
            Some(vaults) if !is_below(host, vaults) => Err(invalid(&format!(
                "vaultUrl is no address of a vault: it does not end in .{vaults}"
            ))),
            _ => Ok(()),
        }
    }
}

/// An address that may see a token: with TLS, unless it is on this machine.
pub(super) fn secured(text: &str, reach: &Reach) -> Result<Url, Failure> {
    let url = http::address(text, reach)?;
    if url.scheme() == "https" || http::is_loopback(&url) {
        return Ok(url);
    }
    let what = "the address is not https://…: a token must not be sent in the clear";
    Err(invalid(what))
}

/// Whether what a vault wants tokens for is what the cloud gives them for.
pub(super) fn check_resource(named: &str, ours: &str) -> Result<(), Failure> {
    if named.trim_end_matches('/') == ours {
        return Ok(());
    }
    Err(invalid(
        "the vault takes no tokens of this cloud: check environmentType and vaultUrl",
    ))
}

/// Whether a vault wants tokens for a place that its own address is in.
pub(super) fn check_challenge(named: &str, vault: &Url) -> Result<(), Failure> {
    let place = Url::parse(named).ok();
    let place = place.as_ref().and_then(Url::host_str);
    let host = vault.host_str().unwrap_or_default();
    if place.is_some_and(|place| host == place || is_below(host, place)) {
        return Ok(());
    }
    Err(invalid(
        "what answers at vaultUrl wants tokens for another place: set customCloudConfig.keyVaultEndpoint if it is meant",
    ))
}

fn is_below(host: &str, domain: &str) -> bool {
    let name = host.strip_suffix(domain);
    name.is_some_and(|name| name.ends_with('.') && name.len() > 1)
}

fn resource(custom: &AzureCustomCloud) -> Option<String> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let endpoint = given(&custom.key_vault_endpoint);
    let suffix = given(&custom.key_vault_dns_suffix);
    let endpoint = endpoint.map(|url| url.trim_end_matches('/').to_owned());
    endpoint.or_else(|| suffix.map(|name| format!("https://{}", name.trim_start_matches('.'))))
}

fn invalid(what: &str) -> Failure {
    Failure::new(Cause::InvalidSpec, what)
}
