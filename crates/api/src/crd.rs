//! Custom resource definitions, made from the table of kinds.
//!
//! Both versions have one schema and no conversion: their fields are the same. No default is in it, so that an object in the cluster is the
//! manifest that was applied, and nothing differs for ever.

pub mod page;
pub(crate) mod structural;
pub mod yaml;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use crate::kinds::{CATEGORY, Column, KINDS, Kind};
use crate::object::{GROUP, OLD_VERSION, VERSION};

/// The definition of every kind, in the order of the table.
pub fn all() -> Vec<Value> {
    KINDS.iter().map(definition).collect()
}

/// The definition of a kind.
pub fn definition(kind: &Kind) -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": format!("{}.{GROUP}", kind.plural),
            "labels": { "external-secrets.io/component": "controller" },
        },
        "spec": {
            "group": GROUP,
            "names": {
                "kind": kind.name,
                "listKind": format!("{}List", kind.name),
                "plural": kind.plural,
                "singular": kind.singular(),
                "shortNames": [kind.short],
                "categories": [CATEGORY],
            },
            "scope": if kind.namespaced { "Namespaced" } else { "Cluster" },
            "versions": [stored(kind), old(kind)],
        },
    })
}

fn stored(kind: &Kind) -> Value {
    let mut version = version(kind, VERSION);
    version["storage"] = true.into();
    if !kind.selectable.is_empty() {
        let fields = kind.selectable.iter();
        version["selectableFields"] = fields.map(|path| json!({ "jsonPath": path })).collect();
    }
    version
}

/// Served for manifests that name it. Nobody needs to read its fields explained twice, so the texts are left out.
fn old(kind: &Kind) -> Value {
    let mut version = version(kind, OLD_VERSION);
    version["storage"] = false.into();
    version["deprecated"] = true.into();
    version["deprecationWarning"] =
        format!("{GROUP}/{OLD_VERSION} is old: {GROUP}/{VERSION} has the same fields").into();
    structural::each(&mut version["schema"]["openAPIV3Schema"], &mut |schema| {
        schema.remove("description");
    });
    version
}

fn version(kind: &Kind, name: &str) -> Value {
    json!({
        "name": name,
        "served": true,
        "additionalPrinterColumns": kind.columns.iter().map(column).collect::<Value>(),
        "subresources": { "status": {} },
        "schema": {
            "openAPIV3Schema": {
                "type": "object",
                "description": kind.about,
                "required": ["spec"],
                "properties": {
                    "apiVersion": { "type": "string" },
                    "kind": { "type": "string" },
                    "metadata": { "type": "object" },
                    "spec": kind.spec(),
                    "status": kind.status(),
                },
            },
        },
    })
}

fn column(column: &Column) -> Value {
    json!({ "name": column.name, "type": column.form, "jsonPath": column.path })
}
