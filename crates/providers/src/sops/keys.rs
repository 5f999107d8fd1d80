//! Which keys open a store's files: age identities that the store names, and of key services those keys that it lists. What it does not list is
//! passed over before anything is asked: a key of another service, of another address, one that assumes another role, PGP, and age's plugins.

use selkie_api::Cause;
use selkie_api::store::sops::{Sops as Spec, SopsKeys};
use selkie_crypto::{DataKey, KeyGroup, Keyring, Recipient, Secret, WrappedKey};
use selkie_keys::age::{AgeSource, Content, Separator, recipients};
use selkie_keys::{Credentials, Error, KeyService};

use crate::connect::Means;
use crate::{Failure, Reference};

#[cfg(feature = "sops-cloud")]
use super::cloud;

/// What begins the private keys that a plugin would have to be started for.
const PLUGIN: &[u8] = b"AGE-PLUGIN-";

/// The key of a Secret with age identities, where the store names none: what Flux's documentation calls it.
const IDENTITIES: &str = "age.agekey";

/// Everything that may open a file.
pub(super) struct Keys(Vec<Opening>);

/// A key service and the keys that it may be asked for.
pub(super) struct Opening {
    pub(super) service: KeyService,
    pub(super) allows: Box<dyn Fn(&Recipient) -> bool + Send + Sync>,
}

/// What has to be resolved.
pub(super) fn references(spec: &Spec) -> Vec<Reference> {
    let keys = spec.keys.as_ref();
    let age = keys.into_iter().flat_map(|keys| &keys.age);
    let references = age.filter_map(|selector| Reference::secret(selector, IDENTITIES));
    #[cfg(feature = "sops-cloud")]
    let references = {
        let allowed = keys.into_iter().flat_map(|keys| &keys.allow);
        references.chain(allowed.flat_map(cloud::references))
    };
    references.collect()
}

impl Keys {
    pub(super) fn new(spec: &Spec, means: &Means) -> Result<Self, Failure> {
        let none = SopsKeys::default();
        let keys = spec.keys.as_ref().unwrap_or(&none);
        let mut openings = Vec::new();
        openings.extend(age(keys, means)?);
        #[cfg(feature = "sops-cloud")]
        for allowed in &keys.allow {
            openings.push(cloud::opening(allowed, means)?);
        }
        #[cfg(not(feature = "sops-cloud"))]
        if !keys.allow.is_empty() {
            let detail = "this program was built without key services";
            return Err(Failure::new(Cause::Unsupported, detail));
        }
        if openings.is_empty() {
            let detail = "the store names no key that could open a file";
            return Err(Failure::new(Cause::InvalidSpec, detail));
        }
        Ok(Self(openings))
    }

    /// The data key, from the first members of each group that open it.
    pub(super) fn data_key(&self, name: &str, keyring: &Keyring) -> Result<DataKey, Failure> {
        let needed = match (keyring.groups.len(), keyring.threshold) {
            (0 | 1, _) => 1,
            (groups, Some(threshold)) => usize::from(threshold.get()).min(groups),
            (groups, None) => groups,
        };
        let mut shares: Vec<Secret> = Vec::with_capacity(needed);
        let mut passing = None;
        for group in &keyring.groups {
            if shares.len() == needed {
                break;
            }
            match self.share(name, group) {
                Ok(share) => shares.extend(share),
                Err(failure) => passing = passing.or(Some(failure)),
            }
        }
        if shares.len() < needed {
            return Err(passing.unwrap_or_else(|| {
                let detail = format!("{name}: no key that the store names opens the file");
                Failure::new(Cause::DecryptFailed, detail)
            }));
        }
        selkie_crypto::recover(&shares, keyring.threshold).map_err(|_| {
            let detail = format!("{name}: the parts of the data key do not fit together");
            Failure::new(Cause::DecryptFailed, detail)
        })
    }

    /// The share of a group; `None` if none of its members is for us. A failure is told only if no member helps.
    fn share(&self, name: &str, group: &KeyGroup) -> Result<Option<Secret>, Failure> {
        let mut failed = None;
        // Own keys before requests.
        for opening in &self.0 {
            for member in group.0.iter().filter(|it| (opening.allows)(&it.recipient)) {
                match opening.service.unwrap(member) {
                    Ok(Some(share)) => return Ok(Some(share)),
                    Ok(None) => {}
                    Err(error) => failed = failed.or_else(|| told(name, member, &error)),
                }
            }
        }
        failed.map_or(Ok(None), Err)
    }
}

/// Age identities, as the store's Secrets hold them.
fn age(keys: &SopsKeys, means: &Means) -> Result<Option<Opening>, Failure> {
    let mut credentials = Credentials::default();
    for selector in &keys.age {
        let Some(reference) = Reference::secret(selector, IDENTITIES) else {
            continue;
        };
        let text = means.credentials.get(&reference)?.expose();
        let named = format!("Secret {:?}", selector.name);
        if text.windows(PLUGIN.len()).any(|at| at == PLUGIN) {
            let detail =
                format!("{named} holds an identity of an age plugin, and no program is started");
            return Err(Failure::new(Cause::Unsupported, detail));
        }
        let is_ssh = text.trim_ascii_start().starts_with(b"-----BEGIN ");
        let content = Content::Held(Ok(Secret::from(text.to_vec())));
        let source = if is_ssh {
            AgeSource::ssh_key(&*named, content)
        } else {
            // Lines, for comments may hold blanks.
            AgeSource::new(&*named, content, Separator::Line)
        };
        recipients(&source, &Credentials::default()).map_err(|problem| {
            let detail = format!("{named} holds no age identity that can be used: {problem}");
            Failure::new(Cause::InvalidSpec, detail)
        })?;
        credentials.age.push(source);
    }
    let service = (!credentials.age.is_empty()).then_some(KeyService::Local(credentials));
    Ok(service.map(|service| Opening {
        service,
        allows: Box::new(|recipient| matches!(recipient, Recipient::Age(_))),
    }))
}

/// What a key service's error means. One that is about the key itself, and not about the way to it, is as if the key were not ours.
fn told(name: &str, member: &WrappedKey, error: &Error) -> Option<Failure> {
    use selkie_keys::Cause as Vendor;
    let Error::Vendor { fault, .. } = error else {
        return None;
    };
    let cause = match &fault.cause {
        Vendor::NoCredentials => Cause::CredentialsMissing,
        Vendor::Denied | Vendor::Refused => Cause::Forbidden,
        Vendor::Throttled => Cause::Throttled,
        Vendor::Unavailable | Vendor::BadReply => Cause::ProviderError,
        Vendor::TimedOut(_) => Cause::Timeout,
        Vendor::Unreachable => Cause::Unreachable,
        Vendor::UnknownAuthority | Vendor::BadCertificate => Cause::Tls,
        Vendor::Setting(_) => Cause::InvalidSpec,
        _ => return None,
    };
    let kind = member.recipient.kind_name();
    let key = member.recipient.identifier();
    let detail = format!("{name}: {kind} {key}: {}", fault.cause);
    Some(Failure::new(cause, detail))
}
