//! What `deletionPolicy` does to a target when the store has less than before.

use serde_json::json;

use super::{Case, case};
use crate::site::{Site, entry};

pub(super) const CASES: &[Case] = &[
    case("deletion/delete", delete),
    case("deletion/delete-some", delete_some),
    case("deletion/retain", retain),
    case("deletion/retain-empty", retain_empty),
    case("deletion/merge", merge),
];

fn delete(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    let target = json!({ "deletionPolicy": "Delete" });
    let spec = json!({ "refreshInterval": "1s", "target": target, "data": [entry("k", "a")] });
    site.ask("es", &spec);
    site.holds("es", &json!({ "k": "1" }));
    site.store(&json!({ "other": "1" }));
    selkie_tests::servers::controller::until("the Secret to go", || {
        let [status, reason, _] = site.ready("es")?;
        let is_said = status == "True" && reason == "SecretDeleted";
        (is_said && site.data("es").is_none()).then_some(())
    });
}

fn delete_some(site: &Site<'_>) {
    site.store(&json!({ "a": "1", "b": "2" }));
    let target = json!({ "deletionPolicy": "Delete" });
    let data = [entry("k", "a"), entry("l", "b")];
    site.ask(
        "es",
        &json!({ "refreshInterval": "1s", "target": target, "data": data }),
    );
    site.holds("es", &json!({ "k": "1", "l": "2" }));
    site.store(&json!({ "b": "2" }));
    site.holds("es", &json!({ "l": "2" }));
}

fn retain(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    site.ask(
        "es",
        &json!({ "refreshInterval": "1s", "data": [entry("k", "a")] }),
    );
    site.holds("es", &json!({ "k": "1" }));
    site.store(&json!({ "other": "1" }));
    site.failed("es", "NotFound");
    site.settle();
    assert_eq!(site.data("es"), Some(json!({ "k": "1" })));
}

fn retain_empty(site: &Site<'_>) {
    site.store(&json!({ "app-a": "1" }));
    let find = json!([{ "find": { "name": { "regexp": "^app" } } }]);
    site.ask("es", &json!({ "refreshInterval": "1s", "dataFrom": find }));
    site.holds("es", &json!({ "app-a": "1" }));
    site.store(&json!({ "other": "1" }));
    selkie_tests::servers::controller::until("the status to say that it is retained", || {
        let [status, reason, message] = site.ready("es")?;
        (status == "True" && reason == "SecretSynced" && message != "secret synced").then_some(())
    });
    site.refreshed("es");
    assert_eq!(site.data("es"), Some(json!({ "app-a": "1" })));
}

fn merge(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    let before = site.with_secret("es", &json!({ "theirs": "9" }));
    let target = json!({ "creationPolicy": "Merge", "deletionPolicy": "Merge" });
    let spec = json!({ "refreshInterval": "1s", "target": target, "data": [entry("k", "a")] });
    site.ask("es", &spec);
    site.holds("es", &json!({ "k": "1", "theirs": "9" }));
    site.store(&json!({ "other": "1" }));
    site.holds("es", &json!({ "theirs": "9" }));
    let after = site.secret("es").unwrap();
    assert_eq!(after["metadata"]["uid"], before["metadata"]["uid"]);
}
