//! `selkie decrypt`

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  selkie decrypt secrets.yaml                      print the original
  selkie decrypt -i secrets.yaml                   replace the file
  selkie decrypt --output plain.yaml secrets.yaml
  selkie decrypt --extract '[\"db\"][\"password\"]' secrets.yaml
  SOPS_AGE_KEY_FILE=ci.txt selkie decrypt --exact secrets.yaml

Identities are looked for in SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, the output of SOPS_AGE_KEY_CMD, and sops/age/keys.txt in the
user's configuration folder.";

/// Decrypt a file
///
/// The original comes back byte for byte. Nothing is written before every value and the MAC over all of them are verified.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = EXAMPLES)]
pub(crate) struct DecryptArgs {
    /// File to decrypt; stdin if it is left out
    pub(crate) file: Option<PathBuf>,
    /// Replace the file by the result
    #[arg(short, long)]
    pub(crate) in_place: bool,
    /// Write the result to this file in place of stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print one value or part, given as ["key"][0]["other"]; a string comes without quotes and newline
    #[arg(long, value_name = "PATH")]
    pub(crate) extract: Option<String>,
    /// Decrypt even if the MAC is missing or does not match; whoever changed the file decides what you get
    #[arg(long)]
    pub(crate) ignore_mac: bool,
    /// Fail if the file has a record of the original's spelling that cannot be used
    #[arg(long)]
    pub(crate) exact: bool,
    /// Format of the input, if its name does not tell: yaml, json, dotenv, ini, binary
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_type: Option<String>,
    /// Format of the output, if it is to differ: yaml, json, dotenv, ini, binary
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output_type: Option<String>,
    /// Name by which the format is chosen, for stdin
    #[arg(long, value_name = "NAME")]
    pub(crate) filename_override: Option<PathBuf>,
    /// Kinds of keys in the order in which to try them, separated by commas [env: SOPS_DECRYPTION_ORDER] [default: age,pgp]
    #[arg(long, value_name = "KINDS")]
    pub(crate) decryption_order: Option<String>,
}
