//! `selkie rules`

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  selkie rules secrets/db.yaml      which rule decides, and what it asks for
  selkie rules --json a.yaml b.yaml
  selkie rules --schema > sops.schema.json";

/// Explain which rule of which .sops.yaml a file would be encrypted by, and why
///
/// The files need not exist: only their names count.
#[derive(Debug, Args)]
#[command(args_override_self = true, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct RulesArgs {
    /// Names of files
    #[arg(required_unless_present = "schema")]
    pub(crate) files: Vec<PathBuf>,
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the JSON Schema of .sops.yaml, for an editor
    #[arg(long, conflicts_with_all = ["files", "json"])]
    pub(crate) schema: bool,
}
