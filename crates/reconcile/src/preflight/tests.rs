//! Rows: one fact of a cluster each, and what it comes to.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-01-01T12:00:00Z";
const EXTERNAL: &str = "externalsecrets.external-secrets.io";
const STORES: &str = "secretstores.external-secrets.io";
const UUID: &str = "external-secrets-7d4_9c1f0a52-55c1-4b1e-9a2e-0f3f5a1d2b3c";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn owner(name: &str) -> Owner {
    Owner {
        namespace: "external-secrets".to_owned(),
        name: name.to_owned(),
    }
}

fn installed(chart: &str, definitions: &[(&str, bool)]) -> Release {
    let definitions = definitions.iter();
    Release::Installed {
        chart: chart.to_owned(),
        version: "2.9.0".to_owned(),
        definitions: definitions
            .map(|(name, kept)| ((*name).to_owned(), *kept))
            .collect(),
    }
}

/// The peer's two definitions, of a release that is stored like this.
fn owned(release: Option<Release>) -> Observed {
    let definition = |name: &str| (name.to_owned(), Some(owner("eso")));
    Observed {
        definitions: BTreeMap::from([EXTERNAL, STORES].map(definition)),
        releases: release.map(|it| (owner("eso"), it)).into_iter().collect(),
        ..Observed::default()
    }
}

fn workload(replicas: i64, class: &str) -> Observed {
    Observed {
        workloads: vec![Workload {
            namespace: "external-secrets".to_owned(),
            name: "eso".to_owned(),
            replicas,
            class: class.to_owned(),
        }],
        ..Observed::default()
    }
}

fn lease(holder: &str, age: SignedDuration) -> Observed {
    Observed {
        leases: vec![Lease {
            namespace: "external-secrets".to_owned(),
            name: "external-secrets-controller".to_owned(),
            holder: holder.to_owned(),
            renewed: now().checked_sub(age).ok(),
        }],
        ..Observed::default()
    }
}

fn store(name: &str, class: &str, foreign: Option<&str>) -> Store {
    Store {
        object: object("SecretStore", name),
        class: class.to_owned(),
        foreign: foreign.map(str::to_owned),
    }
}

fn object(kind: &str, name: &str) -> Object {
    Object {
        kind: kind.to_owned(),
        namespace: "shop".to_owned(),
        name: name.to_owned(),
    }
}

fn with_stores(mut observed: Observed, stores: Vec<Store>) -> Observed {
    observed.stores = stores;
    observed
}

fn found(observed: &Observed, accepted: &[Unserved]) -> Vec<Finding> {
    let accepted: BTreeSet<_> = accepted.iter().copied().collect();
    findings(observed, "default", &accepted, now())
}

/// For each row, what is refused by its word and noted in brackets.
fn check(title: &str, observed: &Observed, accepted: &[Unserved], expected: &[&str]) {
    let words: Vec<String> = found(observed, accepted)
        .iter()
        .map(|it| {
            let word = it.check.word();
            if it.refuses {
                word.to_owned()
            } else {
                format!("({word})")
            }
        })
        .collect();
    assert_eq!(words, expected, "{title}");
}

#[test]
fn definitions_are_kept_by_the_manifest_alone() {
    let peer = |kept| installed("external-secrets", &[(EXTERNAL, kept), (STORES, kept)]);
    let half = installed("external-secrets", &[(EXTERNAL, true), (STORES, false)]);
    let rows: [(&str, Observed, &[&str]); 8] = [
        ("nothing there", Observed::default(), &[]),
        ("not kept", owned(Some(peer(false))), &["definitions"]),
        ("kept", owned(Some(peer(true))), &[]),
        (
            "one of two is not kept",
            owned(Some(half)),
            &["definitions"],
        ),
        (
            "no part of the release any more",
            owned(Some(installed("external-secrets", &[]))),
            &[],
        ),
        (
            "removed, with history",
            owned(Some(Release::Uninstalled)),
            &[],
        ),
        ("removed", owned(None), &["(definitions)"]),
        (
            "not to be read",
            owned(Some(Release::Unreadable)),
            &["definitions"],
        ),
    ];
    for (title, observed, expected) in rows {
        check(title, &observed, &[], expected);
    }
}

#[test]
fn a_release_deletes_what_others_have_claimed_since() {
    let mut observed = owned(Some(installed("external-secrets", &[(EXTERNAL, false)])));
    for claimed in observed.definitions.values_mut() {
        *claimed = Some(owner("selkie-crds"));
    }
    let kept = installed("selkie-crds", &[(EXTERNAL, true), (STORES, true)]);
    observed.releases.insert(owner("selkie-crds"), kept);
    check("claimed", &observed, &[], &["definitions"]);
    observed.definitions.clear();
    check("not there any more", &observed, &[], &[]);
}

#[test]
fn commands_are_whole() {
    let peer = owned(Some(installed("external-secrets", &[(EXTERNAL, false)])));
    let umbrella = owned(Some(installed("platform", &[(EXTERNAL, false)])));
    let hook = Observed {
        webhooks: vec![Webhook {
            name: "secretstore-validate".to_owned(),
            is_served: false,
        }],
        ..Observed::default()
    };
    let shared = with_stores(
        workload(1, "theirs"),
        vec![store("a", "", None), store("b", "", Some("gitlab"))],
    );
    let pushes = Observed {
        unserved: BTreeMap::from([(Unserved::PushSecret, vec![object("PushSecret", "p")])]),
        ..Observed::default()
    };
    let rows: [(&str, Observed, &[&str]); 7] = [
        (
            "keep",
            peer,
            &[
                "helm upgrade eso external-secrets/external-secrets --namespace external-secrets --version 2.9.0 --reuse-values \
              --set-string 'crds.annotations.helm\\.sh/resource-policy=keep'",
            ],
        ),
        (
            "keep, below another chart",
            umbrella,
            &[
                "helm upgrade eso ./platform --namespace external-secrets --version 2.9.0 --reuse-values \
              --set-string 'external-secrets.crds.annotations.helm\\.sh/resource-policy=keep'",
            ],
        ),
        (
            "webhook",
            hook,
            &["kubectl delete validatingwebhookconfiguration secretstore-validate"],
        ),
        (
            "rest",
            workload(2, "default"),
            &["kubectl scale deployment/eso --namespace external-secrets --replicas=0"],
        ),
        (
            "holder",
            lease(UUID, SignedDuration::from_secs(5)),
            &["kubectl describe pod external-secrets-7d4 --namespace external-secrets"],
        ),
        (
            "classes",
            shared,
            &[
                r#"kubectl patch secretstore a --namespace shop --type merge --patch '{"spec":{"controller":"default"}}'"#,
                r#"kubectl patch secretstore b --namespace shop --type merge --patch '{"spec":{"controller":"theirs"}}'"#,
                "selkie-controller preflight --accept-unserved=Generator,Provider",
            ],
        ),
        (
            "accept",
            pushes,
            &["selkie-controller preflight --accept-unserved=PushSecret,Generator"],
        ),
    ];
    for (title, observed, expected) in rows {
        let found = found(&observed, &[Unserved::Generator]);
        let commands: Vec<_> = found.iter().flat_map(|it| &it.commands).collect();
        assert_eq!(commands, expected, "{title}");
    }
}

#[test]
fn names_cannot_steer_a_shell_or_a_terminal() {
    let mut observed = owned(None);
    let evil = Owner {
        namespace: "a b".to_owned(),
        name: "x'; rm -rf \u{1b}[2J".to_owned(),
    };
    observed.definitions.clear();
    observed.releases.insert(evil, Release::Unreadable);
    let found = found(&observed, &[]);
    assert_eq!(
        found[0].commands,
        [r"helm history 'x'\''; rm -rf ?[2J' --namespace 'a b'"]
    );
    assert!(!found[0].fact.contains('\u{1b}'));
}

#[test]
fn a_webhook_without_a_server_blocks() {
    for (is_served, expected) in [(true, &[] as &[&str]), (false, &["webhooks", "webhooks"])] {
        let hook = |name: &str| Webhook {
            name: name.to_owned(),
            is_served,
        };
        let observed = Observed {
            webhooks: ["secretstore-validate", "externalsecret-validate"]
                .map(hook)
                .into(),
            ..Observed::default()
        };
        check("served", &observed, &[], expected);
    }
}

#[test]
fn the_peer_runs_or_rests() {
    let seconds = SignedDuration::from_secs;
    let mut both = workload(1, "theirs");
    both.leases = lease(UUID, seconds(5)).leases;
    let mut elsewhere = both.clone();
    elsewhere.leases[0].namespace = "other".to_owned();
    let rows: [(&str, Observed, &[&str]); 11] = [
        ("it rests", workload(0, "default"), &[]),
        ("it runs", workload(1, "default"), &["running"]),
        (
            "it runs for its own class",
            workload(1, "theirs"),
            &["(running)"],
        ),
        ("it holds its Lease", lease(UUID, seconds(59)), &["running"]),
        ("it held its Lease", lease(UUID, seconds(60)), &[]),
        ("its clock is ahead", lease(UUID, seconds(-5)), &["running"]),
        ("it gave its Lease back", lease("", seconds(1)), &[]),
        (
            "the Lease is ours",
            lease("selkie-controller-5c_00c0ffee", seconds(1)),
            &[],
        ),
        (
            "a holder of another form",
            lease("somebody", seconds(1)),
            &["running"],
        ),
        (
            "the Lease is that of the one beside us",
            both,
            &["(running)"],
        ),
        (
            "one beside us, and another",
            elsewhere,
            &["(running)", "running"],
        ),
    ];
    for (title, observed, expected) in rows {
        check(title, &observed, &[], expected);
    }
}

#[test]
fn beside_the_peer_every_store_names_its_class() {
    let stores = |class: &str| {
        vec![
            store("ours", class, None),
            store("other", "theirs", Some("gitlab")),
        ]
    };
    let beside = || workload(1, "theirs");
    let rows: [(&str, Observed, &[&str]); 4] = [
        (
            "each has one",
            with_stores(beside(), stores("default")),
            &["(running)"],
        ),
        (
            "one has none",
            with_stores(beside(), stores("")),
            &["(running)", "classes"],
        ),
        (
            "nobody is beside us",
            with_stores(workload(0, "theirs"), stores("")),
            &[],
        ),
        (
            "the store of another provider is ours",
            with_stores(beside(), vec![store("a", "default", Some("gitlab"))]),
            &["(running)", "unserved"],
        ),
    ];
    for (title, observed, expected) in rows {
        check(title, &observed, &[], expected);
    }
}

#[test]
fn what_is_left_unserved_has_to_be_named() {
    let mut observed = with_stores(
        Observed::default(),
        vec![store("a", "", Some("gitlab")), store("b", "", None)],
    );
    for what in Unserved::ALL {
        if what != Unserved::Provider {
            observed
                .unserved
                .insert(what, vec![object(what.word(), "x")]);
        }
    }
    check("none is named", &observed, &[], &["unserved"; 6]);
    let mut expected = vec!["unserved"; 6];
    for (at, what) in Unserved::ALL.into_iter().enumerate() {
        expected[at] = "(unserved)";
        check(what.word(), &observed, &Unserved::ALL[..=at], &expected);
    }
    let found = found(&observed, &[]);
    assert_eq!(found[5].objects, ["SecretStore shop/a (gitlab)"]);
}

#[test]
fn kinds_are_told_by_group_and_name() {
    let rows = [
        (
            "external-secrets.io",
            "PushSecret",
            Some(Unserved::PushSecret),
        ),
        (
            "external-secrets.io",
            "ClusterPushSecret",
            Some(Unserved::ClusterPushSecret),
        ),
        (
            "external-secrets.io",
            "ClusterExternalSecret",
            Some(Unserved::ClusterExternalSecret),
        ),
        ("external-secrets.io", "ExternalSecret", None),
        ("external-secrets.io", "SecretStore", None),
        (
            "generators.external-secrets.io",
            "Password",
            Some(Unserved::Generator),
        ),
        (
            "generators.external-secrets.io",
            "NotYetThoughtOf",
            Some(Unserved::Generator),
        ),
        ("generators.external-secrets.io", "GeneratorState", None),
    ];
    for (group, kind, expected) in rows {
        assert_eq!(of_kind(group, kind), expected, "{group} {kind}");
    }
}

#[test]
fn specs_are_looked_at_as_they_stand() {
    let generator = json!({ "sourceRef": { "generatorRef": { "kind": "UUID", "name": "u" } } });
    let rows: [(Value, &[Unserved]); 6] = [
        (
            json!({ "data": [{ "secretKey": "a", "remoteRef": { "key": "a" } }] }),
            &[],
        ),
        (
            json!({ "dataFrom": [{ "extract": { "key": "a" } }, generator] }),
            &[Unserved::Generator],
        ),
        (json!({ "data": [generator] }), &[Unserved::Generator]),
        (
            json!({ "target": { "manifest": { "apiVersion": "v1", "kind": "ConfigMap" } } }),
            &[Unserved::ManifestTarget],
        ),
        (
            json!({ "dataFrom": [generator], "target": { "manifest": {} } }),
            &[Unserved::Generator, Unserved::ManifestTarget],
        ),
        (
            json!({ "data": "damaged", "dataFrom": 1, "target": [] }),
            &[],
        ),
    ];
    for (spec, expected) in rows {
        assert_eq!(of_external_secret(&spec), expected, "{spec}");
    }
    let rows = [
        (json!({ "provider": { "fake": { "data": [] } } }), None),
        (
            json!({ "provider": { "gitlab": { "projectID": "1" } } }),
            Some("gitlab"),
        ),
        (json!({ "provider": { "fake": "damaged" } }), None),
        (json!({}), None),
    ];
    for (spec, expected) in rows {
        assert_eq!(provider(&spec).as_deref(), expected, "{spec}");
    }
}
