//! Stores and objects that reach for what is not theirs: metadata services, other servers, programs, other namespaces, privileges.

use selkie_tests::servers::controller::{ready, until};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::recorder::Recorder;
use serde_json::{Value, json};

use super::gate::{property, vault, vault_store};
use crate::objects::{namespace, secret};
use crate::site::{Site, entry};

/// Waits until a store of the namespace says that it is refused, and why.
fn refused(site: &Site<'_>, name: &str, causes: &[&str]) {
    until(&format!("store {name} to be refused by {causes:?}"), || {
        let [status, reason, message] =
            ready(site.cluster, &site.name, &format!("secretstore/{name}"))?;
        let is_meant = causes
            .iter()
            .any(|cause| message.contains(&format!(": {cause}: ")));
        (status == "False" && reason == "InvalidProviderConfig" && is_meant).then_some(())
    });
}

pub(super) fn no_store_leads_to_a_clouds_metadata(site: &Site<'_>) {
    let addresses = [
        "http://169.254.169.254",
        "http://169.254.169.254:80/latest",
        "http://[fd00:ec2::254]",
        "http://[::ffff:169.254.169.254]",
        "http://2852039166",
        "http://metadata.google.internal",
        "https://Metadata.Google.Internal.",
    ];
    for (at, address) in addresses.iter().enumerate() {
        vault_store(site, &format!("vault-{at}"), address);
    }
    let kubernetes = json!({ "kubernetes": {
        "server": { "url": "https://169.254.169.254" },
        "auth": { "token": { "bearerToken": { "name": "vault-token", "key": "token" } } },
    }});
    site.provider("kubernetes", &kubernetes);
    for at in 0..addresses.len() {
        refused(site, &format!("vault-{at}"), &["Forbidden"]);
    }
    refused(site, "kubernetes", &["Forbidden"]);
}

/// A server that sends whoever asks to another one, which must hear nothing: the token would go with the request.
pub(super) fn nobody_is_followed_to_another_server(site: &Site<'_>) {
    let other = Recorder::answering(|_| Ok(Response::json(200, r#"{"data":{"data":{"k":"1"}}}"#)));
    for status in [301, 302, 307, 308] {
        for target in [other.url(), "http://169.254.169.254".to_owned()] {
            let name = format!(
                "by-{status}-{}",
                if target == other.url() {
                    "other"
                } else {
                    "metadata"
                }
            );
            let server = Recorder::answering(move |_| {
                let mut answer = Response::json(status, "{}");
                answer
                    .headers
                    .push(("Location".to_owned(), format!("{target}/v1/x")));
                Ok(answer)
            });
            vault_store(site, &name, &server.url());
            refused(site, &name, &["InvalidSpec", "Forbidden"]);
        }
    }
    assert!(other.take().is_empty(), "somebody was followed");
}

/// Kubeconfigs out of a Secret that would run a program, or read a file of the controller's.
pub(super) fn a_kubeconfig_runs_nothing(site: &Site<'_>) {
    let proof = std::env::temp_dir().join(format!("selkie-ran-{}", std::process::id()));
    let touch = format!("touch {}", proof.display());
    let users = [
        (
            "exec",
            json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": ["-c", touch], "interactiveMode": "Never" } }),
        ),
        (
            "auth-provider",
            json!({ "auth-provider": { "name": "oidc", "config": {} } }),
        ),
        ("token-file", json!({ "tokenFile": "/etc/hostname" })),
        (
            "certificate-file",
            json!({ "client-certificate": "/etc/hostname", "client-key": "/etc/hostname" }),
        ),
    ];
    for (name, user) in &users {
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{ "name": "c", "cluster": { "server": site.cluster.address } }],
            "users": [{ "name": "u", "user": user }],
            "contexts": [{ "name": "c", "context": { "cluster": "c", "user": "u" } }],
        });
        site.with_secret(name, &json!({ "config": config.to_string() }));
        let provider = json!({ "kubernetes": { "authRef": { "name": name, "key": "config" } } });
        site.provider(name, &provider);
    }
    for (name, _) in &users {
        refused(site, name, &["Unsupported"]);
    }
    assert!(!proof.exists(), "a program was run");
}

/// The token of another namespace is there to be taken, and a server waits for it.
pub(super) fn no_reference_leaves_its_namespace(site: &Site<'_>) {
    let other = format!("{}-other", site.name);
    namespace(site.cluster, &other, &json!({}));
    site.cluster.write(&secret(
        &other,
        "token",
        &json!({ "token": "of another namespace" }),
    ));
    site.cluster.write(&json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": { "namespace": other, "name": "privileged" },
    }));
    let server = Recorder::answering(|_| Ok(Response::json(200, r#"{"data":{"data":{"k":"1"}}}"#)));
    let there = json!({ "name": "token", "key": "token", "namespace": other });
    let account = json!({ "name": "privileged", "namespace": other });
    let login = |auth: Value| json!({ "vault": { "server": server.url(), "path": "secret", "auth": auth } });
    let stores = [
        ("token", vault(&server.url(), &there)),
        (
            "app-role",
            login(json!({ "appRole": { "path": "approle", "roleId": "r", "secretRef": there } })),
        ),
        (
            "account",
            login(
                json!({ "kubernetes": { "mountPath": "kubernetes", "role": "r", "serviceAccountRef": account } }),
            ),
        ),
        (
            "jwt",
            login(
                json!({ "jwt": { "path": "jwt", "role": "r", "kubernetesServiceAccountToken": { "serviceAccountRef": account } } }),
            ),
        ),
        (
            "kubernetes",
            json!({ "kubernetes": { "server": { "url": server.url() }, "auth": { "serviceAccount": account } } }),
        ),
        ("kubeconfig", json!({ "kubernetes": { "authRef": there } })),
    ];
    site.with_secret("own", &json!({ "token": "own" }));
    let mut trusting = vault(&server.url(), &json!({ "name": "own", "key": "token" }));
    trusting["vault"]["caProvider"] =
        json!({ "type": "Secret", "name": "token", "key": "token", "namespace": other });
    let stores: Vec<_> = stores
        .into_iter()
        .chain([("authority", trusting)])
        .collect();
    for (name, provider) in &stores {
        site.provider(name, provider);
        let store = json!({ "name": name });
        let data = [property("k", "app", "k")];
        site.ask(name, &json!({ "secretStoreRef": store, "data": data }));
    }
    for (name, _) in &stores {
        refused(site, name, &["Forbidden"]);
        site.failed(name, "StoreNotReady");
        assert_eq!(site.data(name), None);
    }
    let heard = server.take();
    assert!(heard.is_empty(), "{heard:#?}");
}

/// Whoever may write `ExternalSecret`s does not get the token of an account by it.
pub(super) fn tokens_of_accounts_are_no_targets(site: &Site<'_>) {
    site.store(&json!({ "a": "1", "admin": "admin" }));
    site.cluster.write(&json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": { "namespace": site.name, "name": "admin" },
    }));
    let mut token = secret(&site.name, "token", &json!({}));
    token["type"] = json!("kubernetes.io/service-account-token");
    token["metadata"]["annotations"] = json!({ "kubernetes.io/service-account.name": "admin" });
    site.cluster.write(&token);
    let before = site.secret("token").unwrap();
    for policy in ["Owner", "Orphan", "Merge", "CreateOrMerge"] {
        let name = policy.to_lowercase();
        let target = json!({ "name": "token", "creationPolicy": policy });
        site.ask(
            &name,
            &json!({ "target": target, "data": [entry("k", "a")] }),
        );
        until(&format!("{policy} to be refused"), || {
            (site.ready(&name)?[0] == "False").then_some(())
        });
        assert_eq!(site.secret("token").unwrap(), before, "{policy}");
        site.remove(&name);
    }
    // The annotation comes from the ExternalSecret's own, which are copied, and from a template that is rendered.
    let named = json!({ "annotations": { "kubernetes.io/service-account.name": "admin" } });
    let kind = json!({ "type": "kubernetes.io/service-account-token", "metadata": {
        "annotations": { "kubernetes.io/service-account.name": "{{ .k }}" },
    }});
    let rows = [
        ("rendered", json!({}), json!({ "template": kind })),
        ("copied", named, json!({ "name": "token" })),
    ];
    for (name, metadata, target) in rows {
        let spec = json!({ "target": target, "data": [entry("k", "admin")] });
        let object = json!({
            "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret",
            "metadata": { "namespace": site.name, "name": name, "annotations": metadata["annotations"] },
            "spec": { "secretStoreRef": { "name": "store" }, "target": spec["target"], "data": spec["data"] },
        });
        let (status, _) = site.cluster.try_write(&object);
        if status == 201 {
            until(&format!("{name} to be refused"), || {
                (site.ready(name)?[0] == "False").then_some(())
            });
        }
        assert_eq!(site.secret(name), None, "{name}");
        assert_eq!(site.secret("token").unwrap(), before, "{name}");
    }
}
