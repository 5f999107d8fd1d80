use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{all, page, yaml};
use crate::kinds::KINDS;

/// What an annotation may hold, which is where `kubectl apply` keeps a manifest.
const ANNOTATION: usize = 262_144;

/// Every schema of every definition, with where it stands.
fn schemas() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for definition in all() {
        let name = definition["metadata"]["name"].as_str().unwrap().to_owned();
        for version in definition["spec"]["versions"].as_array().unwrap() {
            let at = format!("{name} {}", version["name"].as_str().unwrap());
            below(&at, &version["schema"]["openAPIV3Schema"], &mut found);
        }
    }
    found
}

fn below(at: &str, schema: &Value, found: &mut Vec<(String, Value)>) {
    found.push((at.to_owned(), schema.clone()));
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        below(&format!("{at}.{name}"), property, found);
    }
    for within in ["items", "additionalProperties"] {
        if let Some(schema) = schema.get(within) {
            below(&format!("{at}.{within}"), schema, found);
        }
    }
}

#[test]
fn a_definition_can_be_applied_from_the_client() {
    for definition in all() {
        let length = definition.to_string().len();
        println!("{}: {length} bytes", definition["metadata"]["name"]);
        assert!(length < ANNOTATION / 2, "{length} bytes");
    }
}

/// The rules that API servers have for structural schemas, and what we ask beyond them.
#[test]
fn every_schema_is_structural_and_has_no_default() {
    const KNOWN: [&str; 19] = [
        "additionalProperties",
        "description",
        "enum",
        "format",
        "items",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "nullable",
        "pattern",
        "properties",
        "required",
        "type",
        "x-kubernetes-map-type",
    ];
    for (at, schema) in schemas() {
        let node = schema
            .as_object()
            .unwrap_or_else(|| panic!("{at}: {schema}"));
        for word in node.keys() {
            assert!(
                KNOWN.contains(&word.as_str())
                    || matches!(
                        word.as_str(),
                        "x-kubernetes-int-or-string"
                            | "x-kubernetes-preserve-unknown-fields"
                            | "x-kubernetes-validations"
                    ),
                "{at}: {word}"
            );
        }
        let either = schema["x-kubernetes-int-or-string"] == true;
        assert_eq!(schema["type"].is_string(), !either, "{at}");
        assert_eq!(
            schema["type"] == "array",
            schema["items"].is_object(),
            "{at}"
        );
        assert!(
            !(node.contains_key("properties") && node.contains_key("additionalProperties")),
            "{at}"
        );
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(
                schema["properties"].get(name.as_str().unwrap()).is_some(),
                "{at}: {name}"
            );
        }
    }
}

#[test]
fn every_field_of_the_stored_version_is_explained() {
    const FRAME: [&str; 5] = [
        ".apiVersion",
        ".kind",
        ".metadata",
        ".items",
        ".additionalProperties",
    ];
    for (at, schema) in schemas() {
        if at.contains(" v1beta1") {
            assert!(schema.get("description").is_none(), "{at}");
        } else if !FRAME.iter().any(|end| at.ends_with(end)) {
            let text = schema["description"].as_str().unwrap_or_default();
            assert!(text.ends_with('.'), "{at}: {text}");
        }
    }
}

#[test]
fn both_versions_are_served_and_one_is_stored() {
    for definition in all() {
        let spec = &definition["spec"];
        assert!(spec.get("conversion").is_none());
        let versions = spec["versions"].as_array().unwrap();
        let flags: Vec<_> = versions
            .iter()
            .map(|version| {
                (
                    version["name"].as_str().unwrap(),
                    version["served"] == true,
                    version["storage"] == true,
                    version["deprecated"] == true,
                )
            })
            .collect();
        assert_eq!(
            flags,
            [("v1", true, true, false), ("v1beta1", true, false, true)]
        );
        let label = &definition["metadata"]["labels"]["external-secrets.io/component"];
        assert_eq!(label, "controller");
    }
}

/// A column or selectable field whose path leads nowhere would show nothing and say nothing.
#[test]
fn paths_lead_to_fields() {
    let schemas: BTreeMap<String, Value> = schemas().into_iter().collect();
    for kind in &KINDS {
        let columns = kind.columns.iter().map(|column| column.path);
        for path in columns.chain(kind.selectable.iter().copied()) {
            let path = path.replace("[?(@.type==\"Ready\")]", ".items");
            if path.starts_with(".metadata") {
                continue;
            }
            let at = format!("{}.external-secrets.io v1{path}", kind.plural);
            assert_eq!(schemas[&at]["type"], "string", "{at}");
        }
    }
}

#[test]
fn providers_that_are_not_served_are_neither_pruned_nor_refused() {
    for (at, schema) in schemas() {
        if at.ends_with(".spec.provider") {
            let bounds = ["minProperties", "maxProperties"].map(|bound| schema[bound].clone());
            assert_eq!(bounds, [json!(1), json!(1)], "{at}");
            assert_eq!(schema["x-kubernetes-preserve-unknown-fields"], true, "{at}");
        }
    }
}

/// The server bounds a rule's cost by the longest list around it and by the longest text in it.
#[test]
fn lists_around_rules_are_bounded() {
    let schemas = schemas();
    let mut rules = 0;
    for (at, schema) in &schemas {
        let Some(list) = schema["x-kubernetes-validations"].as_array() else {
            continue;
        };
        rules += list.len();
        for rule in list {
            assert!(
                rule["message"].is_string() && rule["rule"].is_string(),
                "{at}"
            );
        }
        for (outer, schema) in &schemas {
            if at.starts_with(&format!("{outer}.items")) {
                assert!(schema["maxItems"].is_u64(), "{outer} around {at}");
            }
        }
    }
    assert!(rules >= 20, "{rules}");
}

#[test]
fn a_definition_reads_back_from_its_file() {
    for definition in all() {
        let text = yaml::print(&definition);
        let read: Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(read, definition);
    }
}

#[test]
fn a_page_names_fields_and_refusals() {
    let page = page::print(&KINDS[0]);
    for line in [
        "| **`spec.data[].remoteRef.key`** | string |",
        "| `spec.target` | deletionPolicy Merge does not go with creationPolicy None |",
        "| `spec.target.template.metadata.labels` | map to string |",
    ] {
        assert!(page.contains(line), "{line} in {page}");
    }
}
