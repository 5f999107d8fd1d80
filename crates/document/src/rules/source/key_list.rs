//! Keys as a flat field holds them: one text or many, with commas or without.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

/// Keys in one string or in a list of strings; either way a string may hold several between commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::rules) struct KeyList(pub(in crate::rules) Vec<String>);

impl KeyList {
    fn push(&mut self, text: &str) {
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        self.0.extend(parts.map(str::to_owned));
    }
}

impl<'de> Deserialize<'de> for KeyList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyListVisitor)
    }
}

struct KeyListVisitor;

impl<'de> Visitor<'de> for KeyListVisitor {
    type Value = KeyList;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys separated by commas, or a list of them")
    }

    fn visit_unit<E: de::Error>(self) -> Result<KeyList, E> {
        Ok(KeyList::default())
    }

    fn visit_none<E: de::Error>(self) -> Result<KeyList, E> {
        Ok(KeyList::default())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<KeyList, E> {
        let mut keys = KeyList::default();
        keys.push(text);
        Ok(keys)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<KeyList, A::Error> {
        let mut keys = KeyList::default();
        while let Some(item) = items.next_element::<Option<String>>()? {
            keys.push(&item.unwrap_or_default());
        }
        Ok(keys)
    }
}

/// The reading is by hand, so the schema is too.
impl JsonSchema for KeyList {
    fn schema_name() -> Cow<'static, str> {
        "KeyList".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Keys separated by commas, or a list of them.",
            "type": ["string", "array", "null"],
            "items": { "type": ["string", "null"] }
        })
    }
}
