//! `selkie encrypt`

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::KeyArgs;

const EXAMPLES: &str = "\
Examples:
  selkie encrypt secrets.yaml                      print the encrypted file; recipients from .sops.yaml
  selkie encrypt -i secrets.yaml                   replace the file
  selkie encrypt --age age1… --output sealed.yaml secrets.yaml
  selkie encrypt --encrypted-regex '^(data|stringData)$' manifest.yaml
  selkie encrypt --reuse old.yaml secrets.yaml     keep the tokens of values that did not change
  generate | selkie encrypt --filename-override secrets.yaml > secrets.yaml";

/// Encrypt the values of a file
///
/// Keys, comments' places, order, quotes and blank lines stay as they are. The file gets a block `sops` that holds the data
/// key, encrypted for each recipient, and what is needed to restore the original byte for byte.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct EncryptArgs {
    /// File to encrypt; stdin if it is left out
    pub(crate) file: Option<PathBuf>,
    /// Replace the file by the result
    #[arg(short, long)]
    pub(crate) in_place: bool,
    /// Write the result to this file in place of stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Format of the input, if its name does not tell: yaml, json, dotenv, ini, binary
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_type: Option<String>,
    /// Format of the output, if it is to differ: yaml, json, dotenv, ini, binary
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output_type: Option<String>,
    /// Name by which rules and format are chosen; needed with stdin
    #[arg(long, value_name = "NAME")]
    pub(crate) filename_override: Option<PathBuf>,
    /// How many key groups are needed to decrypt
    #[arg(long, value_name = "COUNT")]
    pub(crate) shamir_secret_sharing_threshold: Option<u8>,
    /// Let the MAC cover the encrypted values only, so that the others can be edited
    #[arg(long)]
    pub(crate) mac_only_encrypted: bool,
    /// Leave out the record that restores spellings which values alone do not carry
    #[arg(long)]
    pub(crate) no_layout: bool,
    /// Do not encrypt comments
    #[arg(long)]
    pub(crate) plain_comments: bool,
    /// Encrypted file whose values keep their tokens where they are the same: a file, or git:REV for what a commit has at the
    /// same path [default: the file of --output, or with -i what the last commit has]
    #[arg(long, value_name = "OLD")]
    pub(crate) reuse: Option<OsString>,
    /// Give every value a new token and make a new data key
    #[arg(long)]
    pub(crate) no_reuse: bool,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    #[command(flatten)]
    pub(crate) selectors: SelectorArgs,
}

/// Which values are encrypted: at most one of these.
#[derive(Clone, Debug, Default, Args)]
#[command(
    next_help_heading = "Which values (at most one; else all but those under a key ending in _unencrypted)"
)]
pub(crate) struct SelectorArgs {
    /// Values under keys with this ending stay plain
    #[arg(long, value_name = "ENDING")]
    pub(crate) unencrypted_suffix: Option<String>,
    /// Only values under keys with this ending are encrypted
    #[arg(long, value_name = "ENDING")]
    pub(crate) encrypted_suffix: Option<String>,
    /// Values under keys that match stay plain
    #[arg(long, value_name = "REGEX")]
    pub(crate) unencrypted_regex: Option<String>,
    /// Only values under keys that match are encrypted
    #[arg(long, value_name = "REGEX")]
    pub(crate) encrypted_regex: Option<String>,
    /// Values after a comment that matches stay plain
    #[arg(long, value_name = "REGEX")]
    pub(crate) unencrypted_comment_regex: Option<String>,
    /// Only values after a comment that matches are encrypted
    #[arg(long, value_name = "REGEX")]
    pub(crate) encrypted_comment_regex: Option<String>,
}
