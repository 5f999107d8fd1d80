//! `.sops.yaml` as it is written: names and shapes, before any meaning.
//!
//! Unknown names are ignored everywhere, and null stands for absent, as SOPS has both. The doc comments are the
//! descriptions of the JSON Schema, which people read in their editors.

#![expect(
    clippy::doc_markdown,
    reason = "the doc comments are descriptions of the schema, shown as they stand"
)]

mod key_list;
mod read;

pub(super) use self::key_list::KeyList;
pub(super) use self::read::parse;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

/// Which files are encrypted for whom, and which of their values.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = ".sops.yaml")]
pub(super) struct ConfigSource {
    /// The rules by which files are encrypted; a file takes the first that matches its path.
    #[schemars(with = "Option<Vec<Option<RuleSource>>>")]
    pub(super) creation_rules: Option<Vec<Spanned<Option<RuleSource>>>>,
    /// Where `publish` puts files; a file takes the first that matches its path.
    #[schemars(with = "Option<Vec<Option<DestinationSource>>>")]
    pub(super) destination_rules: Option<Vec<Spanned<Option<DestinationSource>>>>,
    /// How each format is printed where a text is printed anew.
    pub(super) stores: Option<StoresSource>,
}

/// For whom the files are encrypted that it matches, and which of their values. At most one selector may be given.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "CreationRule")]
pub(super) struct RuleSource {
    /// Regular expression, looked for anywhere in the path as seen from the folder of this file, with `/` between its parts.
    /// A rule without one matches every file.
    pub(super) path_regex: Option<String>,
    /// age recipients.
    pub(super) age: KeyList,
    /// Fingerprints of PGP keys.
    pub(super) pgp: KeyList,
    /// ARNs of AWS KMS keys, each with `+` and the ARN of a role if one is to be assumed.
    pub(super) kms: KeyList,
    /// Profile of the AWS configuration, for the keys of `kms`.
    pub(super) aws_profile: Option<String>,
    /// Resource names of Google Cloud KMS keys.
    pub(super) gcp_kms: KeyList,
    /// Huawei Cloud KMS keys, each as region and id with a colon between.
    pub(super) hckms: KeyList,
    /// Addresses of Azure Key Vault keys.
    pub(super) azure_keyvault: KeyList,
    /// Addresses of keys in a transit engine of Vault or OpenBao.
    pub(super) hc_vault_transit_uri: KeyList,
    /// Several groups of keys, of which `shamir_threshold` are needed together. If there is one, the keys outside of groups do
    /// not count.
    pub(super) key_groups: Option<Vec<Option<GroupSource>>>,
    /// How many key groups are needed to decrypt; all of them if it is left out or 0.
    #[schemars(range(min = 0, max = 255))]
    pub(super) shamir_threshold: Option<i64>,
    /// Selector: values under keys with this ending stay plain.
    pub(super) unencrypted_suffix: Option<String>,
    /// Selector: only values under keys with this ending are encrypted.
    pub(super) encrypted_suffix: Option<String>,
    /// Selector: values under keys that match this regular expression stay plain.
    pub(super) unencrypted_regex: Option<String>,
    /// Selector: only values under keys that match this regular expression are encrypted.
    pub(super) encrypted_regex: Option<String>,
    /// Selector: values after a comment that matches this regular expression stay plain.
    pub(super) unencrypted_comment_regex: Option<String>,
    /// Selector: only values after a comment that matches this regular expression are encrypted.
    pub(super) encrypted_comment_regex: Option<String>,
    /// Whether the MAC covers the encrypted values alone, so that the others can be changed without a key.
    pub(super) mac_only_encrypted: Option<bool>,
    /// Selkie only: whether the record is kept that restores spellings which values alone do not carry.
    pub(super) layout: Option<bool>,
    /// Selkie only: whether new comments are encrypted.
    pub(super) comments: Option<Comments>,
}

/// Keys any one of which stands for the group.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "KeyGroup")]
pub(super) struct GroupSource {
    /// Groups whose keys are taken over into this one.
    pub(super) merge: Option<Vec<Option<GroupSource>>>,
    /// age recipients.
    pub(super) age: KeyList,
    /// Fingerprints of PGP keys.
    pub(super) pgp: KeyList,
    /// AWS KMS keys.
    pub(super) kms: Option<Vec<KmsSource>>,
    /// Google Cloud KMS keys.
    pub(super) gcp_kms: Option<Vec<GcpSource>>,
    /// Huawei Cloud KMS keys.
    pub(super) hckms: Option<Vec<HuaweiSource>>,
    /// Azure Key Vault keys.
    pub(super) azure_keyvault: Option<Vec<AzureSource>>,
    /// Addresses of keys in a transit engine of Vault or OpenBao.
    pub(super) hc_vault: KeyList,
}

/// An AWS KMS key.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "AwsKmsKey")]
pub(super) struct KmsSource {
    /// The key's ARN.
    pub(super) arn: Option<String>,
    /// ARN of a role to assume.
    pub(super) role: Option<String>,
    /// Encryption context.
    pub(super) context: Option<BTreeMap<String, Option<String>>>,
    /// Profile of the AWS configuration.
    pub(super) aws_profile: Option<String>,
}

/// A Google Cloud KMS key.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "GcpKmsKey")]
pub(super) struct GcpSource {
    /// The key's resource name.
    pub(super) resource_id: Option<String>,
}

/// A Huawei Cloud KMS key.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "HuaweiKmsKey")]
pub(super) struct HuaweiSource {
    /// Region and id, with a colon between.
    pub(super) key_id: Option<String>,
}

/// An Azure Key Vault key.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "AzureKeyVaultKey")]
pub(super) struct AzureSource {
    /// The vault's address.
    #[serde(rename = "vaultUrl")]
    pub(super) vault_url: Option<String>,
    /// The key's name.
    pub(super) key: Option<String>,
    /// The key's version.
    pub(super) version: Option<String>,
}

/// What becomes of new comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Comments {
    /// They stay readable.
    Plain,
    /// They are encrypted as values are.
    Encrypted,
}

/// Where the files are published that it matches: one of an S3 bucket, a GCS bucket and a path in Vault.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "DestinationRule")]
pub(super) struct DestinationSource {
    /// Regular expression, looked for anywhere in the path. A rule without one matches every file.
    pub(super) path_regex: Option<String>,
    /// Name of an S3 bucket.
    pub(super) s3_bucket: Option<String>,
    /// What stands before the file's name in the S3 bucket.
    pub(super) s3_prefix: Option<String>,
    /// Name of a Google Cloud Storage bucket.
    pub(super) gcs_bucket: Option<String>,
    /// What stands before the file's name in the Google Cloud Storage bucket.
    pub(super) gcs_prefix: Option<String>,
    /// Path in a key-value engine of Vault.
    pub(super) vault_path: Option<String>,
    /// Address of the Vault server; else that of the environment.
    pub(super) vault_address: Option<String>,
    /// Where the key-value engine is mounted; `secret/` if it is left out.
    pub(super) vault_kv_mount_name: Option<String>,
    /// Version of the key-value engine; 2 if it is left out.
    #[schemars(extend("enum" = [1, 2, null]))]
    pub(super) vault_kv_version: Option<i64>,
    /// What the published file is encrypted for, if not for the recipients of the file itself.
    pub(super) recreation_rule: Option<RuleSource>,
    /// Whether file names lose their suffix.
    pub(super) omit_extensions: Option<bool>,
}

/// How texts are printed that are printed anew.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "Stores")]
pub(super) struct StoresSource {
    /// YAML.
    pub(super) yaml: Option<IndentSource>,
    /// JSON.
    pub(super) json: Option<IndentSource>,
    /// The JSON around the data of a binary file.
    pub(super) json_binary: Option<IndentSource>,
    /// dotenv, which has no settings.
    pub(super) dotenv: Option<NoSettings>,
    /// INI, which has no settings.
    pub(super) ini: Option<NoSettings>,
}

/// Settings of a format that indents.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "Indentation")]
pub(super) struct IndentSource {
    /// Number of blanks; in JSON -1 is a tab.
    pub(super) indent: Option<i64>,
}

/// Nothing can be set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct NoSettings {}
