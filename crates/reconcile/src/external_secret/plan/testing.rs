//! Rows of the table: what is observed in a few words, and the plan in one line.
//!
//! Unless a row says otherwise, ExternalSecret `team/app` is new, asks its store `main` for `a`, gets `1`, and it is noon.

mod secret;
mod summary;

use std::collections::{BTreeMap, BTreeSet};

use selkie_api::{Cause, ExternalSecretSpec, ExternalSecretStatus, StoreKind};
use selkie_crypto::Secret;
use serde_json::{Value, json};

use crate::external_secret::observed::{Answer, Fetched, Namesake, Object, Observed, Target};
use crate::external_secret::{Plan, Wants, entries, plan};
use crate::failure::Failure;
use crate::ownership::CLEANUP;
use crate::permission::{Standing, StoreKey};
use crate::pipeline::Keys;
use crate::schedule::Phase;
use crate::status::{self, Bad, Good};
use crate::target::{Source, SourceKey};

pub(super) use secret::{SecretRow, secret};
pub(super) use summary::{summary, words};

/// Noon, at which every row is planned for.
pub(super) const NOON: &str = "2026-06-01T12:00:00Z";

/// A row of the table.
pub(super) struct Row {
    /// What it is about.
    pub(super) name: String,
    /// What is expected of the plan, as [`summary`] says it.
    pub(super) expected: String,
    seen: Observed,
    spec: Value,
    brings: Option<&'static str>,
    target: Option<SecretRow>,
    last: Option<(Last, &'static str)>,
    instead: Option<Observed>,
}

#[derive(Clone)]
enum Last {
    Good(Good),
    Bad(Bad, Failure),
}

/// A row about this.
pub(super) fn row(name: impl Into<String>) -> Row {
    let object = Object {
        namespace: "team".to_owned(),
        name: "app".to_owned(),
        uid: "u-1".to_owned(),
        generation: 1,
        labels: BTreeMap::new(),
        annotations: BTreeMap::new(),
        finalizers: Vec::new(),
        deleting: false,
        spec: Ok(ExternalSecretSpec::default()),
        status: ExternalSecretStatus::default(),
    };
    let seen = Observed {
        object,
        target: Target::Missing,
        namesakes: Vec::new(),
        stores: BTreeMap::from([(store("main"), Standing::Usable)]),
        fetched: Fetched::NotAsked,
        revisions: BTreeSet::new(),
        sources: BTreeMap::new(),
        now: NOON.parse().unwrap(),
        // The beat is the full hour: what was refreshed at another time comes a twentieth early, until it is on the beat.
        phase: Phase(0),
        seed: [7; 32],
        delimiters: ("{{".to_owned(), "}}".to_owned()),
    };
    Row {
        name: name.into(),
        expected: String::new(),
        seen,
        spec: json!({
            "secretStoreRef": { "name": "main" },
            "data": [{ "secretKey": "a", "remoteRef": { "key": "a" } }],
            "target": {},
        }),
        brings: Some("a=1"),
        target: None,
        last: None,
        instead: None,
    }
}

fn store(name: &str) -> StoreKey {
    StoreKey {
        kind: StoreKind::SecretStore,
        name: name.to_owned(),
    }
}

impl Row {
    /// Puts a value into the spec, at a path as `target.template`.
    pub(super) fn spec(mut self, path: &str, value: Value) -> Self {
        let mut place = &mut self.spec;
        for name in path.split('.') {
            place = &mut place[name];
        }
        *place = value;
        self
    }

    /// The policies for creation and deletion, as `Owner/Delete`; what is left out is the default.
    pub(super) fn policy(self, policies: &str) -> Self {
        let (creation, deletion) = policies.split_once('/').unwrap_or((policies, ""));
        let with = |row: Self, field: &str, value: &str| match value {
            "" => row,
            value => row.spec(&format!("target.{field}"), json!(value)),
        };
        with(
            with(self, "creationPolicy", creation),
            "deletionPolicy",
            deletion,
        )
    }

    /// The target must never change.
    pub(super) fn immutable(self) -> Self {
        self.spec("target.immutable", json!(true))
    }

    /// The template of the target.
    pub(super) fn template(self, template: Value) -> Self {
        self.spec("target.template", template)
    }

    /// Entries of `data` for these keys, and what they bring: `a=1`, nothing such `b=?`, or a failure `c=!Timeout`.
    pub(super) fn brings(mut self, pairs: &'static str) -> Self {
        let keys = pairs.split_whitespace().map(|pair| pair.split('=').next());
        let entries: Vec<Value> = keys
            .map(|key| json!({ "secretKey": key, "remoteRef": { "key": key } }))
            .collect();
        self.brings = Some(pairs);
        self.spec("data", Value::Array(entries))
    }

    /// One entry of `dataFrom` that extracts, and brings these pairs; `?` for no such secret.
    pub(super) fn extracts(mut self, pairs: &'static str) -> Self {
        self.brings = Some(pairs);
        self.spec("data", json!([]))
            .spec("dataFrom", json!([{ "extract": { "key": "all" } }]))
    }

    /// Nobody was asked: the plan must not need values.
    pub(super) fn unasked(mut self) -> Self {
        self.brings = None;
        self
    }

    /// The target as it is read.
    pub(super) fn target(mut self, target: SecretRow) -> Self {
        self.target = Some(target);
        self
    }

    /// The last refresh was at this time of the day, for the spec as it is.
    pub(super) fn synced(self, at: &'static str) -> Self {
        self.was(Good::Synced, at)
    }

    /// The last refresh was at this time of the day, for the spec as it is, and ended so.
    pub(super) fn was(mut self, good: Good, at: &'static str) -> Self {
        self.last = Some((Last::Good(good), at));
        self
    }

    /// The last refresh at this time of the day was good, and what came after it was not.
    pub(super) fn failing(
        mut self,
        bad: Bad,
        cause: Cause,
        detail: &str,
        at: &'static str,
    ) -> Self {
        self.last = Some((Last::Bad(bad, Failure::new(cause, detail)), at));
        self
    }

    /// The spec has been edited since.
    pub(super) fn edited(self) -> Self {
        self.object(|object| object.generation += 1)
    }

    /// Something about the ExternalSecret, after its status was written.
    pub(super) fn object(mut self, change: impl FnOnce(&mut Object)) -> Self {
        self.settle();
        change(&mut self.seen.object);
        self
    }

    /// Something else.
    pub(super) fn seen(mut self, change: impl FnOnce(&mut Observed)) -> Self {
        change(&mut self.seen);
        self
    }

    /// What the ExternalSecret may expect of its store.
    pub(super) fn store(self, standing: Standing) -> Self {
        self.seen(|seen| {
            seen.stores.insert(store("main"), standing);
        })
    }

    /// An object with templates.
    pub(super) fn source(self, key: SourceKey, pairs: &[(&str, &str)]) -> Self {
        let pairs = pairs.iter();
        let entries =
            pairs.map(|(key, text)| ((*key).to_owned(), Secret::from((*text).to_owned())));
        let entries = entries.collect();
        self.seen(|seen| {
            seen.sources.insert(key, Source::Read(entries));
        })
    }

    /// The cleanup finalizer is on it.
    pub(super) fn with_finalizer(self) -> Self {
        self.object(|object| object.finalizers.push(CLEANUP.to_owned()))
    }

    /// It goes.
    pub(super) fn deleting(self) -> Self {
        self.object(|object| object.deleting = true)
    }

    /// Another Secret bears its label.
    pub(super) fn namesake(self, name: &str, ours: bool) -> Self {
        self.seen(|seen| {
            seen.namesakes.push(Namesake {
                name: name.to_owned(),
                uid: format!("uid-of-{name}"),
                resource_version: "7".to_owned(),
                ours,
            });
        })
    }

    /// What the plan should be.
    pub(super) fn expect(mut self, expected: &str) -> Self {
        expected.clone_into(&mut self.expected);
        self
    }

    /// This was observed, and nothing of what the row says.
    pub(super) fn instead(mut self, seen: Observed) -> Self {
        self.instead = Some(seen);
        self
    }

    /// All that is observed.
    pub(super) fn observed(mut self) -> Observed {
        if let Some(seen) = self.instead {
            return seen;
        }
        self.settle();
        let spec: ExternalSecretSpec = serde_json::from_value(self.spec).unwrap();
        if let Some(target) = self.target {
            let there = target.existing(&self.seen.object, &spec);
            self.seen.target = Target::Present(Box::new(there));
        }
        if let Some(pairs) = self.brings {
            self.seen.fetched = Fetched::Asked(answers(&spec, pairs));
        }
        if self.seen.object.spec.is_ok() {
            self.seen.object.spec = Ok(spec);
        }
        self.seen
    }

    /// The plan.
    pub(super) fn plan(self) -> Plan {
        plan(&self.observed())
    }

    /// Writes the status of the last refresh, before anything is changed that it has not seen.
    fn settle(&mut self) {
        let Some((last, at)) = self.last.take() else {
            return;
        };
        let time = format!("2026-06-01T{at}:00Z").parse().unwrap();
        let object = &mut self.seen.object;
        let good = match &last {
            Last::Good(good) => *good,
            Last::Bad(..) => Good::Synced,
        };
        let binding = (good == Good::Synced).then_some("app");
        object.status = status::done(&object.status, good, time, &object.version(), binding);
        if let Last::Bad(bad, failure) = last {
            object.status = status::failed(&object.status, bad, &failure, time);
        }
    }
}

fn answers(
    spec: &ExternalSecretSpec,
    pairs: &str,
) -> BTreeMap<crate::external_secret::Place, Answer> {
    let pairs: Vec<(&str, &str)> = pairs
        .split_whitespace()
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    let mut answers = BTreeMap::new();
    for entry in entries(spec) {
        let answer = match entry.wants {
            Wants::Value(reference) => {
                let found = pairs.iter().find(|(key, _)| *key == reference.key);
                value(found.map_or("?", |(_, value)| value))
            }
            Wants::Extract(_) | Wants::Find(_) if pairs == [("?", "")] => Answer::NotFound,
            Wants::Extract(_) => Answer::Pairs(owned(&pairs)),
            Wants::Find(_) => Answer::Found(Keys::Stored, owned(&pairs)),
            Wants::Nothing => continue,
        };
        answers.insert(entry.place, answer);
    }
    answers
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, Secret)> {
    let pairs = pairs.iter();
    pairs
        .map(|(key, value)| ((*key).to_owned(), Secret::from((*value).to_owned())))
        .collect()
}

fn value(text: &str) -> Answer {
    match text.strip_prefix('!') {
        _ if text == "?" => Answer::NotFound,
        Some(cause) => {
            let cause = Cause::ALL.into_iter().find(|it| it.as_str() == cause);
            Answer::Failed(Failure::new(cause.unwrap(), "of the test"))
        }
        None => Answer::Value(Secret::from(text.to_owned())),
    }
}
