//! Clusters that change their controller: objects as the peer leaves them, and Secrets that the peer would know as its own.
//!
//! The objects are written from the specification, their hashes computed apart from this crate.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use k8s_openapi::api::core::v1;
use selkie_api::{CreationPolicy, ExternalSecret, ExternalSecretStatus, RefreshPolicy};
use selkie_crypto::Secret;
use serde_json::Value;

use super::super::testing::{Row, row};
use crate::external_secret::{Action, Answer, Fetched, Object, Observed, Place, Target, plan};
use crate::target::Existing;

const UNTOUCHED: &str = include_str!("../../../../../../tests/vectors/takeover/untouched.json");
const WRITTEN_ONCE: &str =
    include_str!("../../../../../../tests/vectors/takeover/written_once.json");

/// Forty minutes after the peer's last refresh, and an hour and forty.
const NOT_DUE: &str = "2026-06-01T11:45:00Z";
const DUE: &str = "2026-06-01T13:00:00Z";

struct Vector {
    title: String,
    object: ExternalSecret,
    secret: v1::Secret,
    fetched: BTreeMap<String, Vec<u8>>,
}

fn vectors(text: &str) -> Vec<Vector> {
    let vectors: Vec<Value> = serde_json::from_str(text).unwrap();
    let read = |vector: Value| Vector {
        title: vector["title"].as_str().unwrap().to_owned(),
        object: serde_json::from_value(vector["externalSecret"].clone()).unwrap(),
        secret: serde_json::from_value(vector["secret"].clone()).unwrap(),
        fetched: vector["fetched"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, value)| {
                (
                    key.clone(),
                    STANDARD.decode(value.as_str().unwrap()).unwrap(),
                )
            })
            .collect(),
    };
    vectors.into_iter().map(read).collect()
}

impl Vector {
    fn observed(&self, now: &str) -> Observed {
        let answers = self.object.spec.data.iter().enumerate().map(|(at, entry)| {
            let value = self.fetched[&entry.secret_key].clone();
            (Place::Data(at), Answer::Value(Secret::from(value)))
        });
        let mut seen = row("").unasked().observed();
        seen.fetched = Fetched::Asked(answers.collect());
        seen.object = Object::from(self.object.clone());
        seen.target = Target::Present(Box::new(Existing::from(self.secret.clone())));
        seen.now = now.parse::<Timestamp>().unwrap();
        seen
    }

    fn is_periodic(&self) -> bool {
        let spec = &self.object.spec;
        spec.refresh_policy() == RefreshPolicy::Periodic && spec.refresh_interval() == "1h0m0s"
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for vector in vectors(UNTOUCHED) {
        let title = &vector.title;
        let (not_due, due) = if vector.is_periodic() {
            (
                "no write | no status | no event | 15m",
                "no write | SecretSynced | no event | 1h",
            )
        } else {
            (
                "no write | no status | no event | on watch",
                "no write | no status | no event | on watch",
            )
        };
        rows.push(
            row(format!("{title}, not due: nothing"))
                .instead(vector.observed(NOT_DUE))
                .expect(not_due),
        );
        rows.push(
            row(format!("{title}, an hour later: the Secret is not written"))
                .instead(vector.observed(DUE))
                .expect(due),
        );
    }
    rows
}

/// The refresh writes the time and nothing else.
#[test]
fn a_refresh_changes_but_the_time() {
    for vector in vectors(UNTOUCHED).iter().filter(|it| it.is_periodic()) {
        let seen = vector.observed(DUE);
        let mut after = plan(&seen).status.unwrap();
        assert_eq!(serde_json::to_value(&after.refresh_time).unwrap(), DUE);
        after
            .refresh_time
            .clone_from(&seen.object.status.refresh_time);
        assert_eq!(after, seen.object.status, "{}", vector.title);
    }
}

/// What we create, the peer would take for its own.
#[test]
fn the_way_back_is_open() {
    for vector in vectors(UNTOUCHED) {
        let policy = vector.object.spec.target().creation_policy();
        if policy == CreationPolicy::Merge {
            continue;
        }
        let mut seen = vector.observed(DUE);
        let Target::Present(there) = std::mem::replace(&mut seen.target, Target::Missing) else {
            unreachable!()
        };
        seen.object.status = ExternalSecretStatus::default();
        let Action::Create(desired) = plan(&seen).target else {
            panic!("{}: not created", vector.title)
        };
        let title = &vector.title;
        if policy == CreationPolicy::CreateOrMerge {
            assert!(
                desired
                    .data
                    .iter()
                    .all(|(key, value)| there.data[key] == *value),
                "{title}"
            );
            continue;
        }
        assert_eq!(desired.data, there.data, "{title}");
        assert_eq!(desired.labels, there.labels, "{title}");
        assert_eq!(desired.annotations, there.annotations, "{title}");
        assert_eq!(desired.owners, there.owners, "{title}");
        assert_eq!(desired.kind, there.kind, "{title}");
        assert_eq!(desired.immutable, there.immutable, "{title}");
    }
}

/// What the peer left wrong is put right with one write, and then agrees with what is wanted.
#[test]
fn what_is_wrong_is_written_once() {
    for vector in vectors(WRITTEN_ONCE) {
        let title = &vector.title;
        let mut seen = vector.observed(DUE);
        let Action::Update(desired, version) = plan(&seen).target else {
            panic!("{title}: not updated")
        };
        assert_eq!(version, "42");
        assert!(!desired.labels.contains_key("forgotten"), "{title}");
        let Target::Present(there) = &mut seen.target else {
            unreachable!()
        };
        assert_eq!(desired.data, there.data, "{title}: the data was right");
        there.labels = desired.labels;
        there.annotations = desired.annotations;
        assert!(matches!(plan(&seen).target, Action::Nothing), "{title}");
    }
}

/// A changed value is an update of that key, and of what marks it.
#[test]
fn a_changed_value_is_the_only_change() {
    for vector in vectors(UNTOUCHED).iter().filter(|it| it.is_periodic()) {
        let title = &vector.title;
        let Some((key, _)) = vector.fetched.iter().next() else {
            unreachable!()
        };
        let mut changed = Vector {
            title: title.clone(),
            object: vector.object.clone(),
            secret: vector.secret.clone(),
            fetched: vector.fetched.clone(),
        };
        changed.fetched.insert(key.clone(), b"changed".to_vec());
        let seen = changed.observed(DUE);
        let Target::Present(there) = &seen.target else {
            unreachable!()
        };
        let made = plan(&seen);
        if there.immutable {
            assert!(matches!(made.target, Action::Nothing), "{title}");
            continue;
        }
        let rendered = vector
            .object
            .spec
            .target()
            .template
            .as_ref()
            .is_some_and(|it| !it.data.is_empty());
        if rendered {
            // The template does not use this value.
            assert!(matches!(made.target, Action::Nothing), "{title}");
            continue;
        }
        let Action::Update(desired, _) = made.target else {
            panic!("{title}: not updated")
        };
        assert_eq!(desired.data.len(), there.data.len(), "{title}");
        assert_eq!(desired.data[key].expose(), b"changed", "{title}");
        assert_eq!(desired.labels, there.labels, "{title}");
        assert_eq!(desired.owners, there.owners, "{title}");
    }
}
