//! One case as data: what lies at the provider, what is asked for, and what must stand in the cluster. How a provider holds it is the business of
//! [`crate::setups`].

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::place::Place;

/// The name of targets, where an object names its target.
pub(crate) const TARGET: &str = "target-secret";
/// The name of the object that asks.
pub(crate) const NAME: &str = "accepted";

/// An id and its case.
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) case: fn(&Place<'_>) -> Case,
}

/// A case at one place.
pub(crate) struct Case {
    /// What lies at the provider.
    pub(crate) secrets: Vec<Remote>,
    /// What else lies in the namespace.
    pub(crate) beside: Vec<Value>,
    /// The spec of the object that asks, without its store.
    pub(crate) spec: Value,
    /// The spec of the store, where it is not the setup's own.
    pub(crate) store: Option<Value>,
    /// What is demanded first.
    pub(crate) wanted: Wanted,
    /// What is demanded then.
    pub(crate) then: Then,
}

/// What lies at a provider under one key.
pub(crate) struct Remote {
    /// The folder of the key; empty for none.
    pub(crate) folder: String,
    pub(crate) name: &'static str,
    /// JSON in canonical spelling wherever a provider may parse it.
    pub(crate) value: String,
    pub(crate) tags: BTreeMap<&'static str, String>,
}

/// What must come to stand in the cluster.
pub(crate) enum Wanted {
    /// A Secret with exactly this, but for our own marks.
    Secret(Secret),
    /// A store that is not ready, with a reason and a part of its message.
    StoreFails(&'static str, &'static str),
}

/// A whole Secret.
#[derive(Clone, Debug)]
pub(crate) struct Secret {
    pub(crate) name: &'static str,
    pub(crate) r#type: &'static str,
    pub(crate) data: Map<String, Value>,
    pub(crate) labels: Value,
    pub(crate) annotations: Value,
    pub(crate) finalizers: Value,
}

/// What is demanded of a Secret once it is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Nothing more.
    Nothing,
    /// It goes when everything is deleted at the provider.
    Goes,
    /// The status of the object that asks is not written again.
    Quiet,
}

impl Remote {
    /// Something with a value and nothing else.
    pub(crate) fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self {
            folder: String::new(),
            name,
            value: value.into(),
            tags: BTreeMap::new(),
        }
    }

    /// The same in a folder.
    pub(crate) fn within(mut self, folder: &str) -> Self {
        folder.clone_into(&mut self.folder);
        self
    }

    /// The same with a tag.
    pub(crate) fn tag(mut self, name: &'static str, value: &str) -> Self {
        self.tags.insert(name, value.to_owned());
        self
    }
}

impl Case {
    /// A spec over these secrets makes a Secret of type Opaque with this data.
    pub(crate) fn new(secrets: Vec<Remote>, spec: Value, data: &[(&str, &str)]) -> Self {
        let data = data
            .iter()
            .map(|(key, value)| ((*key).to_owned(), json!(value)));
        let secret = Secret {
            name: TARGET,
            r#type: "Opaque",
            data: data.collect(),
            labels: json!({}),
            annotations: json!({}),
            finalizers: json!([]),
        };
        Self {
            secrets,
            beside: Vec::new(),
            spec,
            store: None,
            wanted: Wanted::Secret(secret),
            then: Then::Nothing,
        }
    }

    /// The same, with something else about the Secret that is wanted.
    pub(crate) fn secret(mut self, change: impl FnOnce(&mut Secret)) -> Self {
        if let Wanted::Secret(secret) = &mut self.wanted {
            change(secret);
        }
        self
    }

    /// The same under the name of the object that asks.
    pub(crate) fn without_target_name(mut self) -> Self {
        self.spec["target"] = json!({});
        self.secret(|secret| secret.name = NAME)
    }

    /// The same, with what is demanded then.
    pub(crate) fn then(mut self, then: Then) -> Self {
        self.then = then;
        self
    }
}
