//! What recurs in schemas: names, keys and durations, with the lengths and patterns that the cluster itself has for them.

use schemars::{Schema, SchemaGenerator, json_schema};

/// The name of most objects: a DNS subdomain.
pub(crate) fn object_name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "minLength": 1,
        "maxLength": 253,
        "pattern": r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
    })
}

/// The name of a namespace: a DNS label.
pub(crate) fn namespace(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "minLength": 1,
        "maxLength": 63,
        "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
    })
}

/// Names of namespaces.
pub(crate) fn namespaces(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": namespace(generator) })
}

/// A key of a Secret or ConfigMap.
pub(crate) fn data_key(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "minLength": 1,
        "maxLength": 253,
        "pattern": "^[-._a-zA-Z0-9]+$",
    })
}

/// A duration as Go writes it, `1h30m`. One that is not could only fail later.
pub(crate) fn duration(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": format!("^[-+]?{DURATION}$") })
}

/// Seconds, or a duration, of which none may be negative.
pub(crate) fn interval(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "x-kubernetes-int-or-string": true,
        "minimum": 0,
        "pattern": format!("^[+]?{DURATION}$"),
    })
}

/// The address of a Git repository: over TLS, and without anybody's credentials.
pub(crate) fn git_address(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "maxLength": 2048, "pattern": r"^https://[^@?#\s]+$" })
}

/// Bytes, in base64.
pub(crate) fn bytes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "byte" })
}

/// Whatever the author wrote: kept, neither checked nor pruned.
pub(crate) fn kept(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true })
}

/// Without the sign.
const DURATION: &str = r"(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)";
