//! The life of a target.

use serde_json::{Value, json};

use super::{Case, case};
use crate::objects::{DATA_HASH, MANAGER, data_hash, digest, managers};
use crate::site::{Site, entry};

pub(super) const CASES: &[Case] = &[
    case("target/recreated", recreated),
    case("target/hash", hash),
    case("target/hash-merged", hash_merged),
    case("target/hash-restored", hash_restored),
    case("target/data-restored", data_restored),
    case("target/renamed", renamed),
    case("target/default-name", default_name),
    case("target/long-name", long_name),
    case("target/binding", binding),
    case("target/no-binding", no_binding),
    case("target/adopted", adopted),
    case("target/owner-reference", owner_reference),
    case("target/two-owners", two_owners),
];

/// One value in a target of another name.
fn one(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    site.ask(
        "es",
        &json!({ "target": { "name": "t" }, "data": [entry("k", "a")] }),
    );
    site.synced("es");
}

fn hash_is_right(secret: &Value) -> bool {
    secret["metadata"]["annotations"][DATA_HASH] == data_hash(&secret["data"])
}

fn recreated(site: &Site<'_>) {
    one(site);
    site.delete("t");
    site.holds("t", &json!({ "k": "1" }));
}

fn hash(site: &Site<'_>) {
    one(site);
    assert!(hash_is_right(&site.secret("t").unwrap()));
}

fn hash_merged(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    site.with_secret("t", &json!({ "theirs": "9" }));
    let target = json!({ "name": "t", "creationPolicy": "Merge" });
    site.ask(
        "es",
        &json!({ "target": target, "data": [entry("k", "a")] }),
    );
    site.synced("es");
    let secret = site.secret("t").unwrap();
    assert_eq!(secret["data"].as_object().unwrap().len(), 2);
    assert!(hash_is_right(&secret));
}

fn hash_restored(site: &Site<'_>) {
    one(site);
    site.patch_secret(
        "t",
        &json!({ "metadata": { "annotations": { DATA_HASH: "0" } } }),
    );
    site.secret_is("t", hash_is_right);
}

fn data_restored(site: &Site<'_>) {
    one(site);
    site.edit("t", &json!({ "k": "by hand", "more": "x" }));
    site.holds("t", &json!({ "k": "1" }));
}

fn renamed(site: &Site<'_>) {
    one(site);
    site.patch("es", &json!({ "spec": { "target": { "name": "u" } } }));
    site.holds("u", &json!({ "k": "1" }));
    site.synced("es");
    assert_eq!(site.data("t"), None);
}

fn default_name(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    site.ask("es", &json!({ "data": [entry("k", "a")] }));
    site.holds("es", &json!({ "k": "1" }));
}

fn long_name(site: &Site<'_>) {
    let name = "n2345678-".repeat(8) + "end";
    assert!(name.len() > 63);
    site.store(&json!({ "a": "1" }));
    site.ask(&name, &json!({ "data": [entry("k", "a")] }));
    site.holds(&name, &json!({ "k": "1" }));
    let secret = site.secret(&name).unwrap();
    let manager = format!("{MANAGER}sha3/{}", digest(&name));
    assert_eq!(managers(&secret)[0].0, manager);
}

fn binding(site: &Site<'_>) {
    one(site);
    assert_eq!(site.status("es")["binding"]["name"], "t");
}

fn no_binding(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    let target = json!({ "creationPolicy": "None" });
    site.ask(
        "es",
        &json!({ "target": target, "data": [entry("k", "a")] }),
    );
    site.synced("es");
    assert_eq!(site.data("es"), None);
    let name = site.status("es")["binding"]["name"].clone();
    assert!(name.is_null() || name == "", "{name}");
}

fn adopted(site: &Site<'_>) {
    let before = site.with_secret("t", &json!({ "old": "0" }));
    one(site);
    site.holds("t", &json!({ "k": "1" }));
    let secret = site.secret("t").unwrap();
    assert_eq!(secret["metadata"]["uid"], before["metadata"]["uid"]);
    let owner = &secret["metadata"]["ownerReferences"][0];
    assert_eq!(owner["name"], "es");
}

fn owner_reference(site: &Site<'_>) {
    one(site);
    let uid = site.object("es").unwrap()["metadata"]["uid"].clone();
    let owner = json!([{
        "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "name": "es",
        "uid": uid, "controller": true, "blockOwnerDeletion": true,
    }]);
    let secret = site.secret("t").unwrap();
    assert_eq!(secret["metadata"]["ownerReferences"], owner);
}

fn two_owners(site: &Site<'_>) {
    one(site);
    site.store(&json!({ "a": "1", "b": "2" }));
    site.ask(
        "other",
        &json!({ "target": { "name": "t" }, "data": [entry("k", "b")] }),
    );
    let message = site.failed("other", "OwnedByOther");
    assert!(
        message.contains("owned by another ExternalSecret"),
        "{message}"
    );
    site.settle();
    assert_eq!(site.data("t"), Some(json!({ "k": "1" })));
    assert_eq!(site.ready("es").unwrap()[0], "True");
}
