//! Commands for whoever reads a finding, to be pasted into a shell. Names come from the cluster, so each is one word there and nothing more.

use std::collections::BTreeSet;

use super::{Object, Owner, Unserved};

/// An upgrade to the version that is installed, after which the release leaves its definitions in place when it is removed. Helm goes by what it
/// stored: an annotation on a living definition protects nothing.
pub(super) fn keep(owner: &Owner, chart: &str, version: &str) -> String {
    const PEER: &str = "external-secrets";
    let (source, value) = if chart == PEER {
        (format!("{PEER}/{PEER}"), "crds.annotations")
    } else {
        // Below a chart of somebody's own, whose place nobody but them knows.
        (format!("./{chart}"), "external-secrets.crds.annotations")
    };
    format!(
        "helm upgrade {} {} --namespace {} --version {} --reuse-values --set-string '{value}.helm\\.sh/resource-policy=keep'",
        word(&owner.name),
        word(&source),
        word(&owner.namespace),
        word(version),
    )
}

/// What Helm says of a release.
pub(super) fn history(owner: &Owner) -> String {
    format!(
        "helm history {} --namespace {}",
        word(&owner.name),
        word(&owner.namespace)
    )
}

/// Takes a webhook's configuration away.
pub(super) fn remove_webhook(name: &str) -> String {
    format!(
        "kubectl delete validatingwebhookconfiguration {}",
        word(name)
    )
}

/// Lets a Deployment rest.
pub(super) fn rest(namespace: &str, name: &str) -> String {
    format!(
        "kubectl scale deployment/{} --namespace {} --replicas=0",
        word(name),
        word(namespace)
    )
}

/// Shows who holds a Lease: the name of a Pod, and a number behind it.
pub(super) fn holder(namespace: &str, holder: &str) -> String {
    let pod = holder.rsplit_once('_').map_or(holder, |(pod, _)| pod);
    format!(
        "kubectl describe pod {} --namespace {}",
        word(pod),
        word(namespace)
    )
}

/// Gives a store to a class.
pub(super) fn give(store: &Object, class: &str) -> String {
    let scope = if store.namespace.is_empty() {
        String::new()
    } else {
        format!(" --namespace {}", word(&store.namespace))
    };
    let patch = serde_json::json!({ "spec": { "controller": class } });
    format!(
        "kubectl patch {} {}{scope} --type merge --patch {}",
        store.kind.to_lowercase(),
        word(&store.name),
        word(&patch.to_string())
    )
}

/// Looks again, and knows what is left unserved.
pub(super) fn accept(kinds: &BTreeSet<Unserved>) -> String {
    let words: Vec<&str> = kinds.iter().copied().map(Unserved::word).collect();
    format!(
        "selkie-controller preflight --accept-unserved={}",
        words.join(",")
    )
}

/// Text as one word of a shell.
fn word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/=:+@".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) && !text.starts_with('-') {
        return text.to_owned();
    }
    let quoted = super::findings::printable(text).replace('\'', r"'\''");
    format!("'{quoted}'")
}
