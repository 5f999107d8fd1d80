//! Labels and annotations of a target, and its type.

use serde_json::json;

use super::{Case, case};
use crate::objects::secret;
use crate::site::{Site, entry};

pub(super) const CASES: &[Case] = &[
    case("metadata/copied", copied),
    case("metadata/merged", merged),
    case("metadata/outdated", outdated),
    case("metadata/template-only", template_only),
];

fn copied(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    let metadata = json!({ "labels": { "tier": "web" }, "annotations": { "note": "mine" } });
    site.ask_with("es", &metadata, &json!({ "data": [entry("k", "a")] }));
    site.synced("es");
    let secret = site.secret("es").unwrap();
    assert_eq!(secret["metadata"]["labels"]["tier"], "web");
    assert_eq!(secret["metadata"]["annotations"]["note"], "mine");
}

fn merged(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    let mut theirs = secret(&site.name, "es", &json!({}));
    theirs["metadata"]["labels"] = json!({ "theirs": "1" });
    theirs["metadata"]["annotations"] = json!({ "theirs": "2" });
    site.cluster.write(&theirs);
    let metadata = json!({ "labels": { "ours": "3" }, "annotations": { "ours": "4" } });
    site.ask_with("es", &metadata, &json!({ "data": [entry("k", "a")] }));
    site.synced("es");
    let secret = site.secret("es").unwrap();
    let metadata = &secret["metadata"];
    assert_eq!(metadata["labels"]["theirs"], "1");
    assert_eq!(metadata["annotations"]["theirs"], "2");
    assert_eq!(metadata["labels"]["ours"], "3");
    assert_eq!(metadata["annotations"]["ours"], "4");
}

/// What others wrote stays. The name is as long as the peer forgets labels for.
fn outdated(site: &Site<'_>) {
    for name in ["es", "es-with-a-name-of-some-length-indeed"] {
        site.store(&json!({ "a": "1" }));
        let metadata = json!({ "labels": { "old": "1" }, "annotations": { "old": "2" } });
        site.ask_with(name, &metadata, &json!({ "data": [entry("k", "a")] }));
        site.synced(name);
        site.patch_secret(
            name,
            &json!({ "metadata": { "labels": { "theirs": "3" } } }),
        );
        let gone = json!({ "labels": { "old": null }, "annotations": { "old": null } });
        site.patch(name, &json!({ "metadata": gone }));
        let secret = site.secret_is(name, |secret| {
            let metadata = &secret["metadata"];
            metadata["labels"].get("old").is_none() && metadata["annotations"].get("old").is_none()
        });
        assert_eq!(secret["metadata"]["labels"]["theirs"], "3");
    }
}

fn template_only(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    let mut theirs = secret(&site.name, "es", &json!({}));
    theirs["type"] = json!("example.com/kept");
    site.cluster.write(&theirs);
    let template = json!({ "metadata": { "labels": { "l": "1" } } });
    let target = json!({ "template": template });
    site.ask(
        "es",
        &json!({ "target": target, "data": [entry("k", "a")] }),
    );
    site.holds("es", &json!({ "k": "1" }));
    let secret = site.secret("es").unwrap();
    assert_eq!(secret["type"], "example.com/kept");
    assert_eq!(secret["metadata"]["labels"]["l"], "1");
}
