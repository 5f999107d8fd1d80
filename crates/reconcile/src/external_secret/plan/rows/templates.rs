//! What a template makes of fetched values: precedence, metadata, type, and what is refused.

use serde_json::{Value, json};

use super::super::testing::{Row, row, secret};
use crate::target::SourceKey;

pub(super) fn rows() -> Vec<Row> {
    [
        without(),
        precedence(),
        sources(),
        metadata(),
        refused(),
        privileged(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn with_metadata(row: Row) -> Row {
    row.object(|it| {
        it.labels.insert("app".to_owned(), "x".to_owned());
        it.annotations.insert("note".to_owned(), "y".to_owned());
    })
}

fn without() -> Vec<Row> {
    vec![
        with_metadata(row(
            "no template: labels and annotations are the ExternalSecret's",
        ))
        .expect("create a=1 owned label app=x annotation note=y | SecretSynced | Created | 1h"),
        with_metadata(row("an empty template: they are not"))
            .template(json!({}))
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
        row("a label of the ExternalSecret cannot claim another owner")
            .policy("Orphan")
            .object(|it| {
                it.labels
                    .insert(crate::ownership::CREATED_BY.to_owned(), "x".to_owned());
                it.labels
                    .insert(crate::ownership::MANAGED.to_owned(), "false".to_owned());
            })
            .expect("create a=1 | SecretSynced | Created | 1h"),
    ]
}

fn precedence() -> Vec<Row> {
    let data = |text: &str| json!({ "data": { "t": text } });
    vec![
        row("a template replaces what was fetched")
            .template(data("<{{ .a }}>"))
            .expect("create t=<1> owned | SecretSynced | Created | 1h"),
        row("a template of metadata alone keeps what was fetched")
            .template(json!({ "metadata": { "labels": { "l": "1" } } }))
            .expect("create a=1 owned label l=1 | SecretSynced | Created | 1h"),
        row("mergePolicy Merge keeps what was fetched beside it")
            .template(json!({ "mergePolicy": "Merge", "data": { "t": "{{ .a }}" } }))
            .expect("create a=1 t=1 owned | SecretSynced | Created | 1h"),
        row("mergePolicy Merge: the template wins over what was fetched")
            .template(json!({ "mergePolicy": "Merge", "data": { "a": "<{{ .a }}>" } }))
            .expect("create a=<1> owned | SecretSynced | Created | 1h"),
        row("data wins over templateFrom, and templateFrom over what was fetched")
            .template(json!({
                "mergePolicy": "Merge",
                "templateFrom": [{ "literal": "a: from\nb: from\n" }],
                "data": { "b": "data" },
            }))
            .expect("create a=from b=data owned | SecretSynced | Created | 1h"),
        row("a later templateFrom wins over an earlier one")
            .template(json!({ "templateFrom": [{ "literal": "a: 1" }, { "literal": "a: 2" }] }))
            .expect("create a=2 owned | SecretSynced | Created | 1h"),
        row("Merge: keys that are there are the lowest")
            .policy("Merge")
            .template(data("{{ .a }}"))
            .target(secret("a=0 t=0 x=9"))
            .expect("update a=0 t=1 x=9 | SecretSynced | Updated | 1h"),
        row("templates see what was fetched, not what is there")
            .policy("Merge")
            .template(data("{{ .x }}"))
            .target(secret("x=9"))
            .expect("no write | Update InvalidTemplate | UpdateFailedInvalidTemplate | backoff"),
        row("an edited template is rendered again")
            .template(data("<{{ .a }}>"))
            .target(secret("t=1").left())
            .expect("update t=<1> owned | SecretSynced | Updated | 1h"),
        row("a key that a template does not make any more goes, under Merge too")
            .policy("Merge")
            .template(data("{{ .a }}"))
            .target(secret("old=1 t=1 x=9").left().ours("old t"))
            .expect("update t=1 x=9 | SecretSynced | Updated | 1h"),
        row("other delimiters")
            .seen(|it| it.delimiters = ("<%".to_owned(), "%>".to_owned()))
            .template(data("<% .a %>{{ .a }}"))
            .expect("create t=1{{ .a }} owned | SecretSynced | Created | 1h"),
    ]
}

fn sources() -> Vec<Row> {
    let items = |items: Value| json!({ "name": "tpl", "items": items });
    let from = |kind: &str, list: Value| json!({ "templateFrom": [{ kind: items(list) }] });
    let config_map = || SourceKey::ConfigMap("tpl".to_owned());
    vec![
        row("a ConfigMap, each entry a value")
            .template(from("configMap", json!([{ "key": "t" }])))
            .source(config_map(), &[("t", "<{{ .a }}>"), ("u", "unused")])
            .expect("create t=<1> owned | SecretSynced | Created | 1h"),
        row("a ConfigMap, an entry of keys and values")
            .template(from(
                "configMap",
                json!([{ "key": "t", "templateAs": "KeysAndValues" }]),
            ))
            .source(config_map(), &[("t", "k-{{ .a }}: v\nother: w\n")])
            .expect("create k-1=v other=w owned | SecretSynced | Created | 1h"),
        row("a Secret with templates")
            .template(from("secret", json!([{ "key": "t" }])))
            .source(SourceKey::Secret("tpl".to_owned()), &[("t", "<{{ .a }}>")])
            .expect("create t=<1> owned | SecretSynced | Created | 1h"),
        row("of one entry, ConfigMap, Secret and literal win in this order")
            .template(json!({ "templateFrom": [{
                "configMap": items(json!([{ "key": "t" }, { "key": "u" }, { "key": "v" }])),
                "secret": items(json!([{ "key": "u" }, { "key": "v" }])),
                "literal": "v: 3",
            }] }))
            .source(config_map(), &[("t", "1"), ("u", "1"), ("v", "1")])
            .source(
                SourceKey::Secret("tpl".to_owned()),
                &[("u", "2"), ("v", "2")],
            )
            .expect("create t=1 u=2 v=3 owned | SecretSynced | Created | 1h"),
        row("rendered values are decoded")
            .template(json!({ "templateFrom": [{
                "literal": "t: {{ .a | b64enc }}",
                "valuesDecodingStrategy": "Base64",
            }] }))
            .expect("create t=1 owned | SecretSynced | Created | 1h"),
        row("a ConfigMap that is not there")
            .template(from("configMap", json!([{ "key": "t" }])))
            .seen(|it| {
                it.sources.insert(
                    SourceKey::ConfigMap("tpl".to_owned()),
                    crate::target::Source::Missing,
                );
            })
            .expect("no write | Update InvalidTemplate | UpdateFailedInvalidTemplate | backoff"),
        row("a ConfigMap without the entry")
            .template(from("configMap", json!([{ "key": "t" }])))
            .source(config_map(), &[("u", "1")])
            .expect("no write | Update InvalidTemplate | UpdateFailedInvalidTemplate | backoff"),
        row("a ConfigMap that may not be read")
            .template(from("configMap", json!([{ "key": "t" }])))
            .seen(|it| {
                let failure = crate::Failure::new(
                    selkie_api::Cause::Forbidden,
                    "ConfigMap \"tpl\": HTTP 403",
                );
                it.sources.insert(
                    SourceKey::ConfigMap("tpl".to_owned()),
                    crate::target::Source::Failed(failure),
                );
            })
            .expect("no write | Update Forbidden | UpdateFailedForbidden | backoff"),
        row("a template under None is not needed")
            .policy("None")
            .template(from("configMap", json!([{ "key": "t" }])))
            .expect("no write | SecretSynced unbound | no event | 1h"),
    ]
}

fn metadata() -> Vec<Row> {
    let from = |target: &str, text: &str| json!({ "metadata": { "labels": { "l": "0" } }, "templateFrom": [{ "literal": text, "target": target }], "mergePolicy": "Merge" });
    vec![
        row("labels and annotations are templates")
            .template(json!({ "metadata": { "labels": { "l": "v{{ .a }}" }, "annotations": { "n": "{{ .a }}" } } }))
            .expect("create a=1 owned label l=v1 annotation n=1 | SecretSynced | Created | 1h"),
        row("labels out of templateFrom")
            .template(from("Labels", "m: v{{ .a }}"))
            .expect("create a=1 owned label l=0 label m=v1 | SecretSynced | Created | 1h"),
        row("the template's own labels win over templateFrom")
            .template(from("labels", "l: from"))
            .expect("create a=1 owned label l=0 | SecretSynced | Created | 1h"),
        row("annotations out of templateFrom")
            .template(from("ANNOTATIONS", "note: '{{ .a }}'"))
            .expect("create a=1 owned label l=0 annotation note=1 | SecretSynced | Created | 1h"),
        row("a template cannot take the marks off")
            .template(json!({ "metadata": {
                "labels": { "reconcile.external-secrets.io/managed": "false" },
                "annotations": { "reconcile.external-secrets.io/data-hash": "x" },
            } }))
            .target(secret("a=1").left())
            .expect("no write | SecretSynced | no event | 1h"),
        row("finalizers are added")
            .template(json!({ "metadata": { "finalizers": ["x.io/a", "x.io/b"] } }))
            .target(secret("a=1").left().with(|it| it.finalizers.push("x.io/b".to_owned())))
            .expect("update a=1 owned finalizer x.io/b finalizer x.io/a | SecretSynced | Updated | 1h"),
        row("finalizers are never removed")
            .template(json!({}))
            .target(secret("a=1").left().with(|it| it.finalizers.push("x.io/b".to_owned())))
            .expect("no write | SecretSynced | no event | 1h"),
        row("the type of a new Secret")
            .template(json!({ "type": "kubernetes.io/dockerconfigjson" }))
            .expect("create a=1 owned type kubernetes.io/dockerconfigjson | SecretSynced | Created | 1h"),
        row("an empty type is none")
            .template(json!({ "type": "" }))
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
    ]
}

fn refused() -> Vec<Row> {
    let refused = "no write | Update InvalidTemplate | UpdateFailedInvalidTemplate | backoff";
    let of = |name, template: Value| {
        row(name)
            .template(template)
            .target(secret("a=0").left())
            .expect(refused)
    };
    vec![
        of(
            "a template that is none",
            json!({ "data": { "t": "{{ .a" } }),
        ),
        of(
            "a key that was not fetched",
            json!({ "data": { "t": "{{ .nope }}" } }),
        ),
        of(
            "a key that was not fetched, with a default",
            json!({ "data": { "t": "{{ .nope | default \"x\" }}" } }),
        ),
        of(
            "an unknown function",
            json!({ "data": { "t": "{{ getHostByName \"x\" }}" } }),
        ),
        of(
            "keys and values that are none",
            json!({ "templateFrom": [{ "literal": "- {{ .a }}" }] }),
        ),
        of(
            "a key that no Secret can have",
            json!({ "templateFrom": [{ "literal": "a/b: c" }] }),
        ),
        of(
            "a key of two dots",
            json!({ "templateFrom": [{ "literal": "'..': c" }] }),
        ),
        of(
            "a broken label",
            json!({ "metadata": { "labels": { "l": "{{ .nope }}" } } }),
        ),
        of(
            "a broken annotation",
            json!({ "metadata": { "annotations": { "l": "{{ .nope }}" } } }),
        ),
    ]
}

fn privileged() -> Vec<Row> {
    const ACCOUNT: &str = "kubernetes.io/service-account-token";
    const NAME: &str = "kubernetes.io/service-account.name";
    let refused = "no write | Update InvalidSpec | UpdateFailedInvalidSpec | on watch";
    let existing = || {
        secret("token=x")
            .with(|it| it.kind = ACCOUNT.to_owned())
            .annotation(NAME, "builder")
    };
    vec![
        row("a Secret that joins nodes to the cluster is not written")
            .unasked()
            .template(json!({ "type": "bootstrap.kubernetes.io/token" }))
            .expect(refused),
        row("a Secret for a ServiceAccount's token is not written")
            .unasked()
            .template(json!({ "type": ACCOUNT, "metadata": { "annotations": { NAME: "admin" } } }))
            .expect(refused),
        row("nor with an annotation out of templateFrom")
            .unasked()
            .template(json!({ "type": ACCOUNT, "templateFrom": [{ "literal": "x: y", "target": "annotations" }] }))
            .expect(refused),
        row("nor with an annotation of the ExternalSecret, in a Secret that is there")
            .policy("Merge")
            .object(|it| {
                it.annotations.insert(NAME.to_owned(), "admin".to_owned());
            })
            .target(existing())
            .expect(refused),
        row("nor with a template's annotation, in a Secret that is there")
            .template(json!({ "metadata": { "annotations": { NAME: "{{ .a }}" } } }))
            .target(existing())
            .expect(refused),
        row("nor by taking an annotation off")
            .policy("Merge")
            .target(existing().left())
            .expect(refused),
        row("nor any value, into one that is there: somebody relies on it")
            .target(existing())
            .expect(refused),
        row("nor any value beside what is there")
            .policy("Merge")
            .target(existing())
            .expect(refused),
        row("a path into other objects is not written")
            .unasked()
            .template(json!({ "templateFrom": [{ "literal": "a: b", "target": "spec.type" }] }))
            .expect(refused),
    ]
}
