//! Follows the references of a store. Every reference passes the permission check of `reconcile` here, before anything is read.
//!
//! Never here: how an object is read.

mod read;

use selkie_api::{Cause, StoreSpec};
use selkie_providers::connect::authorities;
use selkie_providers::{Failure, Reference};
use selkie_reconcile::permission::{Scope, authority, reference};

use crate::cluster::Cluster;
use crate::key::Place;
use crate::settings::Own;
use crate::watch::Source;
use read::Reader;
pub(super) use read::{Read, read_at, read_object};

/// Whether references could be followed.
pub(super) enum Resolved {
    /// All of them.
    All(Read),
    /// Not before an object asks: they lie in its namespace.
    OnlyForSomebody,
}

/// Follows references on behalf of an object of the namespace `asking`, or of nobody.
pub(super) async fn resolve(
    cluster: &Cluster,
    own: &Own,
    scope: Scope<'_>,
    spec: &StoreSpec,
    references: Vec<Reference>,
    asking: Option<&str>,
) -> Result<Resolved, Failure> {
    if let Some(provider) = authorities(spec) {
        authority(scope, provider.namespace.as_deref()).map_err(ours)?;
    }
    let mut reader = Reader::new(cluster, own);
    for it in references {
        let Some(namespace) = namespace(scope, &it, asking)? else {
            return Ok(Resolved::OnlyForSomebody);
        };
        reader.read(&namespace, it).await?;
    }
    Ok(Resolved::All(reader.done()))
}

/// The objects that references name, as far as they may be followed.
pub(super) fn places(
    scope: Scope<'_>,
    references: &[Reference],
    asking: Option<&str>,
) -> Vec<(Source, Place)> {
    let place = |it| place(scope, it, asking).ok().flatten();
    references.iter().filter_map(place).collect()
}

/// The object that a reference names; none if only somebody who asks could tell, or if it names none.
pub(super) fn place(
    scope: Scope<'_>,
    it: &Reference,
    asking: Option<&str>,
) -> Result<Option<(Source, Place)>, Failure> {
    let Some(namespace) = namespace(scope, it, asking)? else {
        return Ok(None);
    };
    let (source, name) = match it {
        Reference::Secret { name, .. } | Reference::Labelled { name, .. } => (Source::Secret, name),
        Reference::ConfigMap { name, .. } => (Source::ConfigMap, name),
        Reference::Token { name, .. }
        | Reference::AnnotatedToken { name, .. }
        | Reference::Annotation { name, .. } => (Source::ServiceAccount, name),
        Reference::OwnToken | Reference::OwnFederatedToken | Reference::Variable(_) => {
            return Ok(None);
        }
    };
    Ok(Some((source, Place::new(namespace, name.as_str()))))
}

/// Whether a store is another one for each namespace that asks.
pub(super) fn is_referent(scope: Scope<'_>, references: &[Reference]) -> bool {
    references
        .iter()
        .any(|it| matches!(namespace(scope, it, None), Ok(None)))
}

/// In which namespace a reference lies; none if nobody asks who could tell.
fn namespace(
    scope: Scope<'_>,
    it: &Reference,
    asking: Option<&str>,
) -> Result<Option<String>, Failure> {
    // Whoever may write a SecretStore also names the server that the token would be sent to.
    if matches!(it, Reference::OwnToken | Reference::OwnFederatedToken) {
        return match scope {
            Scope::Cluster => Ok(Some(String::new())),
            Scope::Namespace(_) => Err(Failure::new(
                Cause::Forbidden,
                "a SecretStore cannot log in as the controller itself: name a serviceAccountRef",
            )),
        };
    }
    if let Reference::Variable(_) = it {
        return Ok(Some(String::new()));
    }
    let place = reference(scope, it.namespace(), asking).map_err(ours)?;
    Ok(place.map(str::to_owned))
}

pub(super) fn ours(failure: selkie_reconcile::Failure) -> Failure {
    Failure::new(failure.cause, failure.detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_but_the_cluster_is_the_controller() {
        for token in [Reference::OwnToken, Reference::OwnFederatedToken] {
            let own = |scope| namespace(scope, &token, Some("team"));
            let refused = own(Scope::Namespace("team")).unwrap_err();
            assert_eq!(refused.cause, Cause::Forbidden);
            assert_eq!(own(Scope::Cluster), Ok(Some(String::new())));
        }
    }
}
