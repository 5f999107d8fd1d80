//! Steps that change the keys of what was fetched, or fold values into each other. How each works is the business of `reconcile`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Rewrite {
    /// Replaces what a regular expression matches.
    Regexp(RegexpRewrite),
    /// Replaces each key by what a template makes of it.
    Transform(TransformRewrite),
    /// Opens values that are JSON objects.
    Merge(MergeRewrite),
}

/// Replaces what a regular expression matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegexpRewrite {
    /// The expression.
    pub source: String,
    /// What stands in its place; `$1` and `${name}` are its groups.
    pub target: String,
}

/// Replaces each key by what a template makes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransformRewrite {
    /// The template, in which `.value` is the key.
    pub template: String,
}

/// Opens values that are JSON objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MergeRewrite {
    /// The key of the whole, which strategy JSON needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// Keys whose values win, the last of them most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub priority: Vec<String>,
    /// Whether each of them must be there: Strict unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority_policy: Option<PriorityPolicy>,
    /// What becomes of members that two values have: Error unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict_policy: Option<ConflictPolicy>,
    /// Where the members go: Extract unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<MergeStrategy>,
}

impl MergeRewrite {
    /// The key of the whole; empty if there is none.
    pub fn into_key(&self) -> &str {
        self.into.as_deref().unwrap_or_default()
    }

    /// Whether each key of `priority` must be there.
    pub fn priority_policy(&self) -> PriorityPolicy {
        self.priority_policy.unwrap_or_default()
    }

    /// What becomes of members that two values have.
    pub fn conflict_policy(&self) -> ConflictPolicy {
        self.conflict_policy.unwrap_or_default()
    }

    /// Where the members go.
    pub fn strategy(&self) -> MergeStrategy {
        self.strategy.unwrap_or_default()
    }
}

/// Whether each key of `priority` must be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PriorityPolicy {
    /// It must.
    #[default]
    Strict,
    /// It need not.
    IgnoreNotFound,
}

/// What becomes of members that two values have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ConflictPolicy {
    /// They are an error.
    #[default]
    Error,
    /// The later wins.
    Ignore,
}

/// Where the members go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MergeStrategy {
    /// Each becomes a key of the Secret.
    #[default]
    Extract,
    /// All become one JSON object under `into`.
    #[serde(rename = "JSON")]
    Json,
}
