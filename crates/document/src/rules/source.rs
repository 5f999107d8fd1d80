//! `.sops.yaml` as it is written: names and shapes, before any meaning.
//!
//! Unknown names are ignored everywhere, and null stands for absent, as SOPS has both.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::RulesError;

#[derive(Debug, Default, Deserialize)]
pub(super) struct ConfigSource {
    pub(super) creation_rules: Option<Vec<Spanned<Option<RuleSource>>>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RuleSource {
    pub(super) path_regex: Option<String>,
    pub(super) age: KeyList,
    pub(super) pgp: KeyList,
    pub(super) kms: KeyList,
    pub(super) aws_profile: Option<String>,
    pub(super) gcp_kms: KeyList,
    pub(super) hckms: KeyList,
    pub(super) azure_keyvault: KeyList,
    pub(super) hc_vault_transit_uri: KeyList,
    pub(super) key_groups: Option<Vec<Option<GroupSource>>>,
    pub(super) shamir_threshold: Option<i64>,
    pub(super) unencrypted_suffix: Option<String>,
    pub(super) encrypted_suffix: Option<String>,
    pub(super) unencrypted_regex: Option<String>,
    pub(super) encrypted_regex: Option<String>,
    pub(super) unencrypted_comment_regex: Option<String>,
    pub(super) encrypted_comment_regex: Option<String>,
    pub(super) mac_only_encrypted: Option<bool>,
    /// Ours: whether a layout record is written.
    pub(super) layout: Option<bool>,
    /// Ours: whether new comments are encrypted.
    pub(super) comments: Option<Comments>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GroupSource {
    pub(super) merge: Option<Vec<Option<GroupSource>>>,
    pub(super) age: KeyList,
    pub(super) pgp: KeyList,
    pub(super) kms: Option<Vec<KmsSource>>,
    pub(super) gcp_kms: Option<Vec<GcpSource>>,
    pub(super) hckms: Option<Vec<HuaweiSource>>,
    pub(super) azure_keyvault: Option<Vec<AzureSource>>,
    pub(super) hc_vault: KeyList,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct KmsSource {
    pub(super) arn: Option<String>,
    pub(super) role: Option<String>,
    pub(super) context: Option<BTreeMap<String, Option<String>>>,
    pub(super) aws_profile: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GcpSource {
    pub(super) resource_id: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HuaweiSource {
    pub(super) key_id: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AzureSource {
    #[serde(rename = "vaultUrl")]
    pub(super) vault_url: Option<String>,
    pub(super) key: Option<String>,
    pub(super) version: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Comments {
    Plain,
    Encrypted,
}

/// Keys in one string or in a list of strings; either way a string may hold several between commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyList(pub(super) Vec<String>);

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

/// Reads the first document; whatever comes after it does not count.
pub(super) fn parse(text: &str) -> Result<ConfigSource, RulesError> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        // An excerpt of the file has no place in an error: the caller knows which file it is.
        with_snippet: false,
    };
    let mut first = None;
    let rest =
        serde_saphyr::with_deserializer_from_str_with_options(text, options, |deserializer| {
            first = Some(serde_path_to_error::deserialize::<_, Option<ConfigSource>>(
                deserializer,
            ));
            Ok(())
        });
    match (first, rest) {
        // What the reader says about the rest of the text is about later documents.
        (Some(Ok(config)), _) => Ok(config.unwrap_or_default()),
        (Some(Err(error)), _) => Err(syntax(&error.path().to_string(), error.inner())),
        (None, Err(error)) => Err(syntax("", &error)),
        (None, Ok(())) => Ok(ConfigSource::default()),
    }
}

fn syntax(path: &str, error: &serde_saphyr::Error) -> RulesError {
    let line = error.location().map_or(0, |location| location.line());
    let mut reason = error
        .without_snippet()
        .render_with_formatter(&serde_saphyr::UserMessageFormatter);
    if line > 0
        && let Some((fact, _)) = reason.rsplit_once(" at line ")
    {
        reason.truncate(fact.len());
    }
    // The wrapper that notes a rule's line is a step of the path, an unknown field is `?`, the whole file `.`.
    let field = path.replacen("].value", "]", 1);
    let field = field
        .trim_end_matches(".?")
        .trim_matches(['.', '?'])
        .to_owned();
    RulesError::Syntax {
        line,
        field,
        reason,
    }
}
