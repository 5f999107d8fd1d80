//! Writes carry the version that was read, and nothing is written twice.

use selkie_tests::servers::controller::until;
use serde_json::json;

use super::gate::{Gated, property};
use crate::objects::{DATA_HASH, data_hash, written};
use crate::site::{Site, entry};

/// A target that was read, an answer that is late, and an edit between the two: the write meets a conflict, and what was edited stays.
pub(super) fn somebody_else_writes_meanwhile(site: &Site<'_>) {
    let server = Gated::start("1");
    server.serves(site);
    site.with_secret("es", &json!({ "theirs": "1" }));
    let target = json!({ "creationPolicy": "Merge" });
    site.ask(
        "es",
        &json!({ "target": target, "data": [property("k", "app", "k")] }),
    );
    site.holds("es", &json!({ "k": "1", "theirs": "1" }));
    site.synced("es");
    server.close();
    server.set("2");
    site.edit("es", &json!({ "theirs": "2" }));
    until("the controller to ask", || {
        (server.waiting() > 0).then_some(())
    });
    site.edit("es", &json!({ "theirs": "3" }));
    server.open();
    site.holds("es", &json!({ "k": "2", "theirs": "3" }));
    site.secret_is("es", |secret| {
        secret["metadata"]["annotations"][DATA_HASH] == data_hash(&secret["data"])
    });
    let writes = written(site.cluster, "secrets", &site.name);
    let conflicts = writes.iter().filter(|it| it.status == 409).count();
    assert_eq!(conflicts, 1, "{writes:#?}");
}

/// The status of an object that fails again and again in the same way stays the same object; so does that of its store.
pub(super) fn an_unchanged_failure_writes_nothing(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    site.ask("es", &json!({ "data": [entry("k", "none")] }));
    site.failed("es", "NotFound");
    let errors = || site.counted("externalsecret_sync_calls_error", "es");
    let (object, before) = (site.object("es"), errors());
    until("three more attempts", || {
        (errors() >= before + 3).then_some(())
    });
    assert_eq!(site.object("es"), object);
}
