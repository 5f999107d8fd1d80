//! `selkie publish`: the flags of SOPS, for a command that comes later.

use std::path::PathBuf;

use clap::Args;

/// Publish an encrypted file to a store (comes with a later release; not there yet)
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub(crate) struct PublishArgs {
    /// File or folder to publish
    #[arg(num_args = 0..)]
    pub(crate) path: Vec<PathBuf>,
    /// Do not ask before each file
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Leave suffixes out of the names in the store
    #[arg(long)]
    pub(crate) omit_extensions: bool,
    /// Publish all files of a folder
    #[arg(long)]
    pub(crate) recursive: bool,
    /// Say more
    #[arg(long)]
    pub(crate) verbose: bool,
    /// Kinds of keys in the order in which to try them, separated by commas [env: SOPS_DECRYPTION_ORDER] [default: age,pgp]
    #[arg(long, value_name = "KINDS")]
    pub(crate) decryption_order: Option<String>,
}
