//! Files in and out: what a command reads, where its result goes, and how a file is replaced.
//!
//! What differs between systems is in `unix` and `windows`, which offer the same functions. Never here: the environment,
//! formats, keys.

mod input;
mod output;
mod private_folder;
mod program;
mod replace;
mod walk;

#[cfg(unix)]
#[path = "unix.rs"]
mod system;
#[cfg(not(unix))]
#[path = "windows.rs"]
mod system;

pub(crate) use input::{Input, plain_error, read_all, read_file};
pub(crate) use output::{FolderLocks, Output, Target, print};
pub(crate) use private_folder::PrivateFolder;
pub(crate) use program::{Ended, Program, find as find_program};
pub(crate) use replace::{create_executable, create_private, create_shared};
#[cfg(feature = "aws")]
pub(crate) use system::host_name;
#[cfg(feature = "pgp")]
pub(crate) use system::terminal_name;
pub(crate) use system::{
    Child, HAS_FIFOS, SHELL, ServedPipe, User, asked_to_end, create_private_folders,
    deny_core_dumps, others_can_write, path_from_bytes, replace_process, same_file, start,
};
#[cfg(feature = "remote")]
pub(crate) use system::{PrivateSocket, deny_tracing, on_signals, since_boot};
pub(crate) use walk::files_below;
