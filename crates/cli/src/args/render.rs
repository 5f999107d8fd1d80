//! `selkie render`

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  selkie render app/                          the Secrets of all ExternalSecrets in a folder
  kustomize build app | selkie render -       the same from a pipe
  selkie render --masked app/                 keys and hashes only, to compare two versions in CI
  selkie render --own-keys app/               SOPS files are opened with your own age keys where the store's are not there

What stores and templates refer to is looked for in the same manifests: Secrets, ConfigMaps and Namespaces. Stores of providers sops, fake, vault
and openBao can be asked; whatever only a cluster could give is named, with what to do about it.";

/// Render the Secrets of ExternalSecrets, without a cluster
///
/// Manifests in, Secrets out: stores are asked, values rewritten and templates rendered as the controller does it. Manifests are YAML of one or more
/// documents, or JSON; kinds that have no part in it are passed over. If one ExternalSecret cannot be rendered, nothing is printed but what is wrong
/// with each.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct RenderArgs {
    /// Files and folders with manifests, - for stdin; of a folder, all files that end in .yaml, .yml or .json
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Print JSON, a list of Secrets
    #[arg(long)]
    pub(crate) json: bool,
    /// Print hashes in place of values, labels and annotations
    #[arg(long)]
    pub(crate) masked: bool,
    /// Write to this file in place of stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Namespace of manifests that name none [default: default]
    #[arg(short, long, value_name = "NAME")]
    pub(crate) namespace: Option<String>,
    /// Let your own age keys open encrypted manifests, and files of stores whose key is not among the manifests
    #[arg(long)]
    pub(crate) own_keys: bool,
    /// Print what can be rendered, even if something cannot; the status is that of the failure
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Class of the controller whose stores are asked, besides stores of no class
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(crate) controller_class: String,
}
