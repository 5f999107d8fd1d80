//! `selkie publish`

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  selkie publish secrets.yaml                     ask, then put the file where its destination rule says
  selkie publish -y --recursive secrets/          every file of a folder, without asking

S3 and Google Cloud Storage get the encrypted file, encrypted anew for others if the rule has a recreation_rule. Vault gets the
decrypted values, over TLS.";

/// Put encrypted files into S3, Google Cloud Storage or Vault, by the destination rules
///
/// All files are looked at, and decrypted where that is needed, before the first is put anywhere.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct PublishArgs {
    /// Encrypted file, or with --recursive a folder of them
    pub(crate) path: Option<PathBuf>,
    /// Do not ask before each file
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Leave suffixes out of the names in the store
    #[arg(long)]
    pub(crate) omit_extensions: bool,
    /// Publish all files of a folder
    #[arg(long)]
    pub(crate) recursive: bool,
    /// Say of each file where it was put
    #[arg(long)]
    pub(crate) verbose: bool,
    /// Kinds of keys in the order in which to try them, separated by commas [env: SOPS_DECRYPTION_ORDER] [default: age,pgp]
    #[arg(long, value_name = "KINDS")]
    pub(crate) decryption_order: Option<String>,
}
