//! What the references of a store lead to among the manifests. Whether one may be followed is the business of `selkie_reconcile::permission` alone, as
//! in the controller.
//!
//! Never here: a token, which only a cluster makes.

use selkie_api::{Cause, StoreSpec};
use selkie_crypto::Secret;
use selkie_providers::connect::{authorities, references};
use selkie_providers::{Credentials, Failure, Reference};
use selkie_reconcile::permission::{Scope, authority, reference};

use super::files::sops;
use super::manifests::{Manifests, Name};

/// The age keys of whoever runs this, one in a line.
pub(crate) type OwnKeys = dyn Fn() -> Secret;

/// The values of a store's references, on behalf of an object of the namespace `asking`.
pub(super) fn credentials(
    manifests: &Manifests,
    spec: &StoreSpec,
    scope: Scope<'_>,
    asking: &str,
    own_keys: Option<&OwnKeys>,
) -> Result<Credentials, Failure> {
    if let Some(provider) = authorities(spec) {
        authority(scope, provider.namespace.as_deref()).map_err(ours)?;
    }
    let mut credentials = Credentials::default();
    for it in references(spec)? {
        let namespace = namespace(scope, &it, asking)?;
        let value = match &it {
            Reference::Secret { name, key, .. } => {
                let name = Name::new(&namespace, name);
                match (manifests.secrets.get(&name), own_keys) {
                    (Some(found), _) => found.data.get(key).map(|value| copy(value.expose())),
                    (None, Some(own_keys)) if sops(spec).is_some() => Some(own(own_keys, &name)?),
                    (None, _) => return Err(missing("Secret", &name)),
                }
            }
            Reference::ConfigMap { name, key, .. } => {
                let name = Name::new(&namespace, name);
                let found = manifests.config_maps.get(&name);
                let found = found.ok_or_else(|| missing("ConfigMap", &name))?;
                let text = found.data.get(key).map(String::as_bytes);
                let bytes = found.binary.get(key).map(Vec::as_slice);
                text.or(bytes).map(copy)
            }
            Reference::Token { name, .. }
            | Reference::AnnotatedToken { name, .. }
            | Reference::Annotation { name, .. } => {
                let what = format!("a token of ServiceAccount {}", Name::new(&namespace, name));
                return Err(unavailable(&what));
            }
            // Of providers that are refused before.
            Reference::OwnToken
            | Reference::OwnFederatedToken
            | Reference::Labelled { .. }
            | Reference::Variable(_) => {
                return Err(unavailable("the identity of the controller itself"));
            }
        };
        if let Some(value) = value {
            credentials.insert(it, value);
        }
    }
    Ok(credentials)
}

/// In which namespace a reference lies.
pub(super) fn namespace(scope: Scope<'_>, it: &Reference, asking: &str) -> Result<String, Failure> {
    let place = reference(scope, it.namespace(), Some(asking)).map_err(ours)?;
    Ok(place.unwrap_or_default().to_owned())
}

fn own(own_keys: &OwnKeys, name: &Name) -> Result<Secret, Failure> {
    let keys = own_keys();
    if keys.is_empty() {
        let what = format!(
            "Secret {name} is not among the manifests, and no age key of your own was found"
        );
        return Err(Failure::new(Cause::CredentialsMissing, what));
    }
    Ok(keys)
}

fn missing(kind: &str, name: &Name) -> Failure {
    let what = format!("{kind} {name} is not among the manifests: give its manifest too");
    Failure::new(Cause::CredentialsMissing, what)
}

pub(super) fn unavailable(what: &str) -> Failure {
    let what = format!(
        "unavailable offline: it needs {what}, which only a cluster makes: render with a store that logs in otherwise"
    );
    Failure::new(Cause::CredentialsMissing, what)
}

fn copy(bytes: &[u8]) -> Secret {
    let mut copy = Secret::with_capacity(bytes.len());
    copy.extend_from_slice(bytes);
    copy
}

pub(super) fn ours(failure: selkie_reconcile::Failure) -> Failure {
    Failure::new(failure.cause, failure.detail)
}
