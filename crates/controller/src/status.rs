//! Writes a status: the one write that every kind of ours has.
//!
//! It carries the version that the watch told. If that is no longer the newest, the object is read once: unless something else than a status has
//! changed, the same status is right for it too.
//!
//! Never here: what a status says.

use std::sync::Arc;

use selkie_crypto::Secret;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::cluster::{Refusal, object};
use crate::context::Context;
use crate::key::{Key, Place};
use crate::record::{Object, Record, decode};
use crate::watch::GROUP;

/// Under which name we write on our own objects: the peer's, so that its entries are ours.
pub(crate) const MANAGER: &str = "external-secrets";

/// An object with a new status. Of the rest the API server takes what is there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a, S> {
    api_version: &'a str,
    kind: &'a str,
    metadata: Metadata<'a>,
    spec: &'a RawValue,
    status: &'a S,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    namespace: &'a str,
    uid: &'a str,
    resource_version: &'a str,
}

/// Writes the status of an object, and brings its record up to date. A conflict means that the object is not what the status was made for.
pub(crate) async fn write<S: Serialize>(
    context: &Context,
    key: &Key,
    record: &mut Arc<Record>,
    status: &S,
) -> Result<(), Refusal> {
    let path = path(key)?;
    let at = format!("{path}/status?fieldManager={MANAGER}");
    let answer = match context
        .cluster
        .replace(&at, body(key, record, status)?)
        .await
    {
        Err(Refusal::Conflict) => {
            let fresh = learn(context, key, &context.cluster.get(&path).await?)?;
            if fresh.is_asked_anew(record) {
                return Err(Refusal::Conflict);
            }
            *record = Arc::new(fresh);
            context
                .cluster
                .replace(&at, body(key, record, status)?)
                .await?
        }
        answer => answer?,
    };
    *record = Arc::new(learn(context, key, &answer)?);
    Ok(())
}

/// Remembers an object as the API server answered with it.
pub(crate) fn learn(context: &Context, key: &Key, answer: &Secret) -> Result<Record, Refusal> {
    let text = std::str::from_utf8(answer.expose()).map_err(|_| Refusal::Malformed)?;
    let object = Object::read(text).map_err(|_| Refusal::Malformed)?;
    let mut view = context.view();
    let (place, record) = decode(key.kind, &object, |name| view.share(name));
    view.wrote(key.kind, place, record.clone());
    Ok(record)
}

fn path(key: &Key) -> Result<String, Refusal> {
    let Place { namespace, name } = &key.place;
    object(GROUP, namespace, key.kind.plural(), name)
}

fn body<S: Serialize>(key: &Key, record: &Record, status: &S) -> Result<Vec<u8>, Refusal> {
    let (_, version) = GROUP.split_once('/').unwrap_or_default();
    let spec = match record.spec.text() {
        "" => to_raw_value(&serde_json::json!({})),
        text => serde_json::from_str(text),
    };
    let spec: Box<RawValue> = spec.map_err(|_| Refusal::Malformed)?;
    let written = Written {
        api_version: version,
        kind: key.kind.as_str(),
        metadata: Metadata {
            name: &key.place.name,
            namespace: &key.place.namespace,
            uid: &record.uid,
            resource_version: &record.version,
        },
        spec: &spec,
        status,
    };
    serde_json::to_vec(&written).map_err(|_| Refusal::Malformed)
}
