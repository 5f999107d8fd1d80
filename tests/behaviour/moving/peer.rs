//! The peer as Helm has installed it, as data: its definitions, its release, its Deployment, its webhooks, objects that it alone serves.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use selkie_tests::repository::top;
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use serde_json::{Value, json};

use crate::objects::namespace;

use super::DEFINITIONS;

const HOME: &str = "external-secrets";
const NAME: &str = "external-secrets";
const FILES: [&str; 3] = ["clustersecretstores", "externalsecrets", "secretstores"];
const WEBHOOKS: [(&str, &str); 2] = [
    ("secretstore-validate", "secretstores"),
    ("externalsecret-validate", "externalsecrets"),
];

/// Everything that the chart brings, as it is while it runs.
pub(super) fn install(cluster: &KubeApiserver) {
    namespace(cluster, HOME, &json!({}));
    definitions(cluster, false);
    cluster.apply(push_secrets().to_string());
    cluster.apply(passwords().to_string());
    let wait = [
        "wait",
        "--for=condition=established",
        "--timeout=60s",
        "crd",
        "--all",
    ];
    cluster.client().args(wait).succeed();
    release(cluster, 1, false);
    cluster.apply(deployment().to_string());
    cluster.apply(endpoints().to_string());
    // Nobody is called: there is no webhook of the peer's here that could answer.
    for (name, _) in WEBHOOKS {
        cluster.apply(webhook(name, &json!([])).to_string());
    }
}

/// One of its definitions as the chart prints it.
fn definition(file: &str, is_kept: bool) -> String {
    let text = fs::read_to_string(top().join(DEFINITIONS).join(format!("{file}.yaml")));
    let mut lines = "  annotations:\n    meta.helm.sh/release-name: external-secrets\n    \
         meta.helm.sh/release-namespace: external-secrets\n"
        .to_owned();
    if is_kept {
        lines.push_str("    helm.sh/resource-policy: keep\n");
    }
    let text = text.unwrap();
    let (head, tail) = text.split_once("\nmetadata:\n").unwrap();
    format!("{head}\nmetadata:\n{lines}{tail}")
}

/// `helm upgrade … crds.annotations…=keep`: the next revision, whose manifest keeps the definitions.
pub(super) fn keep(cluster: &KubeApiserver) {
    release(cluster, 2, true);
    definitions(cluster, true);
}

/// `helm install` once more: it takes for its own what has the annotations of its release.
pub(super) fn come_back(cluster: &KubeApiserver) {
    let found = cluster.object(
        "",
        "customresourcedefinition/externalsecrets.external-secrets.io",
    );
    let annotations = found.unwrap()["metadata"]["annotations"].clone();
    for (name, value) in helm().as_object().unwrap() {
        assert_eq!(&annotations[name], value, "{annotations}");
    }
    definitions(cluster, true);
    cluster.apply(deployment().to_string());
}

/// Writes its definitions as Helm does, without `kubectl`'s record of what was applied.
fn definitions(cluster: &KubeApiserver, is_kept: bool) {
    for file in FILES {
        let run = cluster.client().args(["replace", "--filename", "-"]);
        run.input(definition(file, is_kept)).succeed();
    }
}

/// `helm uninstall`: the records go, and all that the newest manifest does not keep.
pub(super) fn uninstall(cluster: &KubeApiserver) {
    for revision in [1, 2] {
        let name = format!("secret/sh.helm.release.v1.{NAME}.v{revision}");
        cluster.delete(HOME, &name);
    }
    let deployment = format!("/apis/apps/v1/namespaces/{HOME}/deployments/{NAME}");
    let (status, answer) = cluster.call("DELETE", &deployment, None);
    assert_eq!(status, 200, "{answer}");
    let slices = format!("/apis/discovery.k8s.io/v1/namespaces/{HOME}/endpointslices");
    cluster.call("DELETE", &slices, None);
}

/// Webhooks whose server is gone.
pub(super) fn leave_webhooks(cluster: &KubeApiserver) {
    for (name, plural) in WEBHOOKS {
        let rules = json!([{
            "apiGroups": ["external-secrets.io"], "apiVersions": ["v1"],
            "operations": ["CREATE", "UPDATE", "DELETE"], "resources": [plural], "scope": "Namespaced",
        }]);
        cluster.apply(webhook(name, &rules).to_string());
    }
}

/// What the peer pushes.
pub(super) fn pushes(cluster: &KubeApiserver) {
    let push = json!({
        "apiVersion": "external-secrets.io/v1alpha1", "kind": "PushSecret",
        "metadata": { "namespace": "shop", "name": "backup" }, "spec": {},
    });
    cluster.apply(push.to_string());
}

/// A generator, what uses it, and a store of another provider.
pub(super) fn uses_more(cluster: &KubeApiserver) {
    let password = json!({
        "apiVersion": "generators.external-secrets.io/v1alpha1", "kind": "Password",
        "metadata": { "namespace": "shop", "name": "random" }, "spec": {},
    });
    cluster.apply(password.to_string());
    let generator = json!({
        "apiVersion": "generators.external-secrets.io/v1alpha1", "kind": "Password", "name": "random",
    });
    cluster.write(&json!({
        "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret",
        "metadata": { "namespace": "shop", "name": "generated" },
        "spec": { "dataFrom": [{ "sourceRef": { "generatorRef": generator } }] },
    }));
    cluster.write(&json!({
        "apiVersion": "external-secrets.io/v1", "kind": "SecretStore",
        "metadata": { "namespace": "shop", "name": "elsewhere" },
        "spec": { "provider": { "gitlab": { "projectID": "1", "auth": { "SecretRef": { "accessToken": { "name": "t", "key": "k" } } } } } },
    }));
}

/// A configuration with a token of the account that only looks.
pub(super) fn kubeconfig(folder: &Path, cluster: &KubeApiserver) -> PathBuf {
    let path = "/api/v1/namespaces/selkie/serviceaccounts/selkie-controller-preflight/token";
    let asked = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": { "expirationSeconds": 7200 },
    });
    let (status, answer) = cluster.call("POST", path, Some(&asked));
    assert_eq!(status, 201, "{answer}");
    let config = json!({
        "apiVersion": "v1", "kind": "Config",
        "clusters": [{ "name": "test", "cluster": { "server": cluster.address, "certificate-authority": cluster.ca } }],
        "users": [{ "name": "looker", "user": { "token": answer["status"]["token"] } }],
        "contexts": [{ "name": "test", "context": { "cluster": "test", "user": "looker" } }],
        "current-context": "test",
    });
    let file = folder.join("preflight.kubeconfig");
    fs::write(&file, config.to_string()).unwrap();
    file
}

fn helm() -> Value {
    json!({ "meta.helm.sh/release-name": NAME, "meta.helm.sh/release-namespace": HOME })
}

/// A revision as Helm stores it.
fn release(cluster: &KubeApiserver, revision: u32, is_kept: bool) {
    let mut manifest = String::new();
    for file in FILES {
        manifest.push_str("---\n");
        manifest.push_str(&definition(file, is_kept));
    }
    let mut push = push_secrets();
    if is_kept {
        push["metadata"]["annotations"]["helm.sh/resource-policy"] = json!("keep");
    }
    for document in [push, deployment()] {
        manifest.push_str("\n---\n");
        manifest.push_str(&document.to_string());
    }
    let whole = json!({
        "name": NAME, "namespace": HOME, "version": revision,
        "info": { "status": "deployed" },
        "chart": { "metadata": { "name": "external-secrets", "version": "2.9.0" } },
        "manifest": manifest,
    });
    let mut zip = GzEncoder::new(Vec::new(), Compression::best());
    zip.write_all(whole.to_string().as_bytes()).unwrap();
    let stored = STANDARD.encode(zip.finish().unwrap());
    cluster.write(&json!({
        "apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1",
        "metadata": {
            "namespace": HOME, "name": format!("sh.helm.release.v1.{NAME}.v{revision}"),
            "labels": { "owner": "helm", "name": NAME, "status": "deployed", "version": revision.to_string() },
        },
        "data": { "release": STANDARD.encode(stored) },
    }));
}

fn deployment() -> Value {
    let labels =
        json!({ "app.kubernetes.io/name": "external-secrets", "app.kubernetes.io/instance": NAME });
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "namespace": HOME, "name": NAME, "labels": labels, "annotations": helm() },
        "spec": {
            "replicas": 1,
            "selector": { "matchLabels": labels },
            "template": {
                "metadata": { "labels": labels },
                "spec": { "containers": [{ "name": "external-secrets", "image": "example.com/external-secrets", "args": ["--concurrent=1"] }] },
            },
        },
    })
}

fn endpoints() -> Value {
    json!({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {
            "namespace": HOME, "name": "external-secrets-webhook-1",
            "labels": { "kubernetes.io/service-name": "external-secrets-webhook" },
        },
        "endpoints": [{ "addresses": ["10.1.0.1"], "conditions": { "ready": true } }],
        "ports": [{ "port": 10250 }],
    })
}

fn webhook(name: &str, rules: &Value) -> Value {
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": { "name": name, "annotations": helm() },
        "webhooks": [{
            "name": format!("validate.{name}.external-secrets.io"),
            "rules": rules, "failurePolicy": "Fail", "sideEffects": "None", "timeoutSeconds": 5,
            "admissionReviewVersions": ["v1"],
            "clientConfig": { "service": { "namespace": HOME, "name": "external-secrets-webhook", "path": "/validate" } },
        }],
    })
}

fn push_secrets() -> Value {
    let annotations = helm();
    open("external-secrets.io", "PushSecret", &annotations)
}

fn passwords() -> Value {
    open("generators.external-secrets.io", "Password", &json!({}))
}

/// A definition that takes anything.
fn open(group: &str, kind: &str, annotations: &Value) -> Value {
    let singular = kind.to_lowercase();
    let plural = format!("{singular}s");
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": { "name": format!("{plural}.{group}"), "annotations": annotations },
        "spec": {
            "group": group, "scope": "Namespaced",
            "names": { "kind": kind, "plural": plural, "singular": singular },
            "versions": [{
                "name": "v1alpha1", "served": true, "storage": true,
                "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } },
            }],
        },
    })
}
