//! Schemas in the one form that API servers take: every node has one type, nothing is a reference, nothing is a choice.
//!
//! The schemas come from types, where an `Option` is a choice with null and an enum a choice between its variants. What a choice says is said
//! here by other words. What the fields mean stands at the types.

use std::mem;

use serde_json::{Map, Value};

type Node = Map<String, Value>;

/// Formats that API servers check. They warn about any other.
const FORMATS: [&str; 4] = ["byte", "date-time", "int32", "int64"];

/// The extension that keeps what no schema describes.
const KEPT: &str = "x-kubernetes-preserve-unknown-fields";

/// Rewrites a schema and all below it.
pub(crate) fn rewrite(schema: &mut Value) {
    if !schema.is_object() {
        // The schema of anything.
        *schema = Value::Object(Node::new());
    }
    each(schema, &mut |node| {
        without_null(node);
        choice_of_words(node);
        choice_of_members(node);
        let unknown = node.get("additionalProperties");
        if unknown.is_some_and(|of| !of.is_object() || of.as_object().is_some_and(Node::is_empty)) {
            let of = node.remove("additionalProperties");
            if of != Some(Value::Bool(false)) {
                node.insert(KEPT.to_owned(), true.into());
            }
        }
        for word in ["$schema", "title", "default"] {
            node.remove(word);
        }
        let format = node.get("format").and_then(Value::as_str);
        if format.is_some_and(|format| !FORMATS.contains(&format)) {
            node.remove("format");
        }
    });
}

/// Calls `change` with each schema, an outer one before those within.
pub(crate) fn each(schema: &mut Value, change: &mut impl FnMut(&mut Node)) {
    let Some(node) = schema.as_object_mut() else {
        return;
    };
    change(node);
    if let Some(properties) = node.get_mut("properties").and_then(Value::as_object_mut) {
        properties
            .values_mut()
            .for_each(|property| each(property, change));
    }
    for within in ["items", "additionalProperties"] {
        if let Some(schema) = node.get_mut(within) {
            each(schema, change);
        }
    }
}

/// An optional field: to API servers, whatever is not required may be absent, and null is no value.
fn without_null(node: &mut Node) {
    if let Some(Value::Array(types)) = node.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_mut_slice() {
            let only = only.take();
            node.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(words)) = node.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    let Some(Value::Array(branches)) = node.get_mut("anyOf") else {
        return;
    };
    branches.retain(|branch| branch["type"] != "null");
    if let [Value::Object(only)] = branches.as_mut_slice() {
        let only = mem::take(only);
        node.remove("anyOf");
        for (word, value) in only {
            // What the field says of itself comes before what its type says.
            node.entry(word).or_insert(value);
        }
    }
}

/// An enum of words.
fn choice_of_words(node: &mut Node) {
    let Some(Value::Array(branches)) = node.get("oneOf") else {
        return;
    };
    let mut words = Vec::new();
    let mut lines = Vec::new();
    for branch in branches {
        let (Some(word), Some(says)) = (branch["const"].as_str(), branch["description"].as_str())
        else {
            return;
        };
        lines.push(format!("{word}: {says}"));
        words.push(Value::from(word));
    }
    if let Some(of) = node.get("description").and_then(Value::as_str) {
        lines.insert(0, of.to_owned());
    }
    node.remove("oneOf");
    node.insert("type".to_owned(), "string".into());
    node.insert("enum".to_owned(), words.into());
    node.insert("description".to_owned(), lines.join("\n").into());
}

/// An enum whose variants hold something: one member of many.
fn choice_of_members(node: &mut Node) {
    let Some(Value::Array(branches)) = node.get("oneOf") else {
        return;
    };
    let mut members = Node::new();
    for branch in branches {
        let Some(properties) = branch["properties"].as_object() else {
            return;
        };
        for (name, member) in properties {
            let mut member = member.clone();
            if let Some(says) = branch.get("description") {
                member["description"] = says.clone();
            }
            members.insert(name.clone(), member);
        }
    }
    node.remove("oneOf");
    node.insert("type".to_owned(), "object".into());
    node.insert("properties".to_owned(), members.into());
    node.insert("minProperties".to_owned(), 1.into());
    node.insert("maxProperties".to_owned(), 1.into());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn choices_become_words_that_api_servers_know() {
        let rows = [
            (
                json!({ "type": ["string", "null"], "default": null, "format": "uint8" }),
                json!({ "type": "string" }),
            ),
            (
                json!({ "description": "field", "anyOf": [{ "type": "object", "description": "type" }, { "type": "null" }] }),
                json!({ "type": "object", "description": "field" }),
            ),
            (
                json!({ "description": "which", "oneOf": [
                    { "type": "string", "const": "A", "description": "one" },
                    { "type": "string", "const": "B", "description": "two" },
                ] }),
                json!({ "type": "string", "enum": ["A", "B"], "description": "which\nA: one\nB: two" }),
            ),
            (
                json!({ "oneOf": [
                    { "type": "object", "description": "first", "properties": { "a": { "type": "string" } }, "required": ["a"], "additionalProperties": false },
                    { "type": "object", "properties": { "b": { "type": ["integer", "null"] } }, "required": ["b"], "additionalProperties": false },
                ] }),
                json!({ "type": "object", "minProperties": 1, "maxProperties": 1, "properties": {
                    "a": { "type": "string", "description": "first" }, "b": { "type": "integer" },
                } }),
            ),
            (
                json!({ "type": "object", "properties": {}, "additionalProperties": true }),
                json!({ "type": "object", "properties": {}, KEPT: true }),
            ),
            (
                json!({ "type": "object", "additionalProperties": { "type": "string", "title": "t" } }),
                json!({ "type": "object", "additionalProperties": { "type": "string" } }),
            ),
        ];
        for (from, expected) in rows {
            let mut schema = from.clone();
            rewrite(&mut schema);
            assert_eq!(schema, expected, "{from}");
        }
    }
}
