//! Entries of a committed list. Nothing here may know a result.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// One id.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) what: String,
    /// The providers for which it is shown; empty where it is the same for all.
    pub(super) providers: Vec<String>,
    /// Why it is not shown, by provider; `*` is all of them.
    pub(super) left_out: BTreeMap<String, String>,
    held_by: Option<String>,
}

impl Entry {
    /// The unit test that holds it, `CRATE::MODULE::TEST`.
    pub(super) fn held_by(&self) -> Option<&str> {
        self.held_by.as_deref()
    }

    /// Whether nobody shows it.
    pub(super) fn is_left_out(&self) -> bool {
        self.left_out.contains_key("*")
    }

    fn new(of: &Value) -> Result<Self> {
        let text = |name: &str| of[name].as_str().map(str::to_owned);
        let needed = |name: &str| text(name).with_context(|| format!("{of} has no {name}"));
        let some = |name: &str| match of[name].clone() {
            Value::Null => None,
            given => Some(given),
        };
        let providers = some("providers").map(serde_json::from_value);
        let left_out = some("left_out").map(serde_json::from_value);
        Ok(Self {
            id: needed("id")?,
            what: needed("what")?,
            providers: providers.transpose()?.unwrap_or_default(),
            left_out: left_out.transpose()?.unwrap_or_default(),
            held_by: text("held_by"),
        })
    }
}

/// The entries of a list.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("{shown} cannot be read"))?;
    parse(&text).with_context(|| format!("{shown} is no list"))
}

pub(super) fn parse(text: &str) -> Result<Vec<Entry>> {
    let list: Vec<Value> = serde_json::from_str(text)?;
    list.iter().map(Entry::new).collect()
}
