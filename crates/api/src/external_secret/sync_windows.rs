//! Times in which values are fetched again because their interval is over, or are not. When such a time is, `reconcile` computes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema;

/// Times in which periodic refreshes happen, or do not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncWindows {
    /// What all windows mean.
    pub kind: SyncWindowKind,
    /// The windows.
    #[schemars(length(min = 1))]
    pub windows: Vec<SyncWindow>,
}

/// What windows mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SyncWindowKind {
    /// Refreshes happen inside alone.
    Allow,
    /// Refreshes happen outside alone.
    Deny,
}

/// One window, which opens again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncWindow {
    /// When it opens: five fields of cron, in UTC, or `@daily`, `@every 6h` and the like.
    #[schemars(length(min = 1))]
    pub schedule: String,
    /// How long it stays open.
    #[schemars(schema_with = "schema::duration")]
    pub duration: String,
}
