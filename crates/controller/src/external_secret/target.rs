//! The Secret that an ExternalSecret writes, read only where the watch does not tell enough.

use k8s_openapi::api::core::v1;
use selkie_api::{CreationPolicy, DeletionPolicy, ExternalSecretSpec};
use selkie_reconcile::external_secret::{Namesake, Object, Target};
use selkie_reconcile::hash;
use selkie_reconcile::ownership::{CREATED_BY, Control, MANAGED, Owner};
use selkie_reconcile::target::Existing;
use selkie_reconcile::target::contribution::{Contribution, Digest};

use super::gather::Subject;
use crate::cluster::{Refusal, object};
use crate::context::Context;
use crate::key::Place;
use crate::{sink, view};

/// The group of Secrets and ConfigMaps.
pub(super) const CORE: &str = "api/v1";

/// What is known of the target; it is read only if the watch has told of a change, or cannot tell.
pub(super) async fn known(
    context: &Context,
    subject: &Subject,
    object: &Object,
) -> Result<Target, Refusal> {
    let known = context.view().target(&subject.target).cloned();
    match known {
        Some(known) if known.is_valid => {
            return Ok(Target::AsLeft(known.left.unwrap_or_else(nobodys)));
        }
        // If there is one without the label, creating it will tell.
        None if is_new(object) => return Ok(Target::Missing),
        _ => {}
    }
    read(context, &subject.target).await
}

/// Whether it never had a target, and makes one without looking. Where the store having nothing means that the target is to go, nothing may be made, and so
/// nothing would tell of a Secret of others.
fn is_new(object: &Object) -> bool {
    let creates = |spec: &ExternalSecretSpec| {
        let target = spec.target();
        matches!(
            target.creation_policy(),
            CreationPolicy::Owner | CreationPolicy::Orphan | CreationPolicy::CreateOrMerge
        ) && target.deletion_policy() != DeletionPolicy::Delete
    };
    object.status.synced_resource_version.is_none()
        && object.status.refresh_time.is_none()
        && !object.deleting
        && object.spec.as_ref().is_ok_and(creates)
}

/// Stands for a target that is as it was left, when it is not known by whom. It is no real one's.
fn nobodys() -> Digest {
    let nobody = Owner {
        namespace: "",
        name: "",
        uid: "",
    };
    Contribution::default().digest(&nobody, CreationPolicy::None)
}

/// The target as it is now.
pub(super) async fn read(context: &Context, place: &Place) -> Result<Target, Refusal> {
    let Some(there) = secret(context, place).await? else {
        context.view().forget_target(place);
        return Ok(Target::Missing);
    };
    let there = Existing::from(there);
    if there.labels.contains_key(MANAGED) {
        let target = view::Target {
            uid: there.uid.as_str().into(),
            version: there.resource_version.as_str().into(),
            is_valid: there.is_marked(),
            owner: there
                .labels
                .get(CREATED_BY)
                .map_or(0, |label| sink::owner(label)),
            left: None,
        };
        context.view().know_target(place.clone(), target);
    }
    Ok(Target::Present(Box::new(there)))
}

/// Secrets that were the target in former times, as far as the watch knows. There are none but after a change of `target.name`.
pub(super) async fn namesakes(
    context: &Context,
    subject: &Subject,
    object: &Object,
) -> Result<Vec<Namesake>, Refusal> {
    let label = hash::owner_hash(&object.namespace, &object.name);
    let places = {
        let view = context.view();
        view.targets_of(&subject.key.place.namespace, sink::owner(&label))
    };
    let mut found = Vec::new();
    for place in places.into_iter().filter(|place| *place != subject.target) {
        let Some(there) = secret(context, &place).await? else {
            continue;
        };
        let there = Existing::from(there);
        // The watch remembers the first digits only.
        if there.labels.get(CREATED_BY) == Some(&label) {
            found.push(Namesake {
                ours: object.owner().control(&there.owners) == Control::Ours,
                name: place.name.to_string(),
                uid: there.uid,
                resource_version: there.resource_version,
            });
        }
    }
    Ok(found)
}

/// A Secret, if it is there.
pub(super) async fn secret(
    context: &Context,
    place: &Place,
) -> Result<Option<v1::Secret>, Refusal> {
    let path = object(CORE, &place.namespace, "secrets", &place.name)?;
    match context.cluster.find(&path).await? {
        Some(text) => serde_json::from_slice(text.expose())
            .map(Some)
            .map_err(|_| Refusal::Malformed),
        None => Ok(None),
    }
}
