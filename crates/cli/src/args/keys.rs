//! Flags that name recipients, and flags that say how careful a rewriting is. Shared by several commands.

use clap::Args;

/// Whom a new file is encrypted for. Any of them replaces all recipients of the rules, as in SOPS.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Recipients (separated by commas; they replace those of the rules)")]
pub(crate) struct KeyArgs {
    /// age recipients [env: SOPS_AGE_RECIPIENTS]
    #[arg(short, long, value_name = "RECIPIENTS")]
    pub(crate) age: Option<String>,
    /// PGP fingerprints [env: SOPS_PGP_FP]
    #[arg(short, long, value_name = "FINGERPRINTS")]
    pub(crate) pgp: Option<String>,
    /// AWS KMS keys, each with +ROLE if a role is to be assumed [env: SOPS_KMS_ARN]
    #[arg(short, long, value_name = "ARNS")]
    pub(crate) kms: Option<String>,
    /// Profile of the AWS configuration to use with --kms
    #[arg(long, value_name = "PROFILE")]
    pub(crate) aws_profile: Option<String>,
    /// Encryption context of --kms, as name:value,name:value
    #[arg(long, value_name = "PAIRS")]
    pub(crate) encryption_context: Option<String>,
    /// Google Cloud KMS keys [env: SOPS_GCP_KMS_IDS]
    #[arg(long, value_name = "IDS")]
    pub(crate) gcp_kms: Option<String>,
    /// Huawei Cloud KMS keys, as region:uuid [env: SOPS_HUAWEICLOUD_KMS_IDS]
    #[arg(long, value_name = "IDS")]
    pub(crate) hckms: Option<String>,
    /// Azure Key Vault keys [env: SOPS_AZURE_KEYVAULT_URLS]
    #[arg(long, value_name = "URLS")]
    pub(crate) azure_kv: Option<String>,
    /// Keys of the transit engine of Vault or OpenBao [env: SOPS_VAULT_URIS]
    #[arg(long, value_name = "URIS")]
    pub(crate) hc_vault_transit: Option<String>,
}

/// How a rewriting meets metadata that is not as the rules would have it.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Safety")]
pub(crate) struct GuardArgs {
    /// Refuse a file whose recipients, key groups or MAC protect less than its rule says [env: SELKIE_STRICT=1]
    #[arg(long)]
    pub(crate) strict: bool,
    /// Write a value in plain although the rule for the file would encrypt it
    #[arg(long)]
    pub(crate) allow_plain: bool,
}

/// How an encrypted file is opened.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct OpenArgs {
    /// Format of the file, if its name does not tell
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_type: Option<String>,
    /// Kinds of keys in the order in which to try them, separated by commas [env: SOPS_DECRYPTION_ORDER] [default: age,pgp]
    #[arg(long, value_name = "KINDS")]
    pub(crate) decryption_order: Option<String>,
}
