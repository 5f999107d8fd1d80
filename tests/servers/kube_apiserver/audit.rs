//! The audit log of an API server, and what it was asked to write by it: the count that its owner would make. Bodies stand in it for statuses only.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::KubeApiserver;

pub(super) const LOG: &str = "apiserver-audit.log";

const VERBS: [&str; 5] = ["create", "update", "patch", "delete", "deletecollection"];

/// A request that wrote, or tried to.
#[derive(Debug, Clone)]
pub struct Write {
    /// Whose it was.
    pub user: String,
    /// Which of all tokens of that user was shown; empty if it has no number.
    pub token: String,
    /// `create`, `update`, `patch`, `delete`, `deletecollection`.
    pub verb: String,
    /// `secrets`, or `externalsecrets/status`.
    pub resource: String,
    /// Empty for what is in none.
    pub namespace: String,
    /// Empty where the server chose it, or for several.
    pub name: String,
    /// The status of the answer.
    pub status: u64,
    /// What was sent, where that was a status; null otherwise.
    pub body: Value,
}

#[expect(
    clippy::expect_used,
    reason = "a suite that cannot read its server's log fails and says why"
)]
impl KubeApiserver {
    /// Starts one that writes down who asks for what.
    ///
    /// # Panics
    /// As [`Self::start`].
    pub fn audited(folder: &Path) -> Self {
        let file = folder.join("apiserver-audit.json");
        fs::write(&file, policy().to_string()).expect("a policy can be written");
        let log = folder.join(LOG);
        let flags = [
            format!("--audit-policy-file={}", file.display()),
            format!("--audit-log-path={}", log.display()),
        ];
        Self::start_with(folder, &flags.each_ref().map(String::as_str))
    }

    /// Everything that was written since the server started, in the order of the answers.
    ///
    /// # Panics
    /// If the server is not an audited one.
    pub fn writes(&self) -> Vec<Write> {
        let text = fs::read_to_string(self.folder.join(LOG)).expect("the server keeps a log");
        let entries = text.lines().filter_map(|line| {
            // The last line may be under way.
            let entry: Value = serde_json::from_str(line).ok()?;
            let is_write = VERBS.iter().any(|verb| entry["verb"] == *verb);
            is_write.then(|| write(&entry))
        });
        entries.collect()
    }
}

fn policy() -> Value {
    json!({
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [
            { "level": "Request", "verbs": VERBS, "resources": [{
                "group": "external-secrets.io",
                "resources": ["externalsecrets/status", "secretstores/status", "clustersecretstores/status"],
            }]},
            { "level": "Metadata", "omitManagedFields": true },
        ],
    })
}

fn write(entry: &Value) -> Write {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let object = &entry["objectRef"];
    let resource = [&object["resource"], &object["subresource"]].map(text);
    Write {
        user: text(&entry["user"]["username"]),
        token: text(&entry["user"]["extra"]["authentication.kubernetes.io/credential-id"][0]),
        verb: text(&entry["verb"]),
        resource: resource.join("/").trim_end_matches('/').to_owned(),
        namespace: text(&object["namespace"]),
        name: text(&object["name"]),
        status: entry["responseStatus"]["code"].as_u64().unwrap_or_default(),
        body: entry["requestObject"].clone(),
    }
}
