//! Searches.

use std::collections::BTreeMap;

use selkie_api::Cause;
use selkie_providers::{Find, Provider as _, property};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::recorder::Recorder;
use serde_json::json;

use super::{Cloud, connect, with};
use crate::runtime::run;

fn by(name: Option<&str>, tags: &[(&str, &str)]) -> Find {
    let tags = tags.iter();
    let tags = tags.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Find {
        path: Some("does/not/count".to_owned()),
        name: name.map(str::to_owned),
        tags: tags.collect::<BTreeMap<_, _>>(),
    }
}

#[test]
fn secrets_are_found_by_names_and_tags_on_all_pages() {
    let cloud = Cloud::start();
    let secrets = [
        ("db-one", "1", &[("team", "shop"), ("kind", "db")][..]),
        ("db-two", "2", &[("team", "shop")]),
        ("web", "3", &[("team", "web")]),
        ("off", "4", &[("team", "shop")]),
        ("gone", "5", &[("team", "shop")]),
    ];
    for (name, value, tags) in secrets {
        cloud.put(name, "old", &[]);
        cloud.put(name, value, tags);
    }
    cloud.vault.with_secrets(cloud.url(), |secrets| {
        secrets.find("off", "").unwrap().enabled = false;
        assert!(secrets.delete("gone"));
    });
    let store = cloud.store();
    cloud.vault.take_calls();
    let rows = [
        (by(None, &[]), "db-one=1 db-two=2 web=3", 3),
        (by(Some("^db-"), &[]), "db-one=1 db-two=2", 2),
        (by(Some("b"), &[]), "db-one=1 db-two=2 web=3", 3),
        (by(None, &[("team", "shop")]), "db-one=1 db-two=2", 2),
        (by(None, &[("team", "shop"), ("kind", "db")]), "db-one=1", 1),
        (by(Some("two"), &[("team", "shop")]), "db-two=2", 1),
        (by(Some("web"), &[("team", "shop")]), "", 0),
        (by(None, &[("team", "")]), "", 0),
        (by(Some("none"), &[]), "", 0),
    ];
    for (find, expected, reads) in rows {
        let found = run(store.list(&find)).unwrap().unwrap();
        let found = found.iter().map(|(name, remote)| {
            assert!(!remote.has_converted_names());
            let value = property::value(remote, None).unwrap().unwrap();
            format!("{name}={}", str::from_utf8(value.expose()).unwrap())
        });
        let found: Vec<_> = found.collect();
        assert_eq!(found.join(" "), expected, "{find:?}");
        // A page for each of the four that are listed, and no more reads than there are values.
        assert_eq!(cloud.calls(&["list", "get"]), [4, reads], "{find:?}");
    }
    let told = run(store.list(&by(Some("("), &[]))).unwrap_err();
    assert_eq!(told.cause, Cause::InvalidSpec, "{told}");
}

#[test]
fn a_list_that_goes_on_elsewhere_is_not_followed() {
    let cloud = Cloud::start();
    let other = Recorder::answering(|_| Ok(Response::json(200, r#"{"value":[]}"#)));
    let link = format!("{}/secrets?api-version=7.4", other.url());
    let page = json!({"value": [], "nextLink": link}).to_string();
    let vault = Recorder::answering(move |_| Ok(Response::json(200, page.clone())));
    let spec = with(cloud.spec(), &json!({"vaultUrl": vault.url()}));
    let application = &cloud.vault.directory().application;
    let values = [
        ("app/id", &*application.client),
        ("app/secret", &*application.secret),
    ];
    let store = connect(&spec, &values, false).unwrap();
    let told = run(store.list(&Find::default())).unwrap_err();
    assert_eq!(told.cause, Cause::ProviderError, "{told}");
    assert!(told.detail.contains("another server"), "{told}");
    assert_eq!(other.take().len(), 0);
    assert_eq!(vault.take().len(), 1);
}
