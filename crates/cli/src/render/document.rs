//! Texts to documents, and documents to typed parts. A document that cannot be read is told by its place and stops no other.
//!
//! Never here: what a kind means. No error quotes a manifest: it may be that of a Secret.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroize as _;

/// Where a manifest begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// The file as it was named, or `stdin`.
    pub(super) file: Arc<str>,
    /// Its first line with something in it.
    pub(super) line: usize,
}

/// Something that cannot be used, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(super) origin: Origin,
    pub(super) what: String,
}

/// One manifest.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) origin: Origin,
    pub(super) object: Object,
}

/// The fields of a manifest. What is left of them is wiped with the value.
pub(super) struct Object(Value);

/// The documents of a text: JSON objects one after the other, or YAML.
pub(super) fn documents(file: &str, text: &[u8]) -> Vec<Result<Document, Trouble>> {
    let file: Arc<str> = file.into();
    let origin = |line| Origin {
        file: Arc::clone(&file),
        line,
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return vec![Err(origin(1).trouble("is not UTF-8"))];
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let found = match json(text) {
        Some(values) => values.into_iter().map(|value| (1, Ok(value))).collect(),
        None => yaml(text),
    };
    let mut documents = Vec::new();
    for (line, value) in found {
        match value {
            Ok(value) => flatten(Object(value), &origin(line), &mut documents),
            Err(line) => documents.push(Err(origin(line).trouble(
                "cannot be read as YAML: something is indented wrongly, not closed, or there twice",
            ))),
        }
    }
    documents
}

/// All objects of a text that is JSON; `None` if it is not.
fn json(text: &str) -> Option<Vec<Value>> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let values = serde_json::Deserializer::from_str(text).into_iter();
    values.collect::<Result<_, _>>().ok()
}

/// Each document with the line at which it begins, or the line at which it cannot be read.
fn yaml(text: &str) -> Vec<(usize, Result<Value, usize>)> {
    let pieces = pieces(text).into_iter();
    let values = pieces.filter_map(|(before, piece)| {
        let first = piece.lines().position(has_content)?;
        let options = serde_saphyr::options! { with_snippet: false };
        let value = match serde_saphyr::from_str_with_options(piece, options) {
            Ok(Value::Null) => return None,
            Ok(value) => Ok(value),
            Err(error) => {
                let line = error.location().map_or(0, |at| at.line() as usize);
                Err(before + line.max(1))
            }
        };
        Some((before + first + 1, value))
    });
    values.collect()
}

/// The text cut before each line that begins a document, with the number of lines before each piece.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let (mut start, mut before, mut at) = (0, 0, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if begins(line) && at > start {
            pieces.push((before, &text[start..at]));
            (start, before) = (at, number);
        }
        at += line.len();
    }
    pieces.push((before, &text[start..]));
    pieces
}

fn begins(line: &str) -> bool {
    line.strip_prefix("---")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// Whether a line is more than a mark between documents, a directive or a comment.
fn has_content(line: &str) -> bool {
    let line = if begins(line) { &line[3..] } else { line };
    let line = line.trim();
    !(line.is_empty() || line == "..." || line.starts_with(['#', '%']))
}

/// The items of a list, as `kubectl get` prints them, each for itself.
fn flatten(mut object: Object, origin: &Origin, into: &mut Vec<Result<Document, Trouble>>) {
    let is_list = object.text("kind").is_some_and(|it| it.ends_with("List"));
    match object.take("items") {
        Value::Array(items) if is_list => {
            for item in items {
                flatten(Object(item), origin, into);
            }
        }
        _ if !object.0.is_object() => {
            into.push(Err(origin.trouble("is not an object with fields")));
        }
        _ => into.push(Ok(Document {
            origin: origin.clone(),
            object,
        })),
    }
}

impl Object {
    /// A field that is a text.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.as_str()
    }

    /// Whether there is such a field.
    pub(super) fn has(&self, field: &str) -> bool {
        self.0.get(field).is_some()
    }

    /// A field, of which it is empty from then on.
    fn take(&mut self, field: &str) -> Value {
        self.0.get_mut(field).map(Value::take).unwrap_or_default()
    }

    /// A field as its type, an empty one if it is not there; or the place that does not fit.
    pub(super) fn part<T: DeserializeOwned>(&mut self, field: &str) -> Result<T, String> {
        let value = match self.take(field) {
            Value::Null => Value::Object(serde_json::Map::new()),
            value => value,
        };
        serde_path_to_error::deserialize(value).map_err(|error| match error.path().to_string() {
            path if path == "." => field.to_owned(),
            path => format!("{field}.{path}"),
        })
    }

    /// All of it as its type, likewise.
    pub(super) fn whole<T: DeserializeOwned>(mut self) -> Result<T, String> {
        serde_path_to_error::deserialize(self.0.take()).map_err(|error| error.path().to_string())
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Object(…)")
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}

impl Origin {
    pub(super) fn trouble(&self, what: impl Into<String>) -> Trouble {
        Trouble {
            origin: self.clone(),
            what: what.into(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and kind of each document; of one that cannot be read, its line alone.
    fn check(text: &str, expected: &[(usize, &str)]) {
        let found: Vec<_> = documents("f", text.as_bytes())
            .into_iter()
            .map(|document| match document {
                Ok(it) => (it.origin.line, it.object.text("kind").map(str::to_owned)),
                Err(trouble) => (trouble.origin.line, None),
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(line, kind)| (*line, (!kind.is_empty()).then(|| (*kind).to_owned())))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn documents_are_found_with_their_lines() {
        check("", &[]);
        check("# nothing\n---\n---\n...\n", &[]);
        check("kind: A\n", &[(1, "A")]);
        check(
            "# head\n\n---\n# of A\nkind: A\n---\nkind: B\n",
            &[(5, "A"), (7, "B")],
        );
        check("--- {kind: A}\n--- # B\nkind: B", &[(1, "A"), (3, "B")]);
        check("%YAML 1.1\n---\nkind: A\n", &[(3, "A")]);
        // A row of dashes begins nothing.
        check("kind: A\ntext: |\n  ---\n----: x\n", &[(1, "A")]);
    }

    #[test]
    fn a_broken_document_stops_no_other() {
        check(
            "kind: A\n---\nkind: [\n---\nkind: C\n",
            &[(1, "A"), (3, ""), (5, "C")],
        );
        check("- 1\n---\nkind: B\n", &[(1, ""), (3, "B")]);
        check("kind: A\nkind: B\n", &[(2, "")]);
    }

    #[test]
    fn json_is_read_in_any_number_and_lists_are_taken_apart() {
        check(
            "{\"kind\": \"A\"}\n{\"kind\": \"B\"}",
            &[(1, "A"), (1, "B")],
        );
        check("{kind: A}", &[(1, "A")]);
        check(
            "kind: List\nitems:\n- kind: A\n- kind: B\n",
            &[(1, "A"), (1, "B")],
        );
    }

    #[test]
    fn what_does_not_fit_is_told_by_its_place_alone() {
        let read = |text: &str| {
            let mut found = documents("f", text.as_bytes());
            found.remove(0).unwrap().object
        };
        let mut object = read("a:\n  b: [hunter2]\n");
        let error = object
            .part::<std::collections::BTreeMap<String, Vec<u8>>>("a")
            .unwrap_err();
        assert_eq!(error, "a.b[0]");
        let texts: Result<std::collections::BTreeMap<String, String>, _> =
            read("{a: {b: hunter2}}").whole();
        assert_eq!(texts.unwrap_err(), "a");
    }
}
