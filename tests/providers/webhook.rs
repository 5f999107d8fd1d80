//! Webhooks, at a server that answers over HTTP and writes down what it was asked.

mod failures;
mod reads;

use std::sync::Arc;

use selkie_api::store::webhook::Webhook as Spec;
use selkie_crypto::Secret;
use selkie_providers::webhook::Webhook;
use selkie_providers::{
    Address, Asked, Credentials, Failure, Means, Provider as _, Reach, Reference,
};
use serde_json::Value;

use crate::runtime::run;

/// What stands in Secrets: `NAME/KEY` and the value.
type Secrets<'s> = &'s [(&'s str, &'s str)];

fn connect(spec: &Value, secrets: Secrets<'_>) -> Result<Webhook, Failure> {
    connect_within(spec, secrets, Reach::default())
}

/// A store whose references have been followed as the controller does.
fn connect_within(spec: &Value, secrets: Secrets<'_>, reach: Reach) -> Result<Webhook, Failure> {
    let spec: Spec = serde_json::from_value(spec.clone()).unwrap();
    let mut credentials = Credentials::default();
    for reference in Webhook::references(&spec) {
        let (namespace, named, only) = match &reference {
            Reference::Labelled {
                namespace,
                name,
                value,
            } => {
                assert_eq!(*value, "webhook");
                (namespace.clone(), name.clone(), None)
            }
            Reference::Secret {
                namespace,
                name,
                key,
            } => (namespace.clone(), name.clone(), Some(key.clone())),
            other => panic!("{other:?}"),
        };
        for (place, value) in secrets {
            let (name, key) = place.split_once('/').unwrap();
            if name == named && only.as_ref().is_none_or(|only| only == key) {
                let reference = Reference::Secret {
                    namespace: namespace.clone(),
                    name: named.clone(),
                    key: key.to_owned(),
                };
                credentials.insert(reference, Secret::from((*value).to_owned()));
            }
        }
    }
    let means = Means {
        reach,
        ..Means::new(credentials, Arc::new(|| 1_800_000_000))
    };
    Webhook::connect(&spec, &means)
}

/// A key, as somebody in namespace `team` asks for it.
fn at(key: &str, property: Option<&str>, version: Option<&str>) -> Address {
    Address {
        asked: Some(Asked {
            property: property.map(str::to_owned),
            namespace: "team".to_owned(),
        }),
        ..Address::value(key).version(version)
    }
}

/// The failure of a read, whether it comes from the spec or from the server.
fn failure(spec: &Value, secrets: Secrets<'_>) -> Failure {
    let read = |store: Webhook| run(async move { store.read(&at("app", None, None)).await });
    match connect(spec, secrets).and_then(read) {
        Ok(read) => panic!("{spec}: {read:?}"),
        Err(failure) => failure,
    }
}
