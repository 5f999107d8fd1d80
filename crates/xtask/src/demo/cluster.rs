//! The same in a cluster, with real servers: they are started by a program of the suites, which knows how. Here is what makes sure that nothing is left of
//! them, however the demo ends.

use std::process::Command;

use anyhow::{Result, bail};

use crate::program::{Profile, build};
use crate::{child, root};

/// Plays it.
pub(super) fn act() -> Result<()> {
    let root = root::root()?;
    println!("Building the controller and the demo (the first time takes some minutes) …");
    let selection = ["--workspace", "--example", "cluster_demo"];
    let program = build(&root, Profile::Dev, &selection)?;
    let scratch = tempfile::tempdir()?;
    let mut command = Command::new(program);
    command.current_dir(&root).arg(scratch.path());
    let ended = child::run_group(&mut command)?;
    // Before anything is said: a folder that a server still writes to would not go.
    scratch.close()?;
    match ended {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("the demo ended with {status}"),
        None => bail!("ended on request; every server is gone"),
    }
}
