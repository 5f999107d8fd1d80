//! YAML of generated manifests, for people to read and for `kubectl` to apply. It writes one spelling and reads nothing.

use serde_json::{Map, Value};

/// The document as text. Members stand in the order of their names, whatever order the map has.
pub fn print(document: &Value) -> String {
    let mut text = String::new();
    match document {
        Value::Object(members) if !members.is_empty() => mapping(&mut text, members, 0, false),
        Value::Array(items) if !items.is_empty() => sequence(&mut text, items, 0),
        other => {
            text.push_str(&scalar(other));
            text.push('\n');
        }
    }
    text
}

/// `inline`: the first member goes on with a line that holds the dash of an item.
fn mapping(text: &mut String, members: &Map<String, Value>, depth: usize, inline: bool) {
    let mut names: Vec<&String> = members.keys().collect();
    names.sort();
    for (index, name) in names.into_iter().enumerate() {
        if index > 0 || !inline {
            indent(text, depth);
        }
        text.push_str(&string(name));
        text.push(':');
        match &members[name] {
            Value::Object(members) if !members.is_empty() => {
                text.push('\n');
                mapping(text, members, depth + 1, false);
            }
            Value::Array(items) if !items.is_empty() => {
                text.push('\n');
                sequence(text, items, depth);
            }
            other => {
                text.push(' ');
                text.push_str(&scalar(other));
                text.push('\n');
            }
        }
    }
}

fn sequence(text: &mut String, items: &[Value], depth: usize) {
    for item in items {
        indent(text, depth);
        text.push_str("- ");
        match item {
            Value::Object(members) if !members.is_empty() => {
                mapping(text, members, depth + 1, true);
            }
            // Flow style: no generated manifest has lists of lists that anybody reads.
            other => {
                text.push_str(&scalar(other));
                text.push('\n');
            }
        }
    }
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        // JSON is YAML.
        other => other.to_string(),
    }
}

/// Words that some reader of YAML takes for something else than text.
const TAKEN: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

fn string(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || " _./-,'()`".contains(c))
        && !TAKEN.contains(&text.to_ascii_lowercase().as_str());
    if plain {
        text.to_owned()
    } else {
        Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_printed_reads_back() {
        let document = json!({
            "b": [{ "name": "x", "list": ["a", "No", 1, true, null, [], {}] }, {}, [1, [2]]],
            "a": { "empty": {}, "none": [], "y": "on", "deep": { "er": "1h0m0s" } },
            "text": "a: b # c\n\"d\"",
            "path": ".spec.x[?(@.type==\"Ready\")]",
            "number": "12", "dash": "- a", "space": "a ", "nothing": "",
        });
        let read: Value = serde_saphyr::from_str(&print(&document)).unwrap();
        assert_eq!(read, document);
    }

    #[test]
    fn it_reads_as_people_write_it() {
        let document =
            json!({ "b": ["x", { "c": 1, "d": { "e": [] } }], "a": "some words, plain" });
        assert_eq!(
            print(&document),
            "a: some words, plain\nb:\n- x\n- c: 1\n  d:\n    e: []\n"
        );
    }
}
