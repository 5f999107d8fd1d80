//! `selkie completion`

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  source <(selkie completion bash)
  selkie completion zsh > \"${fpath[1]}/_selkie\"
  selkie completion fish > ~/.config/fish/completions/selkie.fish";

/// Print a script that completes commands and flags in a shell
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct CompletionArgs {
    /// bash, elvish, fish, powershell or zsh
    pub(crate) shell: Option<String>,
}

/// Print a manual page, or the names of all
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Name of a page
    pub(crate) page: Option<String>,
}
