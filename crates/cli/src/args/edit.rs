//! `selkie edit`

use std::path::PathBuf;

use clap::Args;

use super::{GuardArgs, KeyArgs, OpenArgs, SelectorArgs};

const EXAMPLES: &str = "\
Examples:
  selkie edit secrets.yaml                         in $SOPS_EDITOR, $EDITOR, vim, nano or vi
  EDITOR='code --wait' selkie edit secrets.yaml    an editor with a window must wait for it
  selkie edit new.yaml                             begin a file; recipients from .sops.yaml

The decrypted text lies in memory, in a folder that only you can enter, and is gone when the editor ends. Status 200: nothing
was changed. Status 201: the editor could not be run or failed.";

/// Edit an encrypted file in your editor
///
/// Lines that are not touched keep their bytes. A text that cannot be encrypted comes back to the editor. Recipients and
/// selectors given here count for a new file only; an existing one keeps its own.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct EditArgs {
    /// File to edit; one that is not there begins as an example
    pub(crate) file: Option<PathBuf>,
    /// Show the metadata too; it is not changed here
    #[arg(short, long)]
    pub(crate) show_master_keys: bool,
    /// Edit the file even if its MAC is missing or does not match
    #[arg(long)]
    pub(crate) ignore_mac: bool,
    /// Format to write; only that of the file can be written in its place
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output_type: Option<String>,
    /// How many key groups are needed to decrypt a new file
    #[arg(long, value_name = "COUNT")]
    pub(crate) shamir_secret_sharing_threshold: Option<u8>,
    /// Let the MAC of a new file cover the encrypted values only
    #[arg(long)]
    pub(crate) mac_only_encrypted: bool,
    /// Leave out the record that restores spellings which values alone do not carry
    #[arg(long)]
    pub(crate) no_layout: bool,
    /// Do not encrypt new comments
    #[arg(long)]
    pub(crate) plain_comments: bool,
    #[command(flatten)]
    pub(crate) open: OpenArgs,
    #[command(flatten)]
    pub(crate) guard: GuardArgs,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    #[command(flatten)]
    pub(crate) selectors: SelectorArgs,
}
