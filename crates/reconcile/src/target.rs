//! The Secret that an ExternalSecret wants: what it brings, laid over what is there.
//!
//! Never here: whether the Secret is written. That is the plan's.

pub mod contribution;
mod difference;
mod privileged;
mod sources;
mod template;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ManagedFieldsEntry, OwnerReference};
use selkie_api::CreationPolicy;
use selkie_crypto::Secret;

use crate::data::SecretData;
use crate::hash;
use crate::ownership::{CREATED_BY, Control, DATA_HASH, MANAGED, Owner, SOURCE_REVISION, YES};
use contribution::Contribution;

pub use difference::Difference;
pub(crate) use privileged::{ACCOUNT, ACCOUNT_TOKEN, BOOTSTRAP_TOKEN, refuse as refuse_privileged};
pub use sources::{Source, SourceKey, Sources, needed};
pub(crate) use template::is_key;

/// The type of a Secret that has no other.
pub const OPAQUE: &str = "Opaque";

/// A Secret as the cluster has it.
#[derive(Debug, Default)]
pub struct Existing {
    /// Which of all objects that ever had its name.
    pub uid: String,
    /// The version that was read, which a write must name.
    pub resource_version: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
    /// References to its owners.
    pub owners: Vec<OwnerReference>,
    /// Finalizers.
    pub finalizers: Vec<String>,
    /// Who wrote which field.
    pub records: Vec<ManagedFieldsEntry>,
    /// Its type.
    pub kind: String,
    /// Whether its data can never change.
    pub immutable: bool,
    /// Its data.
    pub data: SecretData,
}

/// A Secret as it should be, apart from its name.
#[derive(Debug)]
pub struct Desired {
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
    /// References to its owners.
    pub owners: Vec<OwnerReference>,
    /// Finalizers.
    pub finalizers: Vec<String>,
    /// Its type.
    pub kind: String,
    /// Whether its data can never change.
    pub immutable: bool,
    /// Its data.
    pub data: SecretData,
}

impl Existing {
    /// Whether its labels and annotations say what they must: that it is managed, and what its data is.
    pub fn is_marked(&self) -> bool {
        self.says_managed() && self.hash_fits()
    }

    /// Whether the label says that it is managed.
    pub fn says_managed(&self) -> bool {
        self.labels.get(MANAGED).is_some_and(|value| value == YES)
    }

    /// Whether the annotation has the hash of the data that is there.
    pub fn hash_fits(&self) -> bool {
        let said = self.annotations.get(DATA_HASH);
        said.is_some_and(|said| *said == hash::data_hash(&self.data))
    }

    /// Whether it was made by this ExternalSecret, and by no one else's word: it is controlled by it, or bears its label while nothing controls it.
    pub fn is_owned_by(&self, owner: &Owner<'_>) -> bool {
        match owner.control(&self.owners) {
            Control::Ours => true,
            Control::Nobody => self.labels.get(CREATED_BY) == Some(&owner.label()),
            Control::OtherExternalSecret(_) | Control::Other { .. } => false,
        }
    }

    /// Whether nothing in its data is somebody else's.
    pub fn holds_nothing_foreign(&self, owner: &Owner<'_>) -> bool {
        self.is_owned_by(owner) || {
            let ours = owner.owned(&self.records).data;
            self.data.keys().all(|key| ours.contains(key))
        }
    }

    /// The same Secret with its label set right, the annotation too if it is `with_hash`, and nothing else changed.
    pub fn marked(&self, with_hash: bool) -> Desired {
        let mut desired = Desired {
            labels: self.labels.clone(),
            annotations: self.annotations.clone(),
            owners: self.owners.clone(),
            finalizers: self.finalizers.clone(),
            kind: self.kind.clone(),
            immutable: self.immutable,
            data: copy(&self.data),
        };
        if with_hash {
            desired.mark();
        } else {
            desired.labels.insert(MANAGED.to_owned(), YES.to_owned());
        }
        desired
    }
}

impl Desired {
    /// What the ExternalSecret brings, laid over what is there. What the annotation says of the values' origins stays: see [`Self::of_revision`].
    pub fn new(
        brought: Contribution,
        there: Option<&Existing>,
        owner: &Owner<'_>,
        policy: CreationPolicy,
    ) -> Self {
        let nothing = Existing {
            kind: OPAQUE.to_owned(),
            ..Existing::default()
        };
        let there = there.unwrap_or(&nothing);
        let stale = owner.owned(&there.records);
        let mut data = SecretData::new();
        if keeps_foreign(policy) {
            let kept = there
                .data
                .iter()
                .filter(|(key, _)| !stale.data.contains(*key));
            data.extend(kept.map(|(key, value)| (key.clone(), copied(value))));
        }
        data.extend(brought.data);
        let mut labels = without(&there.labels, |key| stale.labels.contains(key));
        labels.extend(brought.labels);
        let mut annotations = without(&there.annotations, |key| stale.annotations.contains(key));
        annotations.extend(brought.annotations);
        if let Some(now) = brought.revision {
            let said = there.annotations.get(SOURCE_REVISION);
            annotations.insert(SOURCE_REVISION.to_owned(), said.cloned().unwrap_or(now));
        }
        let mut finalizers = there.finalizers.clone();
        finalizers.extend(brought.finalizers);
        let mut seen = std::collections::BTreeSet::new();
        finalizers.retain(|finalizer| seen.insert(finalizer.clone()));
        let mut desired = Self {
            labels,
            annotations,
            owners: owners(&there.owners, owner, policy),
            finalizers,
            kind: brought.kind.unwrap_or_else(|| there.kind.clone()),
            immutable: there.immutable || brought.immutable,
            data,
        };
        if policy == CreationPolicy::Owner {
            desired.labels.insert(CREATED_BY.to_owned(), owner.label());
        } else {
            desired.labels.remove(CREATED_BY);
        }
        desired.mark();
        desired
    }

    /// The same, of these states of the values' origins.
    #[must_use]
    pub fn of_revision(mut self, revision: Option<String>) -> Self {
        if let Some(revision) = revision {
            self.annotations
                .insert(SOURCE_REVISION.to_owned(), revision);
        }
        self
    }

    /// The same with the type and data that are there, for a Secret of which they can never change.
    #[must_use]
    pub fn with_data_of(self, there: &Existing) -> Self {
        let mut desired = Self {
            kind: there.kind.clone(),
            data: copy(&there.data),
            ..self
        };
        desired.mark();
        desired
    }

    fn mark(&mut self) {
        let hash = hash::data_hash(&self.data);
        self.labels.insert(MANAGED.to_owned(), YES.to_owned());
        self.annotations.insert(DATA_HASH.to_owned(), hash);
    }
}

/// Whether what others put into the target stays there.
pub const fn keeps_foreign(policy: CreationPolicy) -> bool {
    matches!(
        policy,
        CreationPolicy::Merge | CreationPolicy::CreateOrMerge
    )
}

/// The references to owners: with that to ours as the policy wants it. One from former times, in another version or to another uid, gives way.
fn owners(
    there: &[OwnerReference],
    owner: &Owner<'_>,
    policy: CreationPolicy,
) -> Vec<OwnerReference> {
    let ours = owner.reference();
    let mut owners = there.to_vec();
    if policy != CreationPolicy::Owner {
        owners.retain(|reference| !owner.is_meant(reference));
    } else if let Some(old) = owners.iter_mut().find(|old| owner.is_meant(old)) {
        *old = ours;
    } else {
        owners.push(ours);
    }
    owners
}

fn without(
    map: &BTreeMap<String, String>,
    left_out: impl Fn(&String) -> bool,
) -> BTreeMap<String, String> {
    let kept = map.iter().filter(|(key, _)| !left_out(key));
    kept.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Another buffer with the same bytes: a Secret that stays in part is sent back as a whole.
pub(crate) fn copied(value: &Secret) -> Secret {
    let mut copy = Secret::with_capacity(value.len());
    copy.extend_from_slice(value.expose());
    copy
}

pub(crate) fn copy(data: &SecretData) -> SecretData {
    data.iter()
        .map(|(key, value)| (key.clone(), copied(value)))
        .collect()
}

impl From<v1::Secret> for Existing {
    /// Takes the buffers of the values over.
    fn from(secret: v1::Secret) -> Self {
        let metadata = secret.metadata;
        let data = secret.data.unwrap_or_default().into_iter();
        Self {
            uid: metadata.uid.unwrap_or_default(),
            resource_version: metadata.resource_version.unwrap_or_default(),
            labels: metadata.labels.unwrap_or_default(),
            annotations: metadata.annotations.unwrap_or_default(),
            owners: metadata.owner_references.unwrap_or_default(),
            finalizers: metadata.finalizers.unwrap_or_default(),
            records: metadata.managed_fields.unwrap_or_default(),
            kind: secret.type_.unwrap_or_else(|| OPAQUE.to_owned()),
            immutable: secret.immutable.unwrap_or_default(),
            data: data
                .map(|(key, value)| (key, Secret::from(value.0)))
                .collect(),
        }
    }
}
