//! `selkie filestatus`

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  selkie filestatus secrets.yaml        prints {\"encrypted\":true} or {\"encrypted\":false}

The status is 0 for both answers; `selkie check` has one for each.";

/// Say whether a file is encrypted
///
/// No key is needed, and nothing is decrypted.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct FileStatusArgs {
    /// File to look at
    #[arg(value_name = "FILE", num_args = 0..)]
    pub(crate) files: Vec<PathBuf>,
    /// Format of the file, if its name does not tell
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_type: Option<String>,
}
