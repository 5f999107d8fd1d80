//! `selkie keygen`

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  selkie keygen                     make the key that selkie and sops find by themselves
  selkie keygen -o ci.txt           make one for a job; its content goes to SOPS_AGE_KEY there";

/// Make an age key and print its recipient
///
/// The file can be read by its owner alone. An existing file is never written over: who loses a key loses what was
/// encrypted for it.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct KeygenArgs {
    /// Where to write it [default: sops/age/keys.txt in the user's configuration folder]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Make a post-quantum key (age1pq1…), which sops reads from 3.12 on and age from 1.3 on
    #[arg(long)]
    pub(crate) pq: bool,
}
