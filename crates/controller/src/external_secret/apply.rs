//! Carries out a plan: finalizer, target, former targets, status, events. It only writes, each with the version that was read.
//!
//! Never here: a decision. What the API server refuses is handed back, and decided elsewhere.

use std::sync::Arc;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use selkie_reconcile::external_secret::{Action, Doomed, Finalizer, Plan, Write};
use selkie_reconcile::ownership::{CLEANUP, CREATED_BY};
use selkie_reconcile::target::Desired;
use selkie_reconcile::target::contribution::Digest;
use selkie_reconcile::{Event, EventKind, Failure, hash};
use serde::Deserialize;
use serde_json::json;

use super::gather::Subject;
use super::target::CORE;
use crate::cluster::{Refusal, collection, object};
use crate::context::Context;
use crate::key::{Kind, Place};
use crate::watch::GROUP;
use crate::{events, sink, status, view};

/// How far a plan was carried out.
#[derive(Debug)]
pub(super) enum Done {
    /// To its end.
    All,
    /// Not at all: the target is not as it was thought to be.
    Stale,
    /// The ExternalSecret is not what it was any more.
    Conflict,
    /// Up to this write.
    Refused(Write, Refusal),
}

/// Carries out a plan.
pub(super) async fn apply(context: &Context, subject: &mut Subject, plan: &Plan) -> Done {
    if plan.finalizer == Finalizer::Add
        && let Err(refusal) = finalizers(context, subject, true).await
    {
        return gone_or(refusal, |refusal| Done::Refused(Write::Target, refusal));
    }
    let written = match &plan.target {
        Action::Nothing | Action::Read => Ok(()),
        Action::Create(desired) => create(context, subject, desired, plan.left).await,
        Action::Update(desired, version) => {
            update(context, subject, desired, version, plan.left).await
        }
        Action::Delete(doomed) => delete(context, subject, doomed).await,
    };
    match written {
        Ok(()) => {}
        Err(Refusal::Conflict | Refusal::Exists) => return Done::Stale,
        // Somebody was faster in deleting it.
        Err(Refusal::NotFound) if matches!(plan.target, Action::Update(..)) => return Done::Stale,
        Err(refusal) if matches!(plan.target, Action::Delete(_)) => {
            return Done::Refused(Write::Deletion, refusal);
        }
        Err(refusal) => return Done::Refused(Write::Target, refusal),
    }
    if let (Action::Nothing, Some(left)) = (&plan.target, plan.left) {
        context.view().leave_target(&subject.target, left);
    }
    for doomed in &plan.orphans {
        match delete(context, subject, doomed).await {
            // Whoever wrote it meanwhile brings us here again.
            Ok(()) | Err(Refusal::Conflict) => {}
            Err(refusal) => return Done::Refused(Write::Orphan, refusal),
        }
    }
    if let Some(status) = &plan.status {
        match status::write(context, &subject.key, &mut subject.record, &status).await {
            Ok(()) => {}
            // It is gone, and with it what there is to say.
            Err(Refusal::NotFound) => return Done::All,
            Err(Refusal::Conflict) => return Done::Conflict,
            Err(refusal) => {
                tracing::warn!(object = %subject.key, %refusal, "the status cannot be written");
                return Done::Conflict;
            }
        }
    }
    tell(context, subject, &plan.events);
    if plan.finalizer == Finalizer::Remove
        && let Err(refusal) = finalizers(context, subject, false).await
    {
        return gone_or(refusal, |_| Done::Conflict);
    }
    Done::All
}

/// An object that is gone needs nothing more.
fn gone_or(refusal: Refusal, other: impl FnOnce(Refusal) -> Done) -> Done {
    match refusal {
        Refusal::NotFound => Done::All,
        Refusal::Conflict => Done::Conflict,
        refusal => other(refusal),
    }
}

/// What the API server did not want, in our own words.
pub(super) fn failure(write: Write, refusal: &Refusal) -> Failure {
    let what = match write {
        Write::Target => "writing the target",
        Write::Deletion => "deleting the target",
        Write::Orphan => "deleting a former target",
    };
    Failure::new(refusal.cause(), format!("{what}: {refusal}"))
}

async fn create(
    context: &Context,
    subject: &Subject,
    desired: &Desired,
    left: Option<Digest>,
) -> Result<(), Refusal> {
    let path = collection(CORE, &subject.target.namespace, "secrets")?;
    let path = format!("{path}?fieldManager={}", manager(subject));
    let answer = context
        .cluster
        .create(&path, secret(subject, desired, None)?);
    remember(context, subject, desired, left, answer.await?.expose())
}

async fn update(
    context: &Context,
    subject: &Subject,
    desired: &Desired,
    version: &str,
    left: Option<Digest>,
) -> Result<(), Refusal> {
    let Place { namespace, name } = &subject.target;
    let path = object(CORE, namespace, "secrets", name)?;
    let path = format!("{path}?fieldManager={}", manager(subject));
    let answer = context
        .cluster
        .replace(&path, secret(subject, desired, Some(version))?);
    remember(context, subject, desired, left, answer.await?.expose())
}

async fn delete(context: &Context, subject: &Subject, doomed: &Doomed) -> Result<(), Refusal> {
    let path = object(CORE, &subject.target.namespace, "secrets", &doomed.name)?;
    let options = json!({
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "preconditions": { "uid": doomed.uid, "resourceVersion": doomed.resource_version },
    });
    context.cluster.delete(&path, text(&options)?).await?;
    let place = subject.target.beside(doomed.name.as_str());
    context.view().remove_target(&place, &doomed.uid);
    Ok(())
}

/// The name under which we write, as part of a path: all its characters may stand there.
fn manager(subject: &Subject) -> String {
    hash::field_manager(&subject.key.place.name)
}

/// A Secret as the API server takes it. It leaves the process in this form, so it cannot be wiped.
fn secret(subject: &Subject, desired: &Desired, version: Option<&str>) -> Result<Vec<u8>, Refusal> {
    let data = desired.data.iter();
    let secret = v1::Secret {
        metadata: ObjectMeta {
            name: Some(subject.target.name.to_string()),
            namespace: Some(subject.target.namespace.to_string()),
            resource_version: version.map(str::to_owned),
            labels: Some(desired.labels.clone()),
            annotations: Some(desired.annotations.clone()),
            owner_references: Some(desired.owners.clone()),
            finalizers: Some(desired.finalizers.clone()),
            ..ObjectMeta::default()
        },
        data: Some(
            data.map(|(key, value)| (key.clone(), ByteString(value.expose().to_vec())))
                .collect(),
        ),
        immutable: desired.immutable.then_some(true),
        type_: Some(desired.kind.clone()),
        string_data: None,
    };
    serde_json::to_vec(&secret).map_err(|_| Refusal::Malformed)
}

/// Remembers what was written, so that its echo is no news and the next refresh need not read it.
fn remember(
    context: &Context,
    subject: &Subject,
    desired: &Desired,
    left: Option<Digest>,
    answer: &[u8],
) -> Result<(), Refusal> {
    #[derive(Deserialize)]
    struct Written {
        metadata: Metadata,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Metadata {
        uid: Box<str>,
        resource_version: Box<str>,
    }
    let written: Written = serde_json::from_slice(answer).map_err(|_| Refusal::Malformed)?;
    let target = view::Target {
        uid: written.metadata.uid,
        version: written.metadata.resource_version,
        is_valid: true,
        owner: desired
            .labels
            .get(CREATED_BY)
            .map_or(0, |label| sink::owner(label)),
        left,
    };
    context.view().know_target(subject.target.clone(), target);
    Ok(())
}

/// Adds or removes the cleanup finalizer, if nobody has written the object meanwhile.
async fn finalizers(context: &Context, subject: &mut Subject, add: bool) -> Result<(), Refusal> {
    let mut all: Vec<String> = subject.record.finalizers.read_or_default();
    all.retain(|finalizer| finalizer != CLEANUP);
    if add {
        all.push(CLEANUP.to_owned());
    }
    let patch = json!({ "metadata": {
        "finalizers": all,
        "resourceVersion": &*subject.record.version,
    }});
    let Place { namespace, name } = &subject.key.place;
    let path = object(GROUP, namespace, Kind::ExternalSecret.plural(), name)?;
    let path = format!("{path}?fieldManager={}", status::MANAGER);
    let answer = context.cluster.merge(&path, text(&patch)?).await?;
    if add {
        let record = status::learn(context, &subject.key, &answer)?;
        subject.record = Arc::new(record);
    }
    Ok(())
}

fn tell(context: &Context, subject: &Subject, planned: &[Event]) {
    for event in planned {
        context.events.tell(events::Event {
            key: subject.key.clone(),
            uid: subject.record.uid.clone(),
            version: subject.record.version.clone(),
            is_warning: event.kind == EventKind::Warning,
            reason: event.reason.clone(),
            note: event.note.clone(),
        });
    }
}

fn text(value: &serde_json::Value) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(value).map_err(|_| Refusal::Malformed)
}
