//! A small tree of texts, printed as YAML or as JSON into memory that is wiped. The order is that of the tree, so equal trees are equal texts.
//!
//! Never here: what the texts mean.

use selkie_crypto::Secret;
use zeroize::Zeroizing;

/// A part of a tree.
pub(super) enum Node {
    Text(Zeroizing<String>),
    True,
    Map(Vec<(String, Node)>),
    List(Vec<Node>),
}

impl Node {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(Zeroizing::new(text.into()))
    }

    /// As JSON, with an end of line.
    pub(super) fn json(&self) -> Secret {
        let mut out = Secret::new();
        self.write_json(&mut out, 0);
        add(&mut out, "\n");
        out
    }

    /// As a document of YAML. A tree that is not a map or list of something stands on one line.
    pub(super) fn yaml(&self) -> Secret {
        let mut out = Secret::new();
        match self {
            Self::Map(fields) if !fields.is_empty() => write_fields(fields, &mut out, 0, true),
            Self::List(items) if !items.is_empty() => write_items(items, &mut out, 0),
            _ => {
                self.write_scalar(&mut out);
                add(&mut out, "\n");
            }
        }
        out
    }

    fn write_json(&self, out: &mut Secret, depth: usize) {
        let (open, close, count) = match self {
            Self::Map(fields) => ("{", "}", fields.len()),
            Self::List(items) => ("[", "]", items.len()),
            Self::True => return add(out, "true"),
            Self::Text(text) => return add(out, &quoted(text)),
        };
        add(out, open);
        for index in 0..count {
            add(out, if index == 0 { "\n" } else { ",\n" });
            indent(out, depth + 1);
            match self {
                Self::Map(fields) => {
                    add(out, &quoted(&fields[index].0));
                    add(out, ": ");
                    fields[index].1.write_json(out, depth + 1);
                }
                Self::List(items) => items[index].write_json(out, depth + 1),
                Self::Text(_) | Self::True => (),
            }
        }
        if count > 0 {
            add(out, "\n");
            indent(out, depth);
        }
        add(out, close);
    }

    fn write_scalar(&self, out: &mut Secret) {
        match self {
            Self::Text(text) if is_plain(text) => add(out, text),
            Self::Text(text) => add(out, &quoted(text)),
            Self::True => add(out, "true"),
            Self::Map(_) => add(out, "{}"),
            Self::List(_) => add(out, "[]"),
        }
    }
}

/// The first line is indented unless `begun`: something stands there already.
fn write_fields(fields: &[(String, Node)], out: &mut Secret, depth: usize, mut begun: bool) {
    for (name, value) in fields {
        if !std::mem::take(&mut begun) {
            indent(out, depth);
        }
        if is_plain(name) {
            add(out, name);
        } else {
            add(out, &quoted(name));
        }
        add(out, ":");
        match value {
            Node::Map(fields) if !fields.is_empty() => {
                add(out, "\n");
                write_fields(fields, out, depth + 1, false);
            }
            Node::List(items) if !items.is_empty() => {
                add(out, "\n");
                write_items(items, out, depth);
            }
            _ => {
                add(out, " ");
                value.write_scalar(out);
                add(out, "\n");
            }
        }
    }
}

fn write_items(items: &[Node], out: &mut Secret, depth: usize) {
    for item in items {
        indent(out, depth);
        add(out, "- ");
        match item {
            Node::Map(fields) if !fields.is_empty() => write_fields(fields, out, depth + 1, true),
            _ => {
                item.write_scalar(out);
                add(out, "\n");
            }
        }
    }
}

/// Whether a text is read as this text by every reader of YAML, without quotes.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    let letters = |it: char| it.is_ascii_alphanumeric() || "-._/+=".contains(it);
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.chars().all(letters)
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// In the quotes of JSON, which are YAML's too.
fn quoted(text: &str) -> Zeroizing<String> {
    Zeroizing::new(serde_json::Value::from(text).to_string())
}

fn add(out: &mut Secret, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn indent(out: &mut Secret, depth: usize) {
    for _ in 0..depth {
        add(out, "  ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Node {
        Node::Map(vec![
            ("kind".to_owned(), Node::text("Secret")),
            (
                "data".to_owned(),
                Node::Map(vec![
                    ("a.b".to_owned(), Node::text("aGk=")),
                    ("yes".to_owned(), Node::text("12")),
                    ("c".to_owned(), Node::text("a: \"b\"\n")),
                ]),
            ),
            (
                "list".to_owned(),
                Node::List(vec![
                    Node::Map(vec![
                        ("one".to_owned(), Node::text("x1")),
                        ("two".to_owned(), Node::True),
                    ]),
                    Node::text("~"),
                ]),
            ),
            ("none".to_owned(), Node::Map(Vec::new())),
        ])
    }

    #[test]
    fn yaml_and_json_say_the_same() {
        let (yaml, json) = (tree().yaml(), tree().json());
        let yaml = std::str::from_utf8(yaml.expose()).unwrap();
        let expected = "kind: Secret\ndata:\n  a.b: aGk=\n  \"yes\": \"12\"\n  c: \"a: \\\"b\\\"\\n\"\nlist:\n- one: x1\n  two: true\n- \"~\"\nnone: {}\n";
        assert_eq!(yaml, expected);
        let from_yaml: serde_json::Value = serde_saphyr::from_str(yaml).unwrap();
        let from_json: serde_json::Value = serde_json::from_slice(json.expose()).unwrap();
        assert_eq!(from_yaml, from_json);
        assert_eq!(from_json["list"][0]["two"], true);
    }

    #[test]
    fn what_could_be_read_otherwise_is_quoted() {
        for (text, plain) in [
            ("aGk=", true),
            ("db.example.com/x", true),
            ("Yes", false),
            ("12", false),
            ("y", false),
            ("N", false),
            ("a", true),
            ("", false),
            ("0x1f", false),
            ("a b", false),
            ("a#b", false),
            ("Null", false),
        ] {
            assert_eq!(is_plain(text), plain, "{text}");
        }
    }
}
