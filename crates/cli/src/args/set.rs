//! `selkie set` and `selkie unset`

use clap::Args;

use super::{GuardArgs, OpenArgs};

const SET_EXAMPLES: &str = "\
Examples:
  selkie set secrets.yaml '[\"db\"][\"password\"]' '\"s3cret\"'
  selkie set secrets.yaml '[\"ports\"][0]' 8080
  generate | selkie set --value-stdin secrets.yaml '[\"token\"]'     keeps it out of the process list

VALUE is JSON: a string stands in double quotes. Integers stay integers, lists and mappings are allowed. What is missing on
the way is created; a position at or behind the end of a list appends.";

const UNSET_EXAMPLES: &str = "\
Examples:
  selkie unset secrets.yaml '[\"db\"][\"password\"]'
  selkie unset --idempotent secrets.yaml '[\"old\"]'";

/// Set one value of an encrypted file
///
/// The file is rewritten in place: that value, the MAC and the time of writing change, and nothing else.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = SET_EXAMPLES)]
pub(crate) struct SetArgs {
    /// Encrypted file, PATH as ["key"][0]["other"], and VALUE as JSON
    #[arg(value_names = ["FILE", "PATH", "VALUE"], num_args = 0.., allow_negative_numbers = true)]
    pub(crate) words: Vec<std::ffi::OsString>,
    /// VALUE is the name of a file that holds the JSON
    #[arg(long)]
    pub(crate) value_file: bool,
    /// Read the JSON from stdin; VALUE is left out
    #[arg(long)]
    pub(crate) value_stdin: bool,
    /// Write nothing if the value is there already
    #[arg(long)]
    pub(crate) idempotent: bool,
    #[command(flatten)]
    pub(crate) rewrite: RewriteArgs,
}

/// Take one value out of an encrypted file
///
/// The file is rewritten in place. Mappings and lists that become empty stay.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = UNSET_EXAMPLES)]
pub(crate) struct UnsetArgs {
    /// Encrypted file, and PATH as ["key"][0]["other"]
    #[arg(value_names = ["FILE", "PATH"], num_args = 0.., allow_negative_numbers = true)]
    pub(crate) words: Vec<std::ffi::OsString>,
    /// It is no failure if there is no such value
    #[arg(long)]
    pub(crate) idempotent: bool,
    #[command(flatten)]
    pub(crate) rewrite: RewriteArgs,
}

/// What both share.
#[derive(Clone, Debug, Args)]
pub(crate) struct RewriteArgs {
    #[command(flatten)]
    pub(crate) open: OpenArgs,
    /// Format to write; only that of the file can be written in its place
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output_type: Option<String>,
    /// Change the file even if its MAC is missing or does not match
    #[arg(long)]
    pub(crate) ignore_mac: bool,
    /// Accepted as in SOPS, where it has no effect on existing files
    #[arg(long, hide = true, value_name = "COUNT")]
    pub(crate) shamir_secret_sharing_threshold: Option<u8>,
    #[command(flatten)]
    pub(crate) guard: GuardArgs,
}
