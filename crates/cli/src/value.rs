//! The JSON of `set`, as a value of the document: integers stay integers, mappings keep their order.
//!
//! Texts go straight into memory that is wiped; what the JSON library itself buffers of an escaped string is not.

use std::fmt;

use selkie_crypto::Secret;
use selkie_document::Value;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Reads one JSON value with nothing behind it.
pub(crate) fn parse(json: &[u8]) -> Result<Value, String> {
    let parsed: Result<Parsed, _> = serde_json::from_slice(json);
    // The library's own words may quote the text.
    parsed.map(|parsed| parsed.0).map_err(|error| {
        let what = if error.is_data() {
            data_error(&error)
        } else if error.is_eof() {
            "it ends too early"
        } else {
            "it is no JSON"
        };
        format!("{what} (line {}, column {})", error.line(), error.column())
    })
}

const TWICE: &str = "a key stands twice in its mapping";
const TOO_LARGE: &str = "an integer is out of range; write it as a string";

fn data_error(error: &serde_json::Error) -> &'static str {
    let text = error.to_string();
    [TWICE, TOO_LARGE]
        .into_iter()
        .find(|known| text.starts_with(known))
        .unwrap_or("it is no JSON")
}

struct Parsed(Value);

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
        Ok(Value::Bool(it))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
        Ok(Value::Int(it))
    }

    fn visit_u64<E: Error>(self, it: u64) -> Result<Value, E> {
        i64::try_from(it)
            .map(Value::Int)
            .map_err(|_| E::custom(TOO_LARGE))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
        Ok(Value::Float(it))
    }

    fn visit_str<E>(self, it: &str) -> Result<Value, E> {
        Ok(Value::Str(Secret::from(it.as_bytes().to_vec())))
    }

    fn visit_string<E>(self, it: String) -> Result<Value, E> {
        Ok(Value::Str(Secret::from(it.into_bytes())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Parsed(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map: Vec<(String, Value)> = Vec::new();
        while let Some((key, Parsed(value))) = entries.next_entry::<String, Parsed>()? {
            if map.iter().any(|(known, _)| *known == key) {
                return Err(A::Error::custom(TWICE));
            }
            map.push((key, value));
        }
        Ok(Value::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(value: &Value) -> String {
        match value {
            Value::Null => "null".to_owned(),
            Value::Bool(it) => format!("bool {it}"),
            Value::Int(it) => format!("int {it}"),
            Value::Float(it) => format!("float {it}"),
            Value::Str(it) => format!("str {}", String::from_utf8_lossy(it.expose())),
            Value::List(items) => format!("{:?}", items.iter().map(show).collect::<Vec<_>>()),
            Value::Map(entries) => {
                let shown = entries.iter().map(|(key, it)| (key, show(it)));
                format!("{:?}", shown.collect::<Vec<_>>())
            }
        }
    }

    #[test]
    fn values_keep_their_types() {
        let rows = [
            ("null", "null"),
            ("true", "bool true"),
            ("5", "int 5"),
            ("-0", "float -0"),
            ("1.0", "float 1"),
            ("1e2", "float 100"),
            ("9223372036854775807", "int 9223372036854775807"),
            (r#""a\nb""#, "str a\nb"),
            (r#" ["x", 1] "#, r#"["str x", "int 1"]"#),
            (r#"{"b": 1, "a": {}}"#, r#"[("b", "int 1"), ("a", "[]")]"#),
        ];
        for (json, expected) in rows {
            assert_eq!(show(&parse(json.as_bytes()).unwrap()), expected, "{json}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_quoting() {
        let rows = [
            ("", "it ends too early"),
            ("hunter2", "it is no JSON"),
            ("\"hunter2", "it ends too early"),
            ("1 2", "it is no JSON"),
            (r#"{"a": 1, "a": 2}"#, TWICE),
            ("9223372036854775808", TOO_LARGE),
        ];
        for (json, expected) in rows {
            let error = parse(json.as_bytes()).unwrap_err();
            assert!(error.starts_with(expected), "{json}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
