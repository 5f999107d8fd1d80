//! `selkie render` with a store in the real Vault: over the network, with credentials from a Secret among the manifests.

use selkie_tests::repository::top;
use selkie_tests::servers::vault::Vault;
use selkie_tests::{Output, Run, scratch};
use selkie_xtask::program::{Profile, selkie};
use serde_json::{Value, json};

const VALUE: &str = "hunter-5d20c1";

#[test]
fn a_secret_is_rendered_from_vault() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.write(
        "secret/data/shop/payment",
        &json!({ "data": { "api-key": VALUE } }),
    );
    let policy = "path \"secret/data/shop/*\" { capabilities = [\"read\"] }";
    let token = vault.token("shop", policy);
    let (audit, url) = (vault.audit(), vault.url.clone());
    let program = selkie(&top(), Profile::Dev).unwrap();
    let render = |flag: &str, token: &str| -> Output {
        Run::new(&program)
            .args(["render", flag, "-"])
            .folder(folder.path())
            .input(manifests(&url, token))
            .output()
    };

    audit.take();
    let rendered = render("--json", &token);
    // Two that want the same value are one request.
    let reads = audit.take();
    assert_eq!(reads, ["read secret/data/shop/payment"]);
    assert_eq!(rendered.status, Some(0), "{}", rendered.stderr);
    let list: Value = serde_json::from_slice(&rendered.stdout).unwrap();
    let secrets = list["items"].as_array().unwrap();
    assert_eq!(secrets.len(), 2);
    for secret in secrets {
        assert_eq!(secret["data"]["api-key"], "aHVudGVyLTVkMjBjMQ==");
    }

    let masked = render("--masked", &token);
    assert_eq!(masked.status, Some(0), "{}", masked.stderr);
    for text in [VALUE, "aHVudGVyLTVkMjBjMQ"] {
        assert!(!masked.text().contains(text));
    }

    let refused = render("--json", "hvs.nobody");
    assert_eq!(refused.status, Some(1), "{}", refused.stderr);
    assert!(refused.stdout.is_empty());
    assert_eq!(refused.stderr.matches("Forbidden").count(), 2);
    for text in [VALUE, "hvs.nobody"] {
        assert!(!refused.stderr.contains(text), "{}", refused.stderr);
    }

    drop(vault);
    let away = render("--json", &token);
    assert_eq!(away.status, Some(1), "{}", away.stderr);
    assert!(away.stderr.contains("Unreachable"), "{}", away.stderr);
}

/// A store, its token, and two ExternalSecrets that want the same value.
fn manifests(url: &str, token: &str) -> String {
    let store = json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "SecretStore",
        "metadata": { "name": "vault" },
        "spec": { "provider": { "vault": {
            "server": url, "path": "secret", "version": "v2",
            "auth": { "tokenSecretRef": { "name": "token", "key": "token" } },
        }}},
    });
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": { "name": "token" }, "stringData": { "token": token },
    });
    let external = |name: &str| {
        json!({
            "apiVersion": "external-secrets.io/v1beta1",
            "kind": "ExternalSecret",
            "metadata": { "name": name },
            "spec": {
                "secretStoreRef": { "name": "vault" },
                "data": [{
                    "secretKey": "api-key",
                    "remoteRef": { "key": "shop/payment", "property": "api-key" },
                }],
            },
        })
    };
    let all = [store, secret, external("one"), external("two")];
    all.map(|it| it.to_string()).join("\n")
}
