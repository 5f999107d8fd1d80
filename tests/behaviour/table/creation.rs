//! What `creationPolicy` does to a target, with and without `refreshPolicy: CreatedOnce` and `immutable`.

use serde_json::{Value, json};

use super::{Case, case};
use crate::objects::{DATA_HASH, MANAGER, data_hash, managers};
use crate::site::{Site, entry, merge};

pub(super) const CASES: &[Case] = &[
    case("creation/merge", merges),
    case("creation/merge-foreign-edit", merge_foreign_edit),
    case("creation/merge-missing", merge_missing),
    case("creation/merge-same-key", merge_same_key),
    case("creation/merge-unchanged", merge_unchanged),
    case("creation/orphan-existing", orphan_existing),
    case(
        "creation/create-or-merge-existing",
        create_or_merge_existing,
    ),
    case("creation/create-or-merge-missing", create_or_merge_missing),
    case(
        "creation/create-or-merge-recreated",
        create_or_merge_recreated,
    ),
    case("creation/create-or-merge-kept", create_or_merge_kept),
    case(
        "creation/create-or-merge-immutable",
        create_or_merge_immutable,
    ),
    case("creation/once-overwrites", once_overwrites),
    case("creation/once-immutable", once_immutable),
    case(
        "creation/owner-immutable-recreated",
        owner_immutable_recreated,
    ),
    case("creation/orphan-once", orphan_once),
    case(
        "creation/orphan-periodic-immutable",
        orphan_periodic_immutable,
    ),
];

/// Asks for one value under this policy, with more in the spec.
fn ask(site: &Site<'_>, policy: &str, more: &Value) {
    let mut spec = json!({ "target": { "creationPolicy": policy }, "data": [entry("k", "a")] });
    merge(&mut spec, more);
    site.ask("es", &spec);
}

/// The same in a store that has it, and waits.
fn synced(site: &Site<'_>, policy: &str, more: &Value) {
    site.store(&json!({ "a": "1" }));
    ask(site, policy, more);
    site.synced("es");
}

fn has_no_owner(secret: &Value) -> bool {
    secret["metadata"].get("ownerReferences").is_none()
}

fn merges(site: &Site<'_>) {
    site.with_secret("es", &json!({ "theirs": "9" }));
    synced(site, "Merge", &json!({}));
    site.holds("es", &json!({ "k": "1", "theirs": "9" }));
    assert!(has_no_owner(&site.secret("es").unwrap()));
}

fn merge_foreign_edit(site: &Site<'_>) {
    merges(site);
    site.edit("es", &json!({ "theirs": "8" }));
    let secret = site.secret_is("es", |secret| {
        secret["metadata"]["annotations"][DATA_HASH] == data_hash(&secret["data"])
    });
    assert_eq!(secret["data"].as_object().unwrap().len(), 2);
    assert_eq!(site.data("es"), Some(json!({ "k": "1", "theirs": "8" })));
}

fn merge_missing(site: &Site<'_>) {
    synced(site, "Merge", &json!({}));
    assert_eq!(site.ready("es").unwrap()[1], "SecretMissing");
    assert_eq!(site.data("es"), None);
}

/// The last writer has it, and nobody else is told to give it up.
fn merge_same_key(site: &Site<'_>) {
    site.with_secret("es", &json!({ "k": "theirs", "more": "9" }));
    synced(site, "Merge", &json!({}));
    site.holds("es", &json!({ "k": "1", "more": "9" }));
    let managers = managers(&site.secret("es").unwrap());
    let ours = managers.iter().find(|it| it.0 == format!("{MANAGER}es"));
    let fields = &ours.unwrap().2;
    assert!(fields["f:data"].get("f:k").is_some(), "{fields}");
    assert!(fields["f:data"].get("f:more").is_none(), "{fields}");
}

fn merge_unchanged(site: &Site<'_>) {
    site.with_secret("es", &json!({ "theirs": "9" }));
    synced(site, "Merge", &json!({ "refreshInterval": "1s" }));
    let before = site.secret("es").unwrap();
    site.refreshed("es");
    site.refreshed("es");
    assert_eq!(site.secret("es").unwrap(), before);
}

fn orphan_existing(site: &Site<'_>) {
    let before = site.with_secret("es", &json!({ "old": "0" }));
    synced(site, "Orphan", &json!({}));
    site.holds("es", &json!({ "k": "1" }));
    let after = site.secret("es").unwrap();
    assert_eq!(after["metadata"]["uid"], before["metadata"]["uid"]);
    assert!(has_no_owner(&after));
}

fn create_or_merge_existing(site: &Site<'_>) {
    site.with_secret("es", &json!({ "theirs": "9" }));
    synced(site, "CreateOrMerge", &json!({}));
    site.holds("es", &json!({ "k": "1", "theirs": "9" }));
}

fn create_or_merge_missing(site: &Site<'_>) {
    synced(site, "CreateOrMerge", &json!({}));
    site.holds("es", &json!({ "k": "1" }));
    assert!(has_no_owner(&site.secret("es").unwrap()));
}

fn create_or_merge_recreated(site: &Site<'_>) {
    synced(
        site,
        "CreateOrMerge",
        &json!({ "refreshPolicy": "CreatedOnce" }),
    );
    site.delete("es");
    site.holds("es", &json!({ "k": "1" }));
}

fn create_or_merge_kept(site: &Site<'_>) {
    create_or_merge_missing(site);
    site.remove("es");
    site.settle();
    assert_eq!(site.data("es"), Some(json!({ "k": "1" })));
}

fn create_or_merge_immutable(site: &Site<'_>) {
    synced(
        site,
        "CreateOrMerge",
        &json!({ "target": { "immutable": true } }),
    );
    assert_eq!(site.secret("es").unwrap()["immutable"], true);
    site.delete("es");
    let secret = site.secret_is("es", |_| true);
    assert_eq!(secret["immutable"], true);
    assert_eq!(site.data("es"), Some(json!({ "k": "1" })));
}

/// No collector runs here, so the Secret outlives its owner as it does where the owner comes back at once.
fn made_anew(site: &Site<'_>, more: &Value) {
    synced(site, "Owner", more);
    site.remove("es");
    assert_eq!(site.data("es"), Some(json!({ "k": "1" })));
    site.store(&json!({ "a": "2" }));
    site.settle();
    ask(site, "Owner", more);
    site.synced("es");
}

fn once_overwrites(site: &Site<'_>) {
    made_anew(site, &json!({ "refreshPolicy": "CreatedOnce" }));
    site.holds("es", &json!({ "k": "2" }));
}

fn once_immutable(site: &Site<'_>) {
    let more = json!({ "refreshPolicy": "CreatedOnce", "target": { "immutable": true } });
    made_anew(site, &more);
    site.settle();
    assert_eq!(site.data("es"), Some(json!({ "k": "1" })));
}

fn owner_immutable_recreated(site: &Site<'_>) {
    for policy in ["CreatedOnce", "Periodic"] {
        let more = json!({ "refreshPolicy": policy, "target": { "immutable": true } });
        synced(site, "Owner", &more);
        site.delete("es");
        let secret = site.secret_is("es", |_| true);
        assert_eq!(secret["immutable"], true);
        assert_eq!(site.data("es"), Some(json!({ "k": "1" })));
        site.remove("es");
        site.delete("es");
    }
}

fn orphan_once(site: &Site<'_>) {
    synced(site, "Orphan", &json!({ "refreshPolicy": "CreatedOnce" }));
    site.delete("es");
    site.settle();
    assert_eq!(site.data("es"), None);
}

fn orphan_periodic_immutable(site: &Site<'_>) {
    let more = json!({ "refreshInterval": "1s", "target": { "immutable": true } });
    synced(site, "Orphan", &more);
    site.delete("es");
    let secret = site.secret_is("es", |_| true);
    assert_eq!(secret["immutable"], true);
    site.remove("es");
    site.settle();
    assert_eq!(site.data("es"), Some(json!({ "k": "1" })));
}
