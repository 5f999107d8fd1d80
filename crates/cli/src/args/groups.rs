//! `selkie groups add` and `selkie groups delete`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::GuardArgs;

const ADD_EXAMPLES: &str = "\
Examples:
  selkie groups add -i --file secrets.yaml --age age1… --age age1…
  selkie groups add -i --file secrets.yaml --age age1… --shamir-secret-sharing-threshold 2";

const DELETE_EXAMPLES: &str = "\
Examples:
  selkie groups delete -i --file secrets.yaml 1       the second group; the first is 0";

/// Add or delete key groups of an encrypted file
///
/// With several groups, the data key is split among them, and as many groups as the threshold says are needed to open the
/// file. Values stay as they are.
#[derive(Debug, Args)]
#[command(args_override_self = true, arg_required_else_help = true)]
pub(crate) struct GroupsArgs {
    #[command(subcommand)]
    pub(crate) action: GroupsAction,
}

/// What is done.
#[derive(Debug, Subcommand)]
pub(crate) enum GroupsAction {
    Add(Box<GroupAddArgs>),
    Delete(GroupDeleteArgs),
}

/// Add a key group
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = ADD_EXAMPLES)]
pub(crate) struct GroupAddArgs {
    #[command(flatten)]
    pub(crate) target: GroupTargetArgs,
    /// age recipients of the new group
    #[arg(long, value_name = "RECIPIENTS")]
    pub(crate) age: Vec<String>,
    /// PGP fingerprints of the new group
    #[arg(long, value_name = "FINGERPRINTS")]
    pub(crate) pgp: Vec<String>,
    /// AWS KMS keys of the new group
    #[arg(long, value_name = "ARNS")]
    pub(crate) kms: Vec<String>,
    /// Profile of the AWS configuration to use with --kms
    #[arg(long, value_name = "PROFILE")]
    pub(crate) aws_profile: Option<String>,
    /// Encryption context of --kms, as name:value,name:value
    #[arg(long, value_name = "PAIRS")]
    pub(crate) encryption_context: Option<String>,
    /// Google Cloud KMS keys of the new group
    #[arg(long, value_name = "IDS")]
    pub(crate) gcp_kms: Vec<String>,
    /// Huawei Cloud KMS keys of the new group
    #[arg(long, value_name = "IDS")]
    pub(crate) hckms: Vec<String>,
    /// Azure Key Vault keys of the new group
    #[arg(long, value_name = "URLS")]
    pub(crate) azure_kv: Vec<String>,
    /// Transit keys of Vault or OpenBao of the new group
    #[arg(long, value_name = "URIS")]
    pub(crate) hc_vault_transit: Vec<String>,
}

/// Delete a key group
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = DELETE_EXAMPLES)]
pub(crate) struct GroupDeleteArgs {
    #[command(flatten)]
    pub(crate) target: GroupTargetArgs,
    /// Position of the group, counted from 0
    #[arg(value_name = "INDEX")]
    pub(crate) index: usize,
}

/// The file, and how it is written.
#[derive(Debug, Args)]
pub(crate) struct GroupTargetArgs {
    /// Encrypted file
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Replace the file by the result
    #[arg(short, long)]
    pub(crate) in_place: bool,
    /// How many groups are needed to decrypt
    #[arg(long, value_name = "COUNT")]
    pub(crate) shamir_secret_sharing_threshold: Option<u8>,
    #[command(flatten)]
    pub(crate) guard: GuardArgs,
}
