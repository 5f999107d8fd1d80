//! `selkie textconv`

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  selkie init --git                 let git run this by itself
  selkie textconv secrets.yaml      the plain text, or the file as it is";

/// Show a file for `git diff`: decrypted if a key for it is at hand, else as it is
///
/// It never fails because of what is in the file, since git would then show no difference at all.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct TextconvArgs {
    /// File to show
    pub(crate) file: PathBuf,
}
