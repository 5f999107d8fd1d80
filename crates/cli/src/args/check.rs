//! `selkie check`

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  selkie check                      every file below this folder
  selkie check secrets prod.yaml    these folders and files
  selkie check --staged             what the next commit would hold; for a git hook";

/// Find files that should be encrypted and are not, or not as their rule says; needs no key
///
/// A file must be encrypted if a rule with a path_regex matches it and the rule's selector encrypts anything in it. An
/// encrypted file must have whole tokens, metadata that can work, and the recipients and the selector of its rule. Files
/// that git ignores are passed over. One line for each finding on stdout; the status is 1 if there are any.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    /// Files and folders; the folder you are in if none is given
    pub(crate) paths: Vec<PathBuf>,
    /// Look at what is staged for the next commit, in place of the files in the folder
    #[arg(long)]
    pub(crate) staged: bool,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
