//! Clients of the SDK: one for each region, profile and role, made by the first key that needs it and kept for all files.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_kms::Client;
use aws_sdk_kms::config::{
    Credentials, IdentityCache, SharedCredentialsProvider, SharedIdentityCache,
};
use aws_smithy_async::time::SharedTimeSource;
use selkie_crypto::{AwsKmsRecipient, Secret};

use super::arn;
use super::s3::Store;
use crate::{Access, Cause, Fault, Network, network};

/// What AWS allows for the name of a session.
const SESSION_NAME: usize = 64;

/// What may be used at AWS, with the clients that were made of it.
#[derive(Default)]
pub struct AwsAccess {
    access: Access<AwsKeys>,
    session_name: String,
    clients: Mutex<HashMap<Place, Client>>,
    store: Mutex<Option<Arc<Store>>>,
}

/// Keys of an account or of a session, given by whoever starts a key service.
pub struct AwsKeys {
    /// The access key's id, which is not secret.
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: Secret,
    /// For keys of a session.
    pub session_token: Option<Secret>,
    /// The address of the service in the place of AWS's own; every service is asked there.
    pub endpoint: Option<String>,
}

/// What tells clients apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Place {
    region: String,
    profile: String,
    role: Option<String>,
}

impl AwsAccess {
    /// With a host's name, by which an account sees who assumed a role.
    pub fn new(access: Access<AwsKeys>, host: &str) -> Self {
        Self {
            access,
            session_name: session_name(host),
            clients: Mutex::default(),
            store: Mutex::default(),
        }
    }

    /// The client for a key.
    pub(super) fn client(&self, network: Network, key: &AwsKmsRecipient) -> Result<Client, Fault> {
        let place = Place {
            region: arn::region(&key.arn)?.to_owned(),
            profile: key.aws_profile.clone(),
            role: key.role.clone(),
        };
        // Held while a client is made: others who need it would make it again.
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&place) {
            return Ok(client.clone());
        }
        let made = async { self.make(network, &place).await };
        let client = network::run(network, made)?;
        clients.insert(place, client.clone());
        Ok(client)
    }

    /// S3, in the region that the environment or the profile names: no key says one.
    pub(super) fn store(&self, network: Network) -> Result<Arc<Store>, Fault> {
        let mut held = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = &*held {
            return Ok(Arc::clone(store));
        }
        let config = match &self.access {
            Access::Nothing => return Err(Fault::new(Cause::NoCredentials)),
            Access::Given(_) => {
                let what = "keys that are given name no region, which S3 needs";
                return Err(Fault::new(Cause::Setting(what.to_owned())));
            }
            Access::Ambient => network::run(network, async { Ok(surroundings(network).await) })?,
        };
        let store = Arc::new(Store::new(config)?);
        *held = Some(Arc::clone(&store));
        Ok(store)
    }

    async fn make(&self, network: Network, place: &Place) -> Result<Client, Fault> {
        let config = match &self.access {
            Access::Nothing => return Err(Fault::new(Cause::NoCredentials)),
            Access::Given(keys) => given(network, place, keys)?,
            Access::Ambient => ambient(network, place).await,
        };
        let Some(role) = &place.role else {
            return Ok(Client::new(&config));
        };
        let role = AssumeRoleProvider::builder(role)
            .configure(&config)
            .session_name(&self.session_name)
            .build()
            .await;
        let role = SharedCredentialsProvider::new(role);
        let config = config.into_builder().credentials_provider(role).build();
        Ok(Client::new(&config))
    }
}

/// The SDK's own chain, or the profile that the key names: as in SOPS, a profile that is named goes before variables.
async fn ambient(network: Network, place: &Place) -> SdkConfig {
    let region = Region::new(place.region.clone());
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region.clone())
        .retry_config(attempts(network))
        .identity_cache(identity_cache(network));
    if place.profile.is_empty() {
        return loader.load().await;
    }
    let provider = ProviderConfig::default()
        .with_region(Some(region))
        .with_retry_config(attempts(network));
    let profile = ProfileFileCredentialsProvider::builder()
        .configure(&provider)
        .profile_name(&place.profile)
        .build();
    let loader = loader.profile_name(&place.profile);
    loader.credentials_provider(profile).load().await
}

/// All that the SDK's own chain says, the region too.
async fn surroundings(network: Network) -> SdkConfig {
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(attempts(network))
        .identity_cache(identity_cache(network));
    loader.load().await
}

/// These keys and nothing that the environment says. A profile has no meaning then.
fn given(network: Network, place: &Place, keys: &AwsKeys) -> Result<SdkConfig, Fault> {
    let text = |secret: &Secret| {
        String::from_utf8(secret.expose().to_vec())
            .map_err(|_| Fault::new(Cause::Setting("a key given for AWS is no text".to_owned())))
    };
    let token = keys.session_token.as_ref().map(text).transpose()?;
    let secret = text(&keys.secret_access_key)?;
    let credentials = Credentials::new(&keys.access_key_id, secret, token, None, "given");
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(place.region.clone()))
        .retry_config(attempts(network))
        .identity_cache(identity_cache(network))
        .time_source(SharedTimeSource::default())
        .credentials_provider(SharedCredentialsProvider::new(credentials));
    config.set_endpoint_url(keys.endpoint.clone());
    Ok(config.build())
}

fn attempts(network: Network) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(network.attempts.get())
        // The SDK's second would use up a short limit in time.
        .with_initial_backoff(Duration::from_millis(200))
}

/// Getting credentials may take as long as using them.
fn identity_cache(network: Network) -> SharedIdentityCache {
    // The limit of the run comes first, so that a login that hangs is said to hang; the SDK's own would call the service unreachable.
    IdentityCache::lazy()
        .load_timeout(2 * network.timeout)
        .build()
}

/// `sops@HOST`, which policies and audits of users go by, with what SOPS leaves of a host's name: dashes are not among it.
fn session_name(host: &str) -> String {
    let kept = |letter: &char| letter.is_ascii_alphanumeric() || "=,.@_".contains(*letter);
    let name = "sops@".chars().chain(host.chars().filter(kept));
    name.take(SESSION_NAME).collect()
}

impl fmt::Debug for AwsAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsAccess").finish_non_exhaustive()
    }
}

impl fmt::Debug for AwsKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsKeys").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_named_as_sops_names_them() {
        let long = "x".repeat(80);
        let rows = [
            ("laptop", "sops@laptop".to_owned()),
            ("build-7.example.com", "sops@build7.example.com".to_owned()),
            ("bü ro_1", "sops@bro_1".to_owned()),
            ("", "sops@".to_owned()),
            (long.as_str(), format!("sops@{}", &long[..59])),
        ];
        for (host, expected) in rows {
            assert_eq!(session_name(host), expected);
        }
    }

    fn key(region: &str, profile: &str, role: Option<&str>) -> AwsKmsRecipient {
        AwsKmsRecipient {
            arn: format!("arn:aws:kms:{region}:111122223333:key/0"),
            role: role.map(str::to_owned),
            context: std::collections::BTreeMap::default(),
            aws_profile: profile.to_owned(),
        }
    }

    #[test]
    fn a_client_serves_all_keys_of_its_region_profile_and_role() {
        let keys = AwsKeys {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: Secret::from("s3cret".to_owned()),
            session_token: None,
            endpoint: Some("http://127.0.0.1:1".to_owned()),
        };
        assert_eq!(format!("{keys:?}"), "AwsKeys { .. }");
        let access = AwsAccess::new(Access::Given(keys), "host");
        let rows = [
            (key("eu-central-1", "", None), 1),
            (key("eu-central-1", "", None), 1),
            (key("eu-west-1", "", None), 2),
            (key("eu-west-1", "dev", None), 3),
            (key("eu-west-1", "dev", Some("arn:aws:iam::1:role/r")), 4),
            (key("eu-west-1", "dev", Some("arn:aws:iam::1:role/r")), 4),
        ];
        for (key, expected) in rows {
            access.client(Network::default(), &key).unwrap();
            assert_eq!(access.clients.lock().unwrap().len(), expected, "{key:?}");
        }
    }

    #[test]
    fn without_access_there_is_no_client() {
        let access = AwsAccess::default();
        let key = key("eu-central-1", "", None);
        let refused = access.client(Network::default(), &key).unwrap_err();
        assert_eq!(refused.cause, Cause::NoCredentials);
    }
}
