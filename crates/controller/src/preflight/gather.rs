//! Reads from the cluster what the decision needs. A kind that the cluster does not have has no objects; whatever else cannot be read ends the look,
//! because what was not seen cannot be judged.

mod peer;
mod stored;

use std::collections::{BTreeMap, BTreeSet};

use selkie_reconcile::preflight::{
    Object, Observed, Owner, Store, Unserved, of_external_secret, of_kind, provider,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Unread;
use crate::cluster::{Cluster, Refusal};

const GROUP: &str = "external-secrets.io";
const GROUPS: [&str; 2] = [GROUP, "generators.external-secrets.io"];
/// Objects of a page. Definitions are the largest, with half a megabyte.
const PAGE: usize = 100;

/// Metadata as far as it is looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    namespace: String,
    name: String,
    labels: Option<BTreeMap<String, String>>,
    annotations: Option<BTreeMap<String, String>>,
}

impl Metadata {
    /// The Helm release that it belongs to.
    fn owner(&self) -> Option<Owner> {
        let annotations = self.annotations.as_ref()?;
        Some(Owner {
            namespace: annotations.get("meta.helm.sh/release-namespace")?.clone(),
            name: annotations.get("meta.helm.sh/release-name")?.clone(),
        })
    }
}

/// An object of which the spec is looked at.
#[derive(Deserialize)]
struct Any {
    metadata: Metadata,
    #[serde(default)]
    spec: Value,
}

#[derive(Deserialize)]
struct Definition {
    metadata: Metadata,
    spec: DefinitionSpec,
}

#[derive(Deserialize)]
struct DefinitionSpec {
    group: String,
    names: Names,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Deserialize)]
struct Names {
    kind: String,
    plural: String,
}

#[derive(Deserialize)]
struct Version {
    name: String,
    #[serde(default)]
    served: bool,
}

impl Definition {
    /// The path of all objects, in a version that is served: the newest that we know, if it is among them.
    fn path(&self) -> Option<String> {
        let served = || self.spec.versions.iter().filter(|it| it.served);
        let version = served().find(|it| it.name == "v1").or(served().next())?;
        let DefinitionSpec { group, names, .. } = &self.spec;
        Some(format!("/apis/{group}/{}/{}", version.name, names.plural))
    }
}

/// Everything that is looked at.
pub(super) async fn gather(cluster: &Cluster) -> Result<Observed, Unread> {
    let mut observed = Observed::default();
    let mut owners = BTreeSet::new();
    let definitions = all::<Definition>(
        cluster,
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        "",
    )
    .await?;
    let theirs = definitions
        .iter()
        .filter(|it| GROUPS.contains(&&*it.spec.group));
    for definition in theirs {
        let owner = definition.metadata.owner();
        owners.extend(owner.clone());
        let name = definition.metadata.name.clone();
        observed.definitions.insert(name, owner);
        objects(cluster, definition, &mut observed).await?;
    }
    owners.extend(peer::gather(cluster, &mut observed).await?);
    for owner in owners {
        if let Some(release) = stored::newest(cluster, &owner).await? {
            observed.releases.insert(owner, release);
        }
    }
    Ok(observed)
}

/// What there is of a kind.
async fn objects(
    cluster: &Cluster,
    definition: &Definition,
    observed: &mut Observed,
) -> Result<(), Unread> {
    let kind = &definition.spec.names.kind;
    let unserved = of_kind(&definition.spec.group, kind);
    let is_ours = matches!(
        (&*definition.spec.group, &**kind),
        (
            GROUP,
            "ExternalSecret" | "SecretStore" | "ClusterSecretStore"
        )
    );
    let Some(path) = definition.path().filter(|_| is_ours || unserved.is_some()) else {
        return Ok(());
    };
    for found in all::<Any>(cluster, &path, "").await? {
        let object = Object {
            kind: kind.clone(),
            namespace: found.metadata.namespace,
            name: found.metadata.name,
        };
        let mut add = |what: Unserved| {
            let of_kind = observed.unserved.entry(what).or_default();
            of_kind.push(object.clone());
        };
        if let Some(what) = unserved {
            add(what);
        } else if kind == "ExternalSecret" {
            of_external_secret(&found.spec).into_iter().for_each(add);
        } else {
            let class = found.spec["controller"].as_str().unwrap_or_default();
            observed.stores.push(Store {
                class: class.to_owned(),
                foreign: provider(&found.spec),
                object,
            });
        }
    }
    Ok(())
}

/// All objects at a path, page by page. `query` narrows them.
async fn all<T: DeserializeOwned>(
    cluster: &Cluster,
    path: &str,
    query: &str,
) -> Result<Vec<T>, Unread> {
    #[derive(Deserialize)]
    struct Page<T> {
        #[serde(default)]
        metadata: Next,
        items: Option<Vec<T>>,
    }
    #[derive(Default, Deserialize)]
    struct Next {
        #[serde(default, rename = "continue")]
        token: Option<String>,
    }
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let asked = format!("{path}?limit={PAGE}&continue={token}{query}");
        let text = match cluster.get(&asked).await {
            Ok(text) => text,
            Err(Refusal::NotFound) => return Ok(found),
            Err(refusal) => return Err(refused(path, refusal)),
        };
        let page: Page<T> =
            serde_json::from_slice(text.expose()).map_err(|_| refused(path, Refusal::Malformed))?;
        found.extend(page.items.unwrap_or_default());
        match page.metadata.token.filter(|next| !next.is_empty()) {
            Some(next) => token = next,
            None => return Ok(found),
        }
    }
}

/// An object by its path, if it is there.
async fn one<T: DeserializeOwned>(cluster: &Cluster, path: &str) -> Result<Option<T>, Unread> {
    let found = cluster.find(path).await;
    let Some(text) = found.map_err(|refusal| refused(path, refusal))? else {
        return Ok(None);
    };
    let read = serde_json::from_slice(text.expose());
    read.map(Some)
        .map_err(|_| refused(path, Refusal::Malformed))
}

fn refused(path: &str, refusal: Refusal) -> Unread {
    Unread::Refused(path.to_owned(), refusal)
}
