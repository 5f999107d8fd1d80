//! What the written Secret looks like: type, metadata, and templates for its values. How they are rendered is the business of `template`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::data::DecodingStrategy;
use crate::{rules, schema};

/// What the Secret looks like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = rules::template()))]
pub struct SecretTemplate {
    /// Its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// The language of the templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_version: Option<EngineVersion>,
    /// Whether fetched values stand beside templated ones: Replace unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge_policy: Option<TemplateMergePolicy>,
    /// Its labels, annotations and finalizers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<TemplateMetadata>,
    /// A template for each key. They win over `templateFrom`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    /// Templates that lie elsewhere. Later ones win.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1_000))]
    pub template_from: Vec<TemplateFrom>,
}

impl SecretTemplate {
    /// The Secret's type, if one is given.
    pub fn secret_type(&self) -> Option<&str> {
        self.r#type.as_deref().filter(|text| !text.is_empty())
    }

    /// Whether fetched values stand beside templated ones.
    pub fn merge_policy(&self) -> TemplateMergePolicy {
        self.merge_policy.unwrap_or_default()
    }
}

/// The language of templates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EngineVersion {
    /// The only one that is left.
    #[default]
    #[serde(rename = "v2")]
    V2,
}

/// Whether fetched values stand beside templated ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TemplateMergePolicy {
    /// They do not.
    #[default]
    Replace,
    /// They do.
    Merge,
}

/// Metadata of the written Secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateMetadata {
    /// Annotations; their values are templates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Labels; their values are templates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Finalizers, which are added and never removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub finalizers: Vec<String>,
}

/// Templates that lie elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateFrom {
    /// In a ConfigMap of the same namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_map: Option<TemplateSource>,
    /// In a Secret of the same namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<TemplateSource>,
    /// In this very field: it renders to a YAML mapping of keys and values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub literal: Option<String>,
    /// What is rendered: Data unless it says otherwise, or Annotations or Labels. A path is for other objects than Secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1_024))]
    pub target: Option<String>,
    /// What rendered values are decoded from: None unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values_decoding_strategy: Option<DecodingStrategy>,
}

impl TemplateFrom {
    /// What is rendered.
    pub fn target(&self) -> TemplateTarget<'_> {
        let text = self.target.as_deref().unwrap_or_default();
        match text.to_ascii_lowercase().as_str() {
            "" | "data" => TemplateTarget::Data,
            "annotations" => TemplateTarget::Annotations,
            "labels" => TemplateTarget::Labels,
            _ => TemplateTarget::Path(text),
        }
    }

    /// What rendered values are decoded from.
    pub fn values_decoding_strategy(&self) -> DecodingStrategy {
        self.values_decoding_strategy.unwrap_or_default()
    }
}

/// What a template renders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateTarget<'a> {
    /// Values.
    Data,
    /// Annotations.
    Annotations,
    /// Labels.
    Labels,
    /// A field of another object than a Secret.
    Path(&'a str),
}

/// Entries of a ConfigMap or Secret that are templates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateSource {
    /// The object.
    #[schemars(schema_with = "schema::object_name")]
    pub name: String,
    /// The entries.
    pub items: Vec<TemplateItem>,
}

/// An entry that is a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateItem {
    /// Its key.
    #[schemars(schema_with = "schema::data_key")]
    pub key: String,
    /// What it renders to: Values unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_as: Option<TemplateScope>,
}

impl TemplateItem {
    /// What it renders to.
    pub fn template_as(&self) -> TemplateScope {
        self.template_as.unwrap_or_default()
    }
}

/// What a template renders to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TemplateScope {
    /// The value of its own key.
    #[default]
    Values,
    /// A YAML mapping of keys and values.
    KeysAndValues,
}
