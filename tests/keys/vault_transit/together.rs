//! Keys of several groups: asked at the same time, and named together when they fail.

use std::fs;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use selkie_tests::repository::selkie;
use selkie_tests::scratch;
use selkie_tests::servers::http::Response;
use selkie_tests::servers::stub::Stub;
use selkie_tests::servers::vault::{ROOT, Vault};

use super::{TEXT, env, run};

const GROUPS: usize = 3;

/// Lets requests through to Vault in threes: nobody has an answer before three wait for one. Who waits alone is refused in the end, in
/// a way that is not tried again.
fn gate(behind: String) -> Stub {
    let (count, came) = (Mutex::new(0_usize), Condvar::new());
    Stub::plain(move |request| {
        let mut count = count.lock().unwrap();
        *count += 1;
        let full = count.div_ceil(GROUPS) * GROUPS;
        came.notify_all();
        let limit = Duration::from_secs(20);
        let waited = came.wait_timeout_while(count, limit, |count| *count < full);
        let (count, late) = waited.unwrap();
        drop(count);
        if late.timed_out() {
            return Response::json(400, r#"{"errors":["alone"]}"#);
        }
        request.send(&behind).unwrap()
    })
}

#[test]
fn groups_are_asked_at_the_same_time() {
    let folder = scratch();
    let folder = folder.path();
    let vault = Vault::start(folder);
    let names = ["one", "two", "three"];
    vault.transit("transit", &names);
    let gate = gate(vault.url.trim_start_matches("http://").to_owned());
    let url = format!("http://{}", gate.address());
    let groups =
        names.map(|name| format!("      - hc_vault: [\"{url}/v1/transit/keys/{name}\"]\n"));
    let rule = format!(
        "creation_rules:\n  - shamir_threshold: {GROUPS}\n    key_groups:\n{}",
        groups.concat()
    );
    fs::write(folder.join(".sops.yaml"), rule).unwrap();
    fs::write(folder.join("a.yaml"), TEXT).unwrap();
    let env = env(&[("VAULT_TOKEN", ROOT), ("VAULT_ADDR", &url)]);
    let sealed = run(selkie(), folder, &env, &["encrypt", "-i", "a.yaml"]);
    assert_eq!(sealed.status, Some(0), "{}", sealed.stderr);
    let opened = run(selkie(), folder, &env, &["decrypt", "a.yaml"]);
    assert_eq!(opened.status, Some(0), "{}", opened.stderr);
    assert_eq!(opened.text(), TEXT);
}

#[test]
fn all_keys_that_fail_are_named() {
    let folder = scratch();
    fs::write(folder.path().join("a.yaml"), TEXT).unwrap();
    let keys = ["one", "two"].map(|name| format!("http://127.0.0.1:1/v1/transit/keys/{name}"));
    let env = env(&[("VAULT_TOKEN", ROOT), ("VAULT_ADDR", "http://127.0.0.1:1")]);
    let words = ["encrypt", "--hc-vault-transit", &keys.join(","), "a.yaml"];
    let refused = run(selkie(), folder.path(), &env, &words);
    assert_eq!(refused.status, Some(1), "{}", refused.stderr);
    for key in keys {
        let line = format!("  hc_vault {key}: the service cannot be reached");
        assert!(refused.stderr.contains(&line), "{line}\n{}", refused.stderr);
    }
}
