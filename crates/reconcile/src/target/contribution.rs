//! What an ExternalSecret brings to its target, whatever is there: metadata, type, values, each the last of those that name the same key.
//!
//! From low to high: fetched values (without templates, or beside them if the template says so), `templateFrom` in order, `template.data`; labels and
//! annotations of the template, in which their own templates win over `templateFrom`.

use std::collections::{BTreeMap, BTreeSet};

use selkie_api::{CreationPolicy, SecretTemplate, Target, TemplateMergePolicy};
use sha3::{Digest as _, Sha3_256};

use super::sources::Sources;
use super::template::Workshop;
use crate::data::SecretData;
use crate::failure::Failure;
use crate::hash;
use crate::ownership::Owner;

/// What an ExternalSecret brings.
#[derive(Debug, Default)]
pub struct Contribution {
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
    /// Finalizers.
    pub finalizers: Vec<String>,
    /// The type, if it wants one.
    pub kind: Option<String>,
    /// Whether the data may never change.
    pub immutable: bool,
    /// Values.
    pub data: SecretData,
    /// Of which state of their origins the values are, if that has a word. It is not a reason to write: a push that changes none of the values
    /// leaves the Secret as it is.
    pub revision: Option<String>,
}

/// Stands for a contribution by its owner under its policy: as long as it is the same, and nobody has written the target, there is nothing to write.
///
/// It is a hash over secrets. It stays in the memory of the process that has them anyway.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

/// What renders depend on besides templates and values.
#[derive(Clone, Copy)]
pub struct Circumstances<'a> {
    /// What begins an action of a template.
    pub left: &'a str,
    /// What ends one.
    pub right: &'a str,
    /// The time.
    pub now: jiff::Timestamp,
    /// Where all randomness comes from.
    pub seed: [u8; 32],
}

impl Contribution {
    /// What the target wants, out of the fetched values. `labels` and `annotations` are the ExternalSecret's own: they are copied if there is no
    /// template, not even an empty one.
    ///
    /// # Errors
    /// If a template cannot be had, read or rendered.
    pub fn new(
        target: &Target,
        labels: &BTreeMap<String, String>,
        annotations: &BTreeMap<String, String>,
        fetched: SecretData,
        sources: &Sources,
        circumstances: Circumstances<'_>,
    ) -> Result<Self, Failure> {
        let Some(template) = &target.template else {
            return Ok(Self {
                labels: labels.clone(),
                annotations: annotations.clone(),
                immutable: target.immutable(),
                data: fetched,
                ..Self::default()
            });
        };
        let workshop = Workshop::new(&fetched, circumstances);
        let mut brought = Self::before_templates(template, fetched);
        brought.immutable = target.immutable();
        workshop.templates_from(template, sources, &mut brought)?;
        workshop.templates_within(template, &mut brought)?;
        Ok(brought)
    }

    fn before_templates(template: &SecretTemplate, fetched: SecretData) -> Self {
        let metadata = template.metadata.as_ref();
        let has_none = template.data.is_empty() && template.template_from.is_empty();
        let beside = has_none || template.merge_policy() == TemplateMergePolicy::Merge;
        Self {
            labels: metadata.map_or_else(BTreeMap::new, |it| it.labels.clone()),
            annotations: metadata.map_or_else(BTreeMap::new, |it| it.annotations.clone()),
            finalizers: metadata.map_or_else(Vec::new, |it| it.finalizers.clone()),
            kind: template.secret_type().map(str::to_owned),
            immutable: false,
            data: if beside { fetched } else { SecretData::new() },
            revision: None,
        }
    }

    /// The same, of these states of the values' origins.
    #[must_use]
    pub fn of_revisions(self, revisions: &BTreeSet<String>) -> Self {
        let all: Vec<_> = revisions.iter().map(String::as_str).collect();
        Self {
            revision: (!all.is_empty()).then(|| all.join(",")),
            ..self
        }
    }

    /// What stands for it.
    pub fn digest(&self, owner: &Owner<'_>, policy: CreationPolicy) -> Digest {
        let mut hash = Sha3_256::new();
        // Each text goes in behind its length, so that no two series of texts are the same bytes.
        let mut text = |text: &str| {
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        };
        for it in [owner.namespace, owner.name, owner.uid, policy.as_str()] {
            text(it);
        }
        for map in [&self.labels, &self.annotations] {
            text(&map.len().to_string());
            for (key, value) in map {
                text(key);
                text(value);
            }
        }
        text(&self.finalizers.len().to_string());
        self.finalizers.iter().for_each(|it| text(it));
        text(self.kind.as_deref().unwrap_or_default());
        text(if self.immutable { "immutable" } else { "" });
        text(if self.revision.is_some() {
            "revision"
        } else {
            ""
        });
        text(&hash::data_hash(&self.data));
        Digest(hash.finalize().into())
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digest(…)")
    }
}
