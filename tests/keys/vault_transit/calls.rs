//! How often Vault is asked.

use selkie_tests::scratch;
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::vault::{ROOT, Vault};

use super::env;
use crate::calls::{self, Calls, FILES};

#[test]
fn rotating_a_file_asks_twice_and_nothing_else_is_asked() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.transit("transit", &["one", "two"]);
    let recorder = Recorder::start(vault.url.trim_start_matches("http://"));
    let url = recorder.url();
    calls::check(&Calls {
        rule: "hc_vault_transit_uri",
        keys: ["one", "two"].map(|name| format!("{url}/v1/transit/keys/{name}")),
        env: env(&[("VAULT_TOKEN", ROOT), ("VAULT_ADDR", &url)]),
        login: None,
        decrypt: "/v1/transit/decrypt",
        encrypt: "/v1/transit/encrypt",
        take: &|| {
            let exchanges = recorder.take().into_iter();
            let targets = exchanges.map(|(request, _)| request.target);
            targets
                .map(|target| match target.rsplit_once('/') {
                    Some((operation, "one" | "two")) => operation.to_owned(),
                    _ => target,
                })
                .collect()
        },
    });
    calls::promised(
        "keys-with-vault.md",
        &format!(
            "`rotate` of {FILES} files with one key makes {FILES} calls of `decrypt` and {FILES} of `encrypt`"
        ),
    );
}
