//! Values that are taken as they are.

use serde_json::json;

use super::entry;
use crate::case::{Case, Remote, Row};
use crate::place::Place;

/// A key as people have it: several lines, and a line break at the end.
pub(super) const SSH_KEY: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\nQyNTUxOQAAACB\tIG5v LWtleSBhdCBhbGw=\n-----END OPENSSH PRIVATE KEY-----\n";

pub(super) static ROWS: &[Row] = &[
    Row {
        id: "SimpleDataSync",
        case: two_values,
    },
    Row {
        id: "SyncWithoutTargetName",
        case: |place| two_values(place).without_target_name(),
    },
    Row {
        id: "SSHKeySync",
        case: ssh_key,
    },
];

fn two_values(place: &Place<'_>) -> Case {
    let secrets = vec![
        Remote::new("one", "bar one"),
        Remote::new("two", "bär \"two\""),
    ];
    let spec = json!({ "data": [
        entry("first", &place.key("one"), ""),
        entry("second", &place.key("two"), ""),
    ]});
    Case::new(
        secrets,
        spec,
        &[("first", "bar one"), ("second", "bär \"two\"")],
    )
}

fn ssh_key(place: &Place<'_>) -> Case {
    let spec = json!({
        "target": {
            "name": crate::case::TARGET,
            "template": { "type": "kubernetes.io/ssh-auth" },
        },
        "data": [entry("ssh-privatekey", &place.key("ssh"), "")],
    });
    Case::new(
        vec![Remote::new("ssh", SSH_KEY)],
        spec,
        &[("ssh-privatekey", SSH_KEY)],
    )
    .secret(|secret| secret.r#type = "kubernetes.io/ssh-auth")
}
