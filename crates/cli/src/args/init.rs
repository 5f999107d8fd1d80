//! `selkie init`

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  cd my-repository && selkie init   make a key if you have none, and a .sops.yaml with comments";

/// Set up the folder you are in: a key, if there is none, and a .sops.yaml
///
/// The key goes to sops/age/keys.txt in the user's configuration folder, where sops looks too. Neither file is written over.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct InitArgs {}
