//! `selkie init`

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  cd my-repository && selkie init   make a key if you have none, and a .sops.yaml with comments
  selkie init --hook                refuse commits with files that should be encrypted and are not
  selkie init --git                 let `git diff` show values to those who have a key";

/// Set up the folder you are in: a key, if there is none, and a .sops.yaml
///
/// The key goes to sops/age/keys.txt in the user's configuration folder, where sops looks too. Neither file is written over.
/// With --hook or --git only that is done.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct InitArgs {
    /// Write a git hook that runs `selkie check --staged` before each commit; never over another hook
    #[arg(long)]
    pub(crate) hook: bool,
    /// Set this clone up so that `git diff` compares decrypted text, and write .gitattributes
    #[arg(long)]
    pub(crate) git: bool,
}
