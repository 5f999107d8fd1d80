//! The committed list: which ids there are, for which providers, and why some are left out.

use std::collections::BTreeMap;
use std::fs;

use selkie_tests::repository::top;
use serde_json::Value;

/// One id.
pub(crate) struct Entry {
    pub(crate) id: String,
    providers: Vec<String>,
    left_out: BTreeMap<String, String>,
    is_unit: bool,
}

impl Entry {
    /// Whether this suite has to show it for a provider.
    pub(crate) fn is_for(&self, provider: &str) -> bool {
        self.providers().any(|it| it == provider)
    }

    /// The providers for which this suite has to show it.
    pub(crate) fn providers(&self) -> impl Iterator<Item = &str> {
        let is_run = !self.is_unit && !self.left_out.contains_key("*");
        let providers = self.providers.iter().map(String::as_str);
        providers.filter(move |it| is_run && !self.left_out.contains_key(*it))
    }
}

/// The list of this suite.
pub(crate) fn read() -> Vec<Entry> {
    let text = fs::read_to_string(top().join("tests/acceptance/list.json")).unwrap();
    let list: Vec<Value> = serde_json::from_str(&text).unwrap();
    let texts = |value: &Value| serde_json::from_value(value.clone()).unwrap_or_default();
    let entry = |it: &Value| Entry {
        id: it["id"].as_str().unwrap().to_owned(),
        providers: texts(&it["providers"]),
        left_out: serde_json::from_value(it["left_out"].clone()).unwrap_or_default(),
        is_unit: it["held_by"].is_string(),
    };
    list.iter().map(entry).collect()
}
