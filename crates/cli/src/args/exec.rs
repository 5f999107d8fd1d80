//! `selkie exec-env` and `selkie exec-file`

use std::ffi::OsString;

use clap::Args;

const ENV_EXAMPLES: &str = "\
Examples:
  selkie exec-env secrets.env 'psql \"$DATABASE_URL\"'      the command goes to /bin/sh
  selkie exec-env secrets.yaml -- ./server --port 80      no shell in between
  selkie exec-env base.yaml prod.yaml -- ./server         several files: the later one wins
  selkie exec-env --pristine secrets.yaml env

Only flat files will do. A variable that steers the loader, a shell or an interpreter (LD_PRELOAD, PATH, BASH_ENV and the like)
is passed only if its value was encrypted, since anybody who can write the file can add a plain one.

The status is that of the program; 255 if a signal ended it. Signals to selkie are passed on to the program.";

const FILE_EXAMPLES: &str = "\
Examples:
  selkie exec-file secrets.json 'jq .token {}'          the command goes to /bin/sh
  selkie exec-file secrets.yaml -- helm upgrade -f {} release chart
  selkie exec-file --no-fifo key.pem -- ssh -i {} host

{} stands for the path of the decrypted file. It is a named pipe, which can be read more than once, but from its start to its
end only; programs that seek in a file, or open it twice at a time, need --no-fifo. It lies in memory where the system allows, and is gone
when the program ends.";

/// Run a program with a file's values in its environment
///
/// Decrypted values are handed to the program alone: never as arguments, never through a file.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = ENV_EXAMPLES)]
pub(crate) struct ExecEnvArgs {
    /// Encrypted file, and the command for the shell; only files if a program follows behind --
    #[arg(value_names = ["FILE", "COMMAND"], num_args = 0..)]
    pub(crate) words: Vec<OsString>,
    /// Program and arguments, run without a shell
    #[arg(last = true, value_name = "PROGRAM")]
    pub(crate) program: Vec<OsString>,
    /// Pass the file's values only, nothing of the environment at hand
    #[arg(long)]
    pub(crate) pristine: bool,
    /// Let the program take the place of selkie, without a process in between
    #[arg(long)]
    pub(crate) same_process: bool,
    /// Pass the variable of this name even if its value stood plain in the file; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_env: Vec<String>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// Run a program that reads a decrypted file
///
/// The file is a named pipe in a folder of its own, which nobody else can enter and which is removed afterwards.
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = FILE_EXAMPLES)]
pub(crate) struct ExecFileArgs {
    /// Encrypted file, and the command for the shell; only the file if a program follows behind --
    #[arg(value_names = ["FILE", "COMMAND"], num_args = 0..)]
    pub(crate) words: Vec<OsString>,
    /// Program and arguments, run without a shell
    #[arg(last = true, value_name = "PROGRAM")]
    pub(crate) program: Vec<OsString>,
    /// Make an ordinary file in place of a named pipe
    #[arg(long)]
    pub(crate) no_fifo: bool,
    /// Name of the decrypted file [default: tmp-file]
    #[arg(long, value_name = "NAME")]
    pub(crate) filename: Option<OsString>,
    /// Format of the input, if its name does not tell
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_type: Option<String>,
    /// Format of the decrypted file, if it is to differ
    #[arg(long, value_name = "FORMAT")]
    pub(crate) output_type: Option<String>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// How a program is run.
#[derive(Clone, Debug, Args)]
pub(crate) struct RunArgs {
    /// Run the program as this user
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Start the program without input and output; deprecated in SOPS
    #[arg(long)]
    pub(crate) background: bool,
    /// Kinds of keys in the order in which to try them, separated by commas [env: SOPS_DECRYPTION_ORDER] [default: age,pgp]
    #[arg(long, value_name = "KINDS")]
    pub(crate) decryption_order: Option<String>,
}
