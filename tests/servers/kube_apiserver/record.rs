//! What a user of an API server asked for, from its audit log: who, what, and whether it was allowed.

use std::fs;

use serde_json::Value;

use super::KubeApiserver;
use super::audit::LOG;

/// A request, as roles would name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The Pod whose token was shown; empty if it was not a Pod's.
    pub pod: String,
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

impl KubeApiserver {
    /// What this user has asked for so far, in the order of the answers, without what is about no object.
    ///
    /// # Panics
    /// If the server is not an audited one.
    #[expect(clippy::expect_used, reason = "the server writes the record")]
    pub fn asked(&self, user: &str) -> Vec<Asked> {
        let log = fs::read_to_string(self.folder.join(LOG)).expect("the server keeps a log");
        let lines = log.lines().filter(|line| line.contains(user));
        lines
            .filter_map(|line| {
                // The last line may be under way.
                let line: Value = serde_json::from_str(line).ok()?;
                (line["user"]["username"] == user)
                    .then(|| read(&line))
                    .flatten()
            })
            .collect()
    }
}

fn read(line: &Value) -> Option<Asked> {
    let object = line.get("objectRef")?;
    let text = |field: &Value| field.as_str().unwrap_or_default().to_owned();
    let mut resource = text(&object["resource"]);
    if let Some(part) = object["subresource"].as_str() {
        resource = format!("{resource}/{part}");
    }
    Some(Asked {
        pod: text(&line["user"]["extra"]["authentication.kubernetes.io/pod-name"][0]),
        group: text(&object["apiGroup"]),
        namespace: text(&object["namespace"]),
        resource,
        name: text(&object["name"]),
        verb: text(&line["verb"]),
        is_allowed: line["annotations"]["authorization.k8s.io/decision"] == "allow",
    })
}
