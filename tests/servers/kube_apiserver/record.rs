//! The record that an API server keeps of every request: who, what, and whether it was allowed. No bodies, which would hold secrets.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

const POLICY: &str = "audit-policy.json";
const LOG: &str = "audit.log";

/// A request, as roles would name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The API group; empty for the first one.
    pub group: String,
    /// The namespace; empty for all, or for none.
    pub namespace: String,
    /// The resource, with a slash before a part of an object.
    pub resource: String,
    /// The name; empty for lists.
    pub name: String,
    /// The verb.
    pub verb: String,
    /// Whether the server allowed it.
    pub is_allowed: bool,
}

/// The arguments of a server that keeps its record in `folder`.
///
/// # Panics
/// If the policy cannot be written.
#[expect(
    clippy::expect_used,
    reason = "a suite that cannot have its server fails and says why"
)]
pub(super) fn arguments(folder: &Path) -> [String; 2] {
    let policy = json!({
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        // A watch is told of when it begins, and not only when it ends.
        "omitStages": ["RequestReceived"],
        "rules": [{ "level": "Metadata", "omitManagedFields": true }],
    });
    fs::write(folder.join(POLICY), policy.to_string()).expect("a policy can be written");
    [
        format!("--audit-policy-file={POLICY}"),
        format!("--audit-log-path={LOG}"),
    ]
}

/// The requests of one user, without those that are about no object.
#[expect(clippy::expect_used, reason = "the server writes the record")]
pub(super) fn asked(folder: &Path, user: &str) -> Vec<Asked> {
    let log = fs::read_to_string(folder.join(LOG)).expect("the server keeps a record");
    let lines = log.lines().filter(|line| line.contains(user));
    lines
        .filter_map(|line| {
            // The last line may not be whole yet.
            let line: Value = serde_json::from_str(line).ok()?;
            (line["user"]["username"] == user)
                .then(|| read(&line))
                .flatten()
        })
        .collect()
}

fn read(line: &Value) -> Option<Asked> {
    let object = line.get("objectRef")?;
    let text = |field: &Value| field.as_str().unwrap_or_default().to_owned();
    let mut resource = text(&object["resource"]);
    if let Some(part) = object["subresource"].as_str() {
        resource = format!("{resource}/{part}");
    }
    Some(Asked {
        group: text(&object["apiGroup"]),
        namespace: text(&object["namespace"]),
        resource,
        name: text(&object["name"]),
        verb: text(&line["verb"]),
        is_allowed: line["annotations"]["authorization.k8s.io/decision"] == "allow",
    })
}
