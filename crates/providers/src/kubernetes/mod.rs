//! Provider `kubernetes`: Secrets of another namespace or cluster.
//!
//! Asked with the same client as other servers, and not with kube's: its typed calls log an answer that they cannot read, and the rule which
//! addresses may be asked must hold here too. Never here: the cluster that the controller serves; which Secrets an object may read is decided by
//! whoever owns the credentials.

mod ask;
mod kubeconfig;
mod settings;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use selkie_api::Cause;
use selkie_api::store::kubernetes::Kubernetes as Spec;
use selkie_crypto::Secret;
use serde_json::json;

use crate::json::{Escape, Node, Numbers, Shape, parse, write};
use crate::{
    Address, Credentials, Failure, Find, Found, Provider, Reach, Reference, Remote, Validity, What,
};
use ask::{Ask, Client};
use settings::Settings;

/// Secrets that are asked for at once.
const PAGE: &str = "500";

/// The Secrets of a namespace.
pub struct Kubernetes {
    client: Client,
    namespace: String,
}

impl Kubernetes {
    /// What the caller has to resolve before it can connect.
    pub fn references(spec: &Spec) -> Vec<Reference> {
        settings::references(spec)
    }

    /// Makes ready to ask; nothing is sent yet.
    pub fn connect(spec: &Spec, credentials: &Credentials, reach: &Reach) -> Result<Self, Failure> {
        let namespace = spec.remote_namespace();
        ask::check_name(namespace, "a namespace")?;
        let settings = Settings::new(spec, credentials)?;
        Ok(Self {
            client: Client::new(&settings, reach)?,
            namespace: namespace.to_owned(),
        })
    }

    async fn at(&self, at: &Address) -> Result<Option<Remote>, Failure> {
        ask::check_name(&at.key, "a Secret")?;
        let ask = Ask::Secret(&self.namespace, &at.key);
        let Some(body) = self.client.send(&ask, &at.key).await? else {
            return Ok(None);
        };
        let strange = || strange(&at.key);
        let object = parse(body.expose()).map_err(|_| strange())?;
        Ok(Some(match at.what {
            What::Value => Remote::entries(&at.key, data(&object).ok_or_else(strange)?),
            What::Metadata => {
                let metadata = metadata(&object).ok_or_else(strange)?;
                Remote::entries(&at.key, metadata).as_metadata()
            }
        }))
    }

    /// By labels, or else by names.
    async fn search(&self, find: &Find) -> Result<Found, Failure> {
        if find.tags.is_empty() && find.name.is_none() {
            let detail = "find needs a name or tags";
            return Err(Failure::new(Cause::InvalidSpec, detail));
        }
        let by_name = find.tags.is_empty();
        let names = find.names()?;
        let selector = ask::selector(&find.tags)?;
        let mut found = Found::new();
        let mut next = String::new();
        loop {
            let ask = Ask::Secrets(&self.namespace, &selector, &next);
            let answer = self.client.send(&ask, &self.namespace).await?;
            let body = answer.unwrap_or_default();
            let strange = || strange(&self.namespace);
            let list = parse(body.expose()).map_err(|_| strange())?;
            let items = match list.member(b"items").map(|items| &items.shape) {
                Some(Shape::Array(items)) => items.as_slice(),
                Some(Shape::Null) => &[],
                _ => return Err(strange()),
            };
            for item in items {
                let name = item.member(b"metadata").and_then(|it| it.member(b"name"));
                let name = text(name).ok_or_else(strange)?;
                if by_name && !names.contain(&name) {
                    continue;
                }
                let data = data(item).ok_or_else(strange)?;
                found.push((name.clone(), Remote::entries(name, data)));
            }
            let more = list
                .member(b"metadata")
                .and_then(|it| it.member(b"continue"));
            next = text(more).unwrap_or_default();
            if next.is_empty() {
                return Ok(found);
            }
        }
    }

    /// Whether whoever asks may read Secrets: by the list of what is allowed, or else by a question, for a server may keep the list short.
    async fn check(&self) -> Result<Validity, Failure> {
        let rules = json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectRulesReview",
            "spec": { "namespace": self.namespace },
        });
        let ask = Ask::Review("selfsubjectrulesreviews", &rules);
        let answer = self.client.send(&ask, &self.namespace).await?;
        if ask::rules_allow(&answer.unwrap_or_default()) {
            return Ok(Validity::Valid);
        }
        let access = json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {
                "resourceAttributes": {
                    "namespace": self.namespace,
                    "resource": "secrets",
                    "verb": "get",
                },
            },
        });
        let ask = Ask::Review("selfsubjectaccessreviews", &access);
        let answer = self.client.send(&ask, &self.namespace).await?;
        if ask::access_is_allowed(&answer.unwrap_or_default()) {
            return Ok(Validity::Valid);
        }
        let detail = format!("Secrets of namespace {:?} may not be read", self.namespace);
        Err(Failure::new(Cause::Forbidden, detail))
    }
}

impl Provider for Kubernetes {
    fn read<'a>(&'a self, at: &'a Address) -> BoxFuture<'a, Result<Option<Remote>, Failure>> {
        self.at(at).boxed()
    }

    fn list<'a>(&'a self, find: &'a Find) -> BoxFuture<'a, Result<Option<Found>, Failure>> {
        async { self.search(find).await.map(Some) }.boxed()
    }

    fn validate(&self) -> BoxFuture<'_, Result<Validity, Failure>> {
        self.check().boxed()
    }
}

/// The entries of a Secret.
fn data(object: &Node<'_>) -> Option<BTreeMap<String, Secret>> {
    let Some(data) = object.member(b"data") else {
        return Some(BTreeMap::new());
    };
    if let Shape::Null = data.shape {
        return Some(BTreeMap::new());
    }
    let members = data.members()?.into_iter().map(|(name, value)| {
        let encoded = value.text()?.decoded();
        let decoded = STANDARD.decode(encoded.expose()).ok()?;
        let name = std::str::from_utf8(name.expose()).ok()?;
        Some((name.to_owned(), Secret::from(decoded)))
    });
    members.collect()
}

/// Labels and annotations, each as JSON; `null` where there are none, as Go writes them.
fn metadata(object: &Node<'_>) -> Option<BTreeMap<String, Secret>> {
    let metadata = object.member(b"metadata")?;
    let groups = ["labels", "annotations"].into_iter().map(|group| {
        let mut out = Secret::new();
        match metadata.member(group.as_bytes()) {
            Some(values) => write(values, Numbers::Kept, Escape::Nothing, &mut out).ok()?,
            None => out.extend_from_slice(b"null"),
        }
        Some((group.to_owned(), out))
    });
    groups.collect()
}

fn text(node: Option<&Node<'_>>) -> Option<String> {
    let text = node?.text()?.decoded();
    String::from_utf8(text.expose().to_vec()).ok()
}

fn strange(what: &str) -> Failure {
    let detail = format!("{what}: the answer cannot be understood");
    Failure::new(Cause::ProviderError, detail)
}
