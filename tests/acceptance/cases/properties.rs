//! Properties of values that are JSON.

use serde_json::json;

use super::entry;
use super::plain::SSH_KEY;
use crate::case::{Case, Remote, Row, TARGET};
use crate::place::Place;

/// What a registry's clients are given.
const DOCKER: &str = r#"{"auths":{"registry.example.com":{"auth":"YWRhOmxvdmVsYWNl"}}}"#;

pub(super) static ROWS: &[Row] = &[
    Row {
        id: "JSONDataWithProperty",
        case: two_properties,
    },
    Row {
        id: "JSONDataWithoutTargetName",
        case: |place| two_properties(place).without_target_name(),
    },
    Row {
        id: "NestedJSONWithGJSON",
        case: paths,
    },
    Row {
        id: "DataPropertyDockerconfigJSON",
        case: docker_text,
    },
    Row {
        id: "DockerJSONConfig",
        case: docker_object,
    },
    Row {
        id: "SSHKeySyncDataProperty",
        case: ssh_key,
    },
];

fn two_properties(place: &Place<'_>) -> Case {
    let secrets = vec![
        Remote::new("one", r#"{"bar":"one's","foo":"<one> & \"more\""}"#),
        Remote::new("two", r#"{"bar":"two's","foo":"not asked for"}"#),
    ];
    let spec = json!({ "data": [
        entry("first", &place.key("one"), "foo"),
        entry("second", &place.key("two"), "bar"),
    ]});
    Case::new(
        secrets,
        spec,
        &[("first", "<one> & \"more\""), ("second", "two's")],
    )
}

fn paths(place: &Place<'_>) -> Case {
    let value = json!({
        "friends": [{ "first": "Dale", "last": "Murphy" }, { "first": "Roger", "last": "Craig" }],
        "name": { "first": "Tom", "last": "Anderson" },
    });
    let spec = json!({ "data": [
        entry("first", &place.key("one"), "name.first"),
        entry("friend", &place.key("one"), "friends.1.first"),
    ]});
    let secrets = vec![Remote::new("one", value.to_string())];
    Case::new(secrets, spec, &[("first", "Tom"), ("friend", "Roger")])
}

fn docker_text(place: &Place<'_>) -> Case {
    let value = json!({ "dockerconfig": DOCKER });
    let spec = json!({
        "target": {
            "name": TARGET,
            "template": { "type": "kubernetes.io/dockerconfigjson" },
        },
        "data": [entry(".dockerconfigjson", &place.key("docker"), "dockerconfig")],
    });
    let secrets = vec![Remote::new("docker", value.to_string())];
    Case::new(secrets, spec, &[(".dockerconfigjson", DOCKER)])
        .secret(|secret| secret.r#type = "kubernetes.io/dockerconfigjson")
}

fn docker_object(place: &Place<'_>) -> Case {
    let value = format!("{{\"dockerconfig\":{DOCKER}}}");
    let spec = json!({
        "target": { "name": TARGET, "template": {
            "data": { ".dockerconfigjson": "{{ .config | toString }}" },
        }},
        "data": [entry("config", &place.key("docker"), "dockerconfig")],
    });
    let secrets = vec![Remote::new("docker", value)];
    Case::new(secrets, spec, &[(".dockerconfigjson", DOCKER)])
}

fn ssh_key(place: &Place<'_>) -> Case {
    let value = json!({ "key": SSH_KEY });
    let spec = json!({
        "target": { "name": TARGET, "template": { "type": "kubernetes.io/ssh-auth" } },
        "data": [entry("ssh-privatekey", &place.key("ssh"), "key")],
    });
    let secrets = vec![Remote::new("ssh", value.to_string())];
    Case::new(secrets, spec, &[("ssh-privatekey", SSH_KEY)])
        .secret(|secret| secret.r#type = "kubernetes.io/ssh-auth")
}
