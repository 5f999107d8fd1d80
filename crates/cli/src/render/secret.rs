//! A rendered Secret as it is printed: a manifest, or names and hashes alone.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use selkie_crypto::Secret;
use selkie_reconcile::hash::{data_hash, pairs_hash};
use selkie_reconcile::ownership::{CREATED_BY, DATA_HASH, MANAGED};
use selkie_reconcile::target::Existing;
use zeroize::Zeroizing;

use super::manifests::Name;
use super::node::Node;

/// A Secret that an ExternalSecret wants.
pub(crate) struct Rendered {
    name: Name,
    tells_namespace: bool,
    secret: Existing,
}

/// How Secrets are printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    pub(crate) json: bool,
    pub(crate) masked: bool,
    /// Whether the namespace is told even where no manifest names it.
    pub(crate) namespace: bool,
}

/// The text of all.
pub(crate) fn print(secrets: &[Rendered], form: Form) -> Secret {
    let nodes = secrets.iter().map(|it| {
        if form.masked {
            it.masked()
        } else {
            it.manifest(form.namespace)
        }
    });
    let nodes: Vec<Node> = nodes.collect();
    match (form.masked, form.json) {
        (true, true) => Node::List(nodes).json(),
        (true, false) => Node::List(nodes).yaml(),
        (false, true) => Node::Map(vec![
            field("apiVersion", Node::text("v1")),
            field("kind", Node::text("List")),
            field("items", Node::List(nodes)),
        ])
        .json(),
        (false, false) => {
            let mut text = Secret::new();
            for (index, node) in nodes.iter().enumerate() {
                if index > 0 {
                    text.extend_from_slice(b"---\n");
                }
                text.extend_from_slice(node.yaml().expose());
            }
            text
        }
    }
}

impl Rendered {
    pub(super) fn new(name: Name, tells_namespace: bool, secret: Existing) -> Self {
        Self {
            name,
            tells_namespace,
            secret,
        }
    }

    /// The Secret, apart from what only a cluster knows.
    fn manifest(&self, tells_namespace: bool) -> Node {
        let it = &self.secret;
        let mut metadata = vec![field("name", Node::text(&self.name.name))];
        if tells_namespace || self.tells_namespace {
            metadata.push(field("namespace", Node::text(&self.name.namespace)));
        }
        for (name, texts) in [("labels", &it.labels), ("annotations", &it.annotations)] {
            if !texts.is_empty() {
                let texts = texts.iter().map(|(key, text)| field(key, Node::text(text)));
                metadata.push(field(name, Node::Map(texts.collect())));
            }
        }
        if !it.finalizers.is_empty() {
            let finalizers = it.finalizers.iter().map(Node::text).collect();
            metadata.push(field("finalizers", Node::List(finalizers)));
        }
        // One that no cluster has made has no number to be referred to by.
        let owners: Vec<Node> = it
            .owners
            .iter()
            .filter(|owner| !owner.uid.is_empty())
            .map(reference)
            .collect();
        if !owners.is_empty() {
            metadata.push(field("ownerReferences", Node::List(owners)));
        }
        let data = it.data.iter().map(|(key, value)| {
            let text = Zeroizing::new(STANDARD.encode(value.expose()));
            field(key, Node::Text(text))
        });
        let mut fields = vec![
            field("apiVersion", Node::text("v1")),
            field("kind", Node::text("Secret")),
            field("metadata", Node::Map(metadata)),
            field("type", Node::text(&it.kind)),
        ];
        if it.immutable {
            fields.push(field("immutable", Node::True));
        }
        fields.push(field("data", Node::Map(data.collect())));
        Node::Map(fields)
    }

    /// Names, and hashes in place of whatever may have been made of a value: labels and annotations may, too. Each hash is over name and value, so that
    /// equal values under different names do not show that they are equal.
    fn masked(&self) -> Node {
        let it = &self.secret;
        let mut fields = vec![
            field("secret", Node::text(self.name.to_string())),
            field("type", Node::text(&it.kind)),
            field("hash", Node::text(data_hash(&it.data))),
        ];
        for (name, texts) in [("labels", &it.labels), ("annotations", &it.annotations)] {
            let texts: BTreeMap<&str, &[u8]> = texts
                .iter()
                .filter(|(key, _)| ![CREATED_BY, DATA_HASH, MANAGED].contains(&key.as_str()))
                .map(|(key, text)| (key.as_str(), text.as_bytes()))
                .collect();
            if !texts.is_empty() {
                fields.push(field(name, hashes(texts)));
            }
        }
        let data = it.data.iter();
        let data = data.map(|(key, value)| (key.as_str(), value.expose()));
        fields.push(field("data", hashes(data)));
        Node::Map(fields)
    }
}

fn hashes<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Node {
    let pairs = pairs.into_iter();
    let hashes = pairs.map(|(key, value)| field(key, Node::text(pairs_hash([(key, value)]))));
    Node::Map(hashes.collect())
}

fn reference(owner: &OwnerReference) -> Node {
    let mut fields = vec![
        field("apiVersion", Node::text(&owner.api_version)),
        field("kind", Node::text(&owner.kind)),
        field("name", Node::text(&owner.name)),
        field("uid", Node::text(&owner.uid)),
    ];
    let flags = [
        ("controller", owner.controller),
        ("blockOwnerDeletion", owner.block_owner_deletion),
    ];
    let set = flags.into_iter().filter(|(_, flag)| *flag == Some(true));
    fields.extend(set.map(|(name, _)| field(name, Node::True)));
    Node::Map(fields)
}

fn field(name: &str, value: Node) -> (String, Node) {
    (name.to_owned(), value)
}
