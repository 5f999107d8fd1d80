//! The rules that an object must keep within itself, checked whenever it is looked at: nothing relies on somebody having checked before.
//!
//! Never here: what depends on another object.

use std::collections::BTreeSet;

use selkie_api::{
    Cause, CreationPolicy, DataFromEntry, DeletionPolicy, ExternalSecretSpec, SecretTemplate,
    SourceRef, TemplateTarget,
};

use crate::duration;
use crate::external_secret::{Place, entries};
use crate::failure::Failure;
use crate::status::Bad;
use crate::target::{ACCOUNT, ACCOUNT_TOKEN, BOOTSTRAP_TOKEN};

/// Why nothing is done for an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What cannot be done for it.
    pub bad: Bad,
    /// Why.
    pub failure: Failure,
}

/// Refuses an ExternalSecret that contradicts itself, or asks for what this controller does not do.
pub fn external_secret(spec: &ExternalSecretSpec) -> Result<(), Refusal> {
    supported(spec)?;
    sources(spec)?;
    policies(spec)?;
    if let Some(template) = spec.target().template.as_ref() {
        privileges(template)?;
    }
    duration::parse(spec.refresh_interval())
        .map_err(|error| invalid(Bad::Fetch, format!("spec.refreshInterval: {error}")))?;
    Ok(())
}

fn supported(spec: &ExternalSecretSpec) -> Result<(), Refusal> {
    if spec.target().manifest.is_some() {
        return Err(unsupported(
            Bad::Update,
            "spec.target.manifest: only Secrets are written".to_owned(),
        ));
    }
    let from = spec.data_from.iter().map(|entry| &entry.source_ref);
    let from = from.enumerate().map(|(at, it)| (Place::DataFrom(at), it));
    let data = spec.data.iter().map(|entry| &entry.source_ref);
    let data = data.enumerate().map(|(at, it)| (Place::Data(at), it));
    let generator = from
        .chain(data)
        .find(|(_, source)| source.as_ref().and_then(SourceRef::generator).is_some());
    generator.map_or(Ok(()), |(place, _)| {
        Err(unsupported(
            Bad::Fetch,
            format!("{place}.sourceRef.generatorRef: generators are not served"),
        ))
    })
}

fn sources(spec: &ExternalSecretSpec) -> Result<(), Refusal> {
    if spec.data.is_empty() && spec.data_from.is_empty() {
        return Err(invalid(
            Bad::Fetch,
            "spec has neither data nor dataFrom".to_owned(),
        ));
    }
    for (at, entry) in spec.data_from.iter().enumerate() {
        from(Place::DataFrom(at), entry)?;
    }
    if let Some(entry) = entries(spec).find(|entry| entry.store.is_none()) {
        return Err(invalid(
            Bad::Fetch,
            format!("{} names no store", entry.place),
        ));
    }
    let mut keys = BTreeSet::new();
    for (at, entry) in spec.data.iter().enumerate() {
        if !keys.insert(&entry.secret_key)
            && spec.target().deletion_policy() == DeletionPolicy::Retain
        {
            return Err(invalid(
                Bad::Fetch,
                format!(
                    "{} has the secretKey {:?} of another entry",
                    Place::Data(at),
                    entry.secret_key
                ),
            ));
        }
    }
    Ok(())
}

fn from(place: Place, entry: &DataFromEntry) -> Result<(), Refusal> {
    match (&entry.extract, &entry.find, &entry.source_ref) {
        (Some(_), Some(_), _) => Err(invalid(
            Bad::Fetch,
            format!("{place} has both extract and find"),
        )),
        (None, None, None) => Err(invalid(
            Bad::Fetch,
            format!("{place} has neither extract nor find"),
        )),
        _ => Ok(()),
    }
}

fn policies(spec: &ExternalSecretSpec) -> Result<(), Refusal> {
    let (creation, deletion) = (
        spec.target().creation_policy(),
        spec.target().deletion_policy(),
    );
    let refused = match deletion {
        DeletionPolicy::Delete => matches!(
            creation,
            CreationPolicy::Merge | CreationPolicy::None | CreationPolicy::CreateOrMerge
        ),
        DeletionPolicy::Merge => creation == CreationPolicy::None,
        DeletionPolicy::Retain => false,
    };
    if refused {
        let (creation, deletion) = (creation.as_str(), deletion.as_str());
        return Err(invalid(
            Bad::Delete,
            format!("deletionPolicy {deletion} does not go with creationPolicy {creation}"),
        ));
    }
    Ok(())
}

fn privileges(template: &SecretTemplate) -> Result<(), Refusal> {
    for (at, entry) in template.template_from.iter().enumerate() {
        if let TemplateTarget::Path(_) = entry.target() {
            return Err(invalid(
                Bad::Update,
                format!(
                    "spec.target.template.templateFrom[{at}].target is none of Data, Labels, Annotations"
                ),
            ));
        }
    }
    let kind = template.secret_type().unwrap_or_default();
    if kind == BOOTSTRAP_TOKEN {
        return Err(invalid(
            Bad::Update,
            format!("spec.target.template.type {BOOTSTRAP_TOKEN} is not written"),
        ));
    }
    if kind != ACCOUNT_TOKEN {
        return Ok(());
    }
    let metadata = template.metadata.as_ref();
    let named = metadata.is_some_and(|it| it.annotations.contains_key(ACCOUNT));
    let mut from = template.template_from.iter();
    if named || from.any(|entry| entry.target() == TemplateTarget::Annotations) {
        return Err(invalid(
            Bad::Update,
            format!(
                "spec.target.template.type {ACCOUNT_TOKEN} does not go with annotation {ACCOUNT} nor with rendered annotations"
            ),
        ));
    }
    Ok(())
}

fn invalid(bad: Bad, detail: String) -> Refusal {
    Refusal {
        bad,
        failure: Failure::new(Cause::InvalidSpec, detail),
    }
}

fn unsupported(bad: Bad, detail: String) -> Refusal {
    Refusal {
        bad,
        failure: Failure::new(Cause::Unsupported, detail),
    }
}
