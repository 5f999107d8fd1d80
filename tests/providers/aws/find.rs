//! Searches: by name, path and tags, over more than one page.

use std::collections::BTreeMap;

use selkie_api::Cause;
use selkie_providers::{Find, Provider as _};
use selkie_tests::scratch;
use selkie_tests::servers::moto::Moto;
use serde_json::{Value, json};

use super::{
    KEYS, connect, error, in_front, operation, operations, parameter, run, secret, spec, text,
};

fn find(path: Option<&str>, name: Option<&str>, tags: &[(&str, &str)]) -> Find {
    let tags = tags.iter();
    Find {
        path: path.map(str::to_owned),
        name: name.map(str::to_owned),
        tags: tags
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
    }
}

fn tagged(tags: &[(&str, &str)]) -> Value {
    let tags: Vec<_> = tags
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    json!({"Tags": tags})
}

#[test]
fn secrets_are_found_over_pages() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    for number in 0..120 {
        let tags = if number % 2 == 0 { "even" } else { "odd" };
        secret(
            &moto,
            &format!("team/s{number:03}"),
            &number.to_string(),
            &tagged(&[("kind", tags)]),
        );
    }
    secret(
        &moto,
        "other/a",
        "a",
        &tagged(&[("kind", "none"), ("other", "even")]),
    );
    let recorder = in_front(&moto, |_| None);
    run(async {
        let store = connect(&spec("SecretsManager", &json!({})), KEYS, &recorder.url()).unwrap();
        let rows = [
            (find(None, Some("^team/"), &[]), 120),
            (find(None, Some("s00[0-4]$"), &[]), 5),
            (find(Some("team/"), Some("."), &[]), 120),
            (find(Some("other/"), Some("."), &[]), 1),
            // The other secret has the key, and the value under another key.
            (find(None, None, &[("kind", "even")]), 60),
            (find(Some("team/"), None, &[("kind", "odd")]), 60),
            (find(None, Some("1$"), &[("kind", "odd")]), 12),
            (find(None, Some("nothing"), &[]), 0),
        ];
        for (find, expected) in rows {
            let found = store.list(&find).await.unwrap().unwrap();
            assert_eq!(found.len(), expected, "{find:?}");
            let names: Vec<_> = found.iter().map(|(name, _)| name).collect();
            assert!(names.is_sorted());
            for (name, remote) in &found {
                if let Some(number) = name.strip_prefix("team/s") {
                    assert_eq!(text(remote).parse::<u32>(), number.parse::<u32>());
                }
            }
        }
        recorder.take();
        store.list(&find(None, Some("^team/"), &[])).await.unwrap();
        let mut calls: BTreeMap<String, usize> = BTreeMap::new();
        for name in operations(&recorder) {
            *calls.entry(name).or_default() += 1;
        }
        assert_eq!(calls["ListSecrets"], 2, "{calls:?}");
        assert_eq!(calls["BatchGetSecretValue"], 6, "{calls:?}");
        assert_eq!(calls.len(), 2, "{calls:?}");

        for nothing in [find(None, None, &[]), find(Some("team/"), None, &[])] {
            let refused = store.list(&nothing).await.unwrap_err();
            assert_eq!(refused.cause, Cause::InvalidSpec);
        }
        let refused = store.list(&find(None, Some("("), &[])).await.unwrap_err();
        assert_eq!(refused.cause, Cause::InvalidSpec);
        // The prefix is for keys; names are whole.
        let prefixed = spec("SecretsManager", &json!({"prefix": "team/"}));
        let store = connect(&prefixed, KEYS, &recorder.url()).unwrap();
        let found = store.list(&find(None, Some("s000"), &[])).await;
        assert_eq!(found.unwrap().unwrap()[0].0, "team/s000");
    });
}

#[test]
fn parameters_are_found_over_pages() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    for number in 0..25 {
        let tags = if number % 2 == 0 { "even" } else { "odd" };
        parameter(
            &moto,
            &format!("/team/p{number:02}"),
            &number.to_string(),
            &tagged(&[("kind", tags), ("all", "yes")]),
        );
    }
    parameter(
        &moto,
        "/other/deep/a",
        "a",
        &tagged(&[("kind", "none"), ("other", "even")]),
    );
    let recorder = in_front(&moto, |_| None);
    run(async {
        let store = connect(&spec("ParameterStore", &json!({})), KEYS, &recorder.url()).unwrap();
        let rows = [
            (find(None, Some("p"), &[]), 26),
            (find(Some("/team"), Some("."), &[]), 25),
            (find(Some("/other"), Some("a$"), &[]), 1),
            (find(None, None, &[("kind", "even")]), 13),
            (find(None, None, &[("kind", "even"), ("all", "yes")]), 13),
            (find(None, None, &[("kind", "none"), ("all", "yes")]), 0),
            (find(Some("/team"), None, &[("kind", "odd")]), 12),
            // The name wins.
            (find(None, Some("p00"), &[("kind", "odd")]), 1),
        ];
        for (find, expected) in rows {
            let found = store.list(&find).await.unwrap().unwrap();
            let count = found
                .iter()
                .filter(|(name, _)| name.contains("/p") || name.contains("/a"))
                .count();
            let expected = if find == self::find(None, Some("p"), &[]) {
                found.len()
            } else {
                expected
            };
            assert_eq!(count, expected, "{find:?}");
        }
        recorder.take();
        let found = store
            .list(&find(Some("/team"), Some("."), &[]))
            .await
            .unwrap();
        assert_eq!(found.unwrap().len(), 25);
        assert_eq!(operations(&recorder), ["GetParametersByPath"; 3]);
        let refused = store.list(&find(Some("/team"), None, &[])).await;
        assert_eq!(refused.unwrap_err().cause, Cause::InvalidSpec);
    });
}

#[test]
fn who_may_not_list_values_may_list_names() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    for number in 0..12 {
        parameter(&moto, &format!("/team/p{number:02}"), "x", &json!({}));
    }
    let recorder = in_front(&moto, |request| {
        let denied = ["GetParametersByPath", "GetParameters"];
        denied
            .contains(&&*operation(request))
            .then(|| error(400, "AccessDeniedException"))
    });
    run(async {
        let store = connect(&spec("ParameterStore", &json!({})), KEYS, &recorder.url()).unwrap();
        let found = store.list(&find(Some("/team"), Some("."), &[])).await;
        assert_eq!(found.unwrap().unwrap().len(), 12);
        let calls = operations(&recorder);
        let count = |name: &str| calls.iter().filter(|it| *it == name).count();
        assert_eq!(count("GetParametersByPath"), 1);
        // Here a page has ten, whatever is asked for.
        assert_eq!(count("DescribeParameters"), 2);
        assert_eq!(count("GetParameter"), 12);
    });
}
