//! Key services that a store lists: one opening per entry, which is asked for nothing but the keys of that entry.

#[cfg(test)]
mod tests;

use std::num::NonZeroU32;
use std::time::Duration;

use selkie_api::store::sops::{
    AllowedAwsKms, AllowedAzureKeyVault, AllowedGcpKms, AllowedKeys, AllowedVaultTransit,
    AwsCredentials,
};
use selkie_api::{Cause, SecretKeySelector};
use selkie_crypto::{Recipient, Secret};
use selkie_keys::aws_kms::{AwsAccess, AwsKeys};
use selkie_keys::azure_key_vault::{AzureLogin, AzureVaults};
use selkie_keys::gcp_kms::{self, Credential, GcpAccess};
use selkie_keys::vault_transit::{self, Allowlist, VaultAccess};
use selkie_keys::{Access, Credentials, KeyService, Network};

use super::keys::Opening;
use crate::connect::Means;
use crate::{Failure, Reference};

/// By whom an account sees a role assumed.
const SESSION: &str = "selkie";

/// For one key. Repetitions are the business of the layer above.
const NETWORK: Network = Network {
    timeout: Duration::from_secs(30),
    attempts: NonZeroU32::MIN,
};

/// What has to be resolved.
pub(super) fn references(allowed: &AllowedKeys) -> Vec<Reference> {
    let secret = |selector: &SecretKeySelector, key: &str| Reference::secret(selector, key);
    let found: Vec<Option<Reference>> = match allowed {
        AllowedKeys::AwsKms(aws) => aws.credentials.iter().flat_map(aws_references).collect(),
        AllowedKeys::GcpKms(gcp) => {
            let credentials = gcp.credentials.iter();
            credentials.map(|it| secret(it, "key.json")).collect()
        }
        AllowedKeys::AzureKeyVault(azure) => {
            let credentials = azure.credentials.iter();
            let both = credentials.flat_map(|it| {
                [
                    secret(&it.client_id, "clientId"),
                    secret(&it.client_secret, "clientSecret"),
                ]
            });
            both.collect()
        }
        AllowedKeys::VaultTransit(vault) => vec![
            secret(&vault.token_secret_ref, "token"),
            vault.ca_provider.as_ref().map(Reference::authorities),
        ],
    };
    found.into_iter().flatten().collect()
}

/// The opening of an entry.
pub(super) fn opening(allowed: &AllowedKeys, means: &Means) -> Result<Opening, Failure> {
    match allowed {
        AllowedKeys::AwsKms(aws) => of_aws(aws, means),
        AllowedKeys::GcpKms(gcp) => of_gcp(gcp, means),
        AllowedKeys::AzureKeyVault(azure) => of_azure(azure, means),
        AllowedKeys::VaultTransit(vault) => of_vault(vault, means),
    }
}

fn of_aws(aws: &AllowedAwsKms, means: &Means) -> Result<Opening, Failure> {
    let access = match &aws.credentials {
        None => own(means, Access::Ambient)?,
        Some(given) => {
            let mut found = aws_references(given).into_iter();
            let mut next = || -> Result<Option<Secret>, Failure> {
                let reference = found.next().flatten();
                reference.map(|it| copy(means, &it)).transpose()
            };
            let (id, secret, session) = (next()?, next()?, next()?);
            Access::Given(AwsKeys {
                access_key_id: text(&id.unwrap_or_default())?,
                secret_access_key: secret.unwrap_or_default(),
                session_token: session,
                endpoint: None,
            })
        }
    };
    let (arns, roles) = (aws.arns.clone(), aws.roles.clone());
    let allows = move |recipient: &Recipient| match recipient {
        // A profile would be one of the machine's.
        Recipient::AwsKms(key) => {
            arns.contains(&key.arn)
                && key.role.as_ref().is_none_or(|role| roles.contains(role))
                && key.aws_profile.is_empty()
        }
        _ => false,
    };
    let credentials = Credentials {
        aws: AwsAccess::new(access, SESSION),
        ..network()
    };
    Ok(of(credentials, allows))
}

fn aws_references(given: &AwsCredentials) -> [Option<Reference>; 3] {
    let session = given.session_token.as_ref();
    [
        Reference::secret(&given.access_key_id, "access-key-id"),
        Reference::secret(&given.secret_access_key, "secret-access-key"),
        session.and_then(|it| Reference::secret(it, "session-token")),
    ]
}

fn of_gcp(gcp: &AllowedGcpKms, means: &Means) -> Result<Opening, Failure> {
    let Some(selector) = &gcp.credentials else {
        // Google's own chain is the command line's: it reads the home folder and asks the machine.
        let detail = "gcpKms needs credentials";
        return Err(Failure::new(Cause::Unsupported, detail));
    };
    let file = Reference::secret(selector, "key.json");
    let file = file.map(|it| copy(means, &it)).transpose()?;
    let named = format!("Secret {:?}", selector.name);
    let read = move || {
        let file = file.as_ref().map(|file| file.expose().to_vec().into());
        Ok(gcp_kms::Settings {
            credential: file.map(|file| Credential::File(file, named.clone())),
            ..gcp_kms::Settings::default()
        })
    };
    let clock = means.clock.clone();
    let resources = gcp.resources.clone();
    let allows = move |recipient: &Recipient| match recipient {
        Recipient::GcpKms(key) => resources.contains(&key.resource_id),
        _ => false,
    };
    let credentials = Credentials {
        gcp: Some(GcpAccess::new(read, move || clock())),
        ..network()
    };
    Ok(of(credentials, allows))
}

fn of_azure(azure: &AllowedAzureKeyVault, means: &Means) -> Result<Opening, Failure> {
    let access = match &azure.credentials {
        None => own(means, Access::Ambient)?,
        Some(given) => {
            let part = |selector: &SecretKeySelector, key: &str| {
                let reference = Reference::secret(selector, key);
                reference.map(|it| copy(means, &it)).transpose()
            };
            let client = part(&given.client_id, "clientId")?.unwrap_or_default();
            Access::Given(vec![AzureLogin::Secret {
                tenant: given.tenant_id.clone(),
                client: text(&client)?,
                secret: part(&given.client_secret, "clientSecret")?.unwrap_or_default(),
            }])
        }
    };
    for url in &azure.vault_urls {
        check_reach(url, means)?;
    }
    let urls: Vec<String> = azure.vault_urls.iter().map(|url| bare(url)).collect();
    let allows = move |recipient: &Recipient| match recipient {
        Recipient::AzureKeyVault(key) => urls.contains(&bare(&key.vault_url)),
        _ => false,
    };
    let credentials = Credentials {
        azure: AzureVaults::new(access),
        ..network()
    };
    Ok(of(credentials, allows))
}

fn of_vault(vault: &AllowedVaultTransit, means: &Means) -> Result<Opening, Failure> {
    check_reach(&vault.server, means)?;
    let token = Reference::secret(&vault.token_secret_ref, "token");
    let token = token.map(|it| copy(means, &it)).transpose()?;
    let authorities = match (&vault.ca_bundle, &vault.ca_provider) {
        (Some(bundle), _) => Some(bundle.0.clone()),
        (None, Some(provider)) => {
            let found = means.credentials.get(&Reference::authorities(provider))?;
            Some(found.expose().to_vec())
        }
        (None, None) => None,
    };
    let (server, namespace) = (vault.server.clone(), vault.namespace.clone());
    let read = move || {
        Ok(vault_transit::Settings {
            token: token.as_ref().map(|it| it.expose().to_vec().into()),
            address: Some(server.clone()),
            allowed: Allowlist::Only(vec![format!("{}/", bare(&server))]),
            namespace: namespace.clone(),
            authorities: authorities.clone().map(|pem| vec![pem]),
            ..vault_transit::Settings::default()
        })
    };
    let server = bare(&vault.server);
    let allows = move |recipient: &Recipient| match recipient {
        Recipient::VaultTransit(key) => bare(&key.vault_address) == server,
        _ => false,
    };
    let credentials = Credentials {
        vault: Some(VaultAccess::new(read, |_| ())),
        ..network()
    };
    Ok(of(credentials, allows))
}

fn of(
    credentials: Credentials,
    allows: impl Fn(&Recipient) -> bool + Send + Sync + 'static,
) -> Opening {
    Opening {
        service: KeyService::Local(credentials),
        allows: Box::new(allows),
    }
}

fn network() -> Credentials {
    Credentials {
        network: NETWORK,
        ..Credentials::default()
    }
}

/// What the process itself may use, if this store may use it.
fn own<T>(means: &Means, access: T) -> Result<T, Failure> {
    if means.own_identity {
        return Ok(access);
    }
    let detail = "keys without credentials would be used with the controller's own identity, which only a ClusterSecretStore may";
    Err(Failure::new(Cause::InvalidSpec, detail))
}

fn check_reach(url: &str, means: &Means) -> Result<(), Failure> {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let name = match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        _ => host,
    };
    if means.reach.allows_host(name) {
        return Ok(());
    }
    let detail = format!("{url}: {}", crate::Denied);
    Err(Failure::new(Cause::InvalidSpec, detail))
}

fn copy(means: &Means, reference: &Reference) -> Result<Secret, Failure> {
    let found = means.credentials.get(reference)?;
    Ok(Secret::from(found.expose().to_vec()))
}

/// A value that is no secret.
fn text(value: &Secret) -> Result<String, Failure> {
    let text = std::str::from_utf8(value.expose());
    text.map(str::to_owned)
        .map_err(|_| Failure::new(Cause::CredentialsMissing, "an identifier is no text"))
}

fn bare(url: &str) -> String {
    url.trim_end_matches('/').to_ascii_lowercase()
}
