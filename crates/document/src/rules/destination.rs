//! Destination rules: where `publish` puts a file. Parsed and judged here, never carried out.

#[cfg(test)]
mod tests;

use super::source::DestinationSource;
use super::{Place, Rule, RulesError, policy};

/// What one destination rule asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct DestinationRule {
    /// The place.
    pub destination: Destination,
    /// What the file is encrypted for there, if not for its own recipients. Its `index` is that of the destination rule.
    pub recreation: Option<Rule>,
    /// Whether the name loses its suffix.
    pub omit_extensions: bool,
    /// Position among the destination rules, from 0.
    pub index: usize,
    /// The line on which the rule begins, from 1.
    pub line: u64,
}

/// A place for published files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A bucket of S3.
    S3 {
        /// Its name.
        bucket: String,
        /// What stands before the file's name.
        prefix: String,
    },
    /// A bucket of Google Cloud Storage.
    Gcs {
        /// Its name.
        bucket: String,
        /// What stands before the file's name.
        prefix: String,
    },
    /// A key-value engine of Vault, which receives the decrypted values.
    Vault {
        /// The server; that of the environment if there is none.
        address: Option<String>,
        /// Where the engine is mounted, with a slash at its end.
        mount: String,
        /// The path in the engine, with a slash at its end unless it is empty.
        path: String,
        /// The engine's version.
        version: KvVersion,
    },
}

/// Version of Vault's key-value engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KvVersion {
    /// Without versions of secrets.
    V1,
    /// With them.
    V2,
}

pub(super) fn rule(source: &DestinationSource, at: &Place) -> Result<DestinationRule, RulesError> {
    let recreation_place = || Place {
        rule: format!("{}.recreation_rule", at.rule),
        ..*at
    };
    let recreation = source.recreation_rule.as_ref();
    Ok(DestinationRule {
        destination: destination(source).map_err(|reason| RulesError::Destination {
            rule: at.rule.clone(),
            line: at.line,
            reason,
        })?,
        recreation: recreation
            .map(|rule| policy(rule, &recreation_place()))
            .transpose()?,
        omit_extensions: source.omit_extensions.unwrap_or(false),
        index: at.index,
        line: at.line,
    })
}

fn destination(source: &DestinationSource) -> Result<Destination, &'static str> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let version = match source.vault_kv_version {
        None | Some(0 | 2) => KvVersion::V2,
        Some(1) => KvVersion::V1,
        Some(_) => return Err("`vault_kv_version` is neither 1 nor 2"),
    };
    match (
        given(&source.s3_bucket),
        given(&source.gcs_bucket),
        given(&source.vault_path),
    ) {
        (Some(bucket), None, None) => Ok(Destination::S3 {
            bucket,
            prefix: given(&source.s3_prefix).unwrap_or_default(),
        }),
        (None, Some(bucket), None) => Ok(Destination::Gcs {
            bucket,
            prefix: given(&source.gcs_prefix).unwrap_or_default(),
        }),
        (None, None, Some(path)) => Ok(Destination::Vault {
            address: given(&source.vault_address),
            mount: folder(given(&source.vault_kv_mount_name).unwrap_or("secret".to_owned())),
            path: folder(path),
            version,
        }),
        (None, None, None) => Err("it has neither `s3_bucket` nor `gcs_bucket` nor `vault_path`"),
        _ => Err("`s3_bucket`, `gcs_bucket` and `vault_path` exclude each other"),
    }
}

fn folder(mut text: String) -> String {
    if !text.ends_with('/') {
        text.push('/');
    }
    text
}
