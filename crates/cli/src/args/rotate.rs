//! `selkie rotate`

use std::path::PathBuf;

use clap::Args;

use super::{GuardArgs, OpenArgs};

const EXAMPLES: &str = "\
Examples:
  selkie rotate -i secrets.yaml                      new data key, every value sealed anew
  selkie rotate -i --rm-age age1… secrets.yaml       and one recipient less
  selkie rotate --add-age age1… --output new.yaml secrets.yaml

Whoever had the old data key can still read old versions of the file, but none from now on.";

/// Give a file a new data key
///
/// Every value is sealed anew where it stands; what the values say, their order and all plain text stay.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct RotateArgs {
    /// Encrypted file
    pub(crate) file: Option<PathBuf>,
    /// Replace the file by the result
    #[arg(short, long)]
    pub(crate) in_place: bool,
    /// Write the result to this file in place of stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Format to write; only that of the file
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output_type: Option<String>,
    /// Name by which the format and the rule are chosen
    #[arg(long, value_name = "NAME")]
    pub(crate) filename_override: Option<PathBuf>,
    /// Encryption context of added AWS KMS keys, as name:value,name:value
    #[arg(long, value_name = "PAIRS")]
    pub(crate) encryption_context: Option<String>,
    #[command(flatten)]
    pub(crate) open: OpenArgs,
    #[command(flatten)]
    pub(crate) guard: GuardArgs,
    #[command(flatten)]
    pub(crate) changes: ChangeArgs,
}

/// Recipients that come and go. Added ones join the first key group, removed ones leave all groups.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Recipients to add and remove (separated by commas)")]
pub(crate) struct ChangeArgs {
    /// Add age recipients
    #[arg(long, value_name = "RECIPIENTS")]
    pub(crate) add_age: Option<String>,
    /// Remove age recipients
    #[arg(long, value_name = "RECIPIENTS")]
    pub(crate) rm_age: Option<String>,
    /// Add PGP keys
    #[arg(long, value_name = "FINGERPRINTS")]
    pub(crate) add_pgp: Option<String>,
    /// Remove PGP keys
    #[arg(long, value_name = "FINGERPRINTS")]
    pub(crate) rm_pgp: Option<String>,
    /// Add AWS KMS keys
    #[arg(long, value_name = "ARNS")]
    pub(crate) add_kms: Option<String>,
    /// Remove AWS KMS keys
    #[arg(long, value_name = "ARNS")]
    pub(crate) rm_kms: Option<String>,
    /// Add Google Cloud KMS keys
    #[arg(long, value_name = "IDS")]
    pub(crate) add_gcp_kms: Option<String>,
    /// Remove Google Cloud KMS keys
    #[arg(long, value_name = "IDS")]
    pub(crate) rm_gcp_kms: Option<String>,
    /// Add Huawei Cloud KMS keys
    #[arg(long, value_name = "IDS")]
    pub(crate) add_hckms: Option<String>,
    /// Remove Huawei Cloud KMS keys
    #[arg(long, value_name = "IDS")]
    pub(crate) rm_hckms: Option<String>,
    /// Add Azure Key Vault keys
    #[arg(long, value_name = "URLS")]
    pub(crate) add_azure_kv: Option<String>,
    /// Remove Azure Key Vault keys
    #[arg(long, value_name = "URLS")]
    pub(crate) rm_azure_kv: Option<String>,
    /// Add transit keys of Vault or OpenBao
    #[arg(long, value_name = "URIS")]
    pub(crate) add_hc_vault_transit: Option<String>,
    /// Remove transit keys of Vault or OpenBao
    #[arg(long, value_name = "URIS")]
    pub(crate) rm_hc_vault_transit: Option<String>,
}
