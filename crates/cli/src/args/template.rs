//! `selkie template`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  selkie template app.tmpl --values values.yaml
  selkie template app.tmpl --values values.enc.yaml         the values are decrypted first
  selkie template list.tmpl --values values.json --kind keys-and-values

values.yaml holds names and texts, such as
  user: admin
  port: \"5432\"
and the template uses them as {{ .user }} and {{ .port | atoi | add 1 }}.";

/// Render a template of an ExternalSecret, without a cluster
///
/// The language is Go's, with the functions of Sprig and of External Secrets. A name that the values lack is an error, as it is in the cluster. The
/// rendered text and nothing else goes to stdout.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct TemplateArgs {
    /// File with the text of one template
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// File with the values: names and texts in YAML, JSON or dotenv, encrypted or not
    #[arg(long, value_name = "FILE")]
    pub(crate) values: PathBuf,
    /// What the text is to be
    #[arg(long, value_enum, value_name = "KIND", default_value_t = Kind::Value)]
    pub(crate) kind: Kind,
    /// What begins an action
    #[arg(long, value_name = "TEXT", default_value = "{{")]
    pub(crate) left_delimiter: String,
    /// What ends an action
    #[arg(long, value_name = "TEXT", default_value = "}}")]
    pub(crate) right_delimiter: String,
    /// Kinds of keys in the order in which to try them, separated by commas [env: SOPS_DECRYPTION_ORDER] [default: age,pgp]
    #[arg(long, value_name = "KINDS")]
    pub(crate) decryption_order: Option<String>,
}

/// What a template renders to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// One value, printed as it is
    Value,
    /// YAML with keys and values, of which those are printed that a Secret would get (`templateAs: KeysAndValues`)
    KeysAndValues,
}
