//! Settings of provider `fake`: values that stand in the store itself, readable by whoever may read the store.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Values that stand in the store itself, for tests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fake {
    /// The values.
    pub data: Vec<FakeEntry>,
    /// How the store's own check ends: 0 well, 1 unknown, 2 with an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 255))]
    pub validation_result: Option<i32>,
}

/// One value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FakeEntry {
    /// Its name.
    pub key: String,
    /// The value.
    pub value: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl FakeEntry {
    /// Its version; empty if it has none.
    pub fn version(&self) -> &str {
        self.version.as_deref().unwrap_or_default()
    }
}
