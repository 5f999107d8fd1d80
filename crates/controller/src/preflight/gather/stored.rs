//! The newest record of a Helm release: a Secret, or a ConfigMap where Helm was told so. Only its own bytes are asked for; the others are listed by
//! metadata.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_crypto::Secret;
use selkie_reconcile::preflight::{Owner, Release};
use serde::Deserialize;

use super::{Metadata, refused};
use crate::cluster::{Cluster, collection, object};
use crate::preflight::{Unread, release};

const CORE: &str = "api/v1";
const SECRETS: &str = "secrets";
const PLACES: [&str; 2] = [SECRETS, "configmaps"];

#[derive(Deserialize)]
struct List {
    /// Null where there are none.
    items: Option<Vec<Item>>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Stored<'a> {
    #[serde(borrow, default)]
    data: BTreeMap<&'a str, &'a str>,
}

/// What is stored of a release; `None` if nothing is. A release whose names no object can have is unreadable.
pub(super) async fn newest(cluster: &Cluster, owner: &Owner) -> Result<Option<Release>, Unread> {
    let Owner { namespace, name } = owner;
    for plural in PLACES {
        // The name is a word of the query, so it has to be one.
        if object(CORE, namespace, plural, name).is_err() || namespace.is_empty() {
            return Ok(Some(Release::Unreadable));
        }
        let Some(newest) = last(cluster, owner, plural).await? else {
            continue;
        };
        let path = object(CORE, namespace, plural, &newest)
            .map_err(|refusal| refused("a release of Helm", refusal))?;
        let found = cluster.find(&path).await;
        let Some(text) = found.map_err(|refusal| refused(&path, refusal))? else {
            continue;
        };
        return Ok(Some(decoded(&text, plural).unwrap_or(Release::Unreadable)));
    }
    Ok(None)
}

/// The name of the object with the highest revision.
async fn last(cluster: &Cluster, owner: &Owner, plural: &str) -> Result<Option<String>, Unread> {
    let Owner { namespace, name } = owner;
    let path = collection(CORE, namespace, plural)
        .map_err(|refusal| refused("a release of Helm", refusal))?;
    let query = format!("{path}?labelSelector=owner=helm,name={name}");
    let listed = cluster.metadata(&query).await;
    let listed = listed.map_err(|refusal| refused(&path, refusal))?;
    let list: List = serde_json::from_slice(listed.expose())
        .map_err(|_| refused(&path, crate::cluster::Refusal::Malformed))?;
    let revision = |metadata: &Metadata| -> u64 {
        let label = metadata
            .labels
            .as_ref()
            .and_then(|labels| labels.get("version"));
        label.and_then(|text| text.parse().ok()).unwrap_or_default()
    };
    let newest = list
        .items
        .into_iter()
        .flatten()
        .map(|item| item.metadata)
        .max_by_key(revision);
    Ok(newest.map(|metadata| metadata.name))
}

/// The field of base64, in a Secret within the base64 of all its fields.
fn decoded(text: &Secret, plural: &str) -> Option<Release> {
    let stored: Stored<'_> = serde_json::from_slice(text.expose()).ok()?;
    let field = stored.data.get("release")?.as_bytes();
    if plural != SECRETS {
        return Some(release::read(field));
    }
    let field = Secret::from(STANDARD.decode(field).ok()?);
    Some(release::read(field.expose()))
}
