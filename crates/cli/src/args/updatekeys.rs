//! `selkie updatekeys`

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  selkie updatekeys secrets.yaml                      show what would change, ask, write
  selkie updatekeys -y secrets/                       every encrypted file in a folder
  selkie updatekeys --check secrets/                  for CI: status 1 if a file is not as its rule wants
  selkie updatekeys -y --rotate-data-key secrets/     and lock out whom the rules no longer list

Without --rotate-data-key the data key stays, so a recipient who was removed and kept an old copy of the file can read what
comes as well.";

/// Bring the recipients of files in line with the rules
///
/// Only the wrapped data keys change; values, MAC and time of writing stay. Files are written one by one, each at once, several
/// at a time.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct UpdateKeysArgs {
    /// Encrypted files, and folders of them
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Write without asking
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Write nothing; status 1 if a file is not as its rule wants
    #[arg(long, conflicts_with_all = ["yes", "rotate_data_key"])]
    pub(crate) check: bool,
    /// Give every file whose recipients change a new data key
    #[arg(long)]
    pub(crate) rotate_data_key: bool,
    /// Format of the files, if their names do not tell
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_type: Option<String>,
    /// Kinds of keys in the order in which to try them, separated by commas [env: SOPS_DECRYPTION_ORDER] [default: age,pgp]
    #[arg(long, value_name = "KINDS")]
    pub(crate) decryption_order: Option<String>,
}
