//! A file as a commit has it.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::exit::Status;
use crate::io::plain_error;
use crate::message::Failure;

/// The content that a revision has at the path of this file, which need not exist any more.
///
/// # Errors
/// In git's own words: no such revision, or no such file in it, or no repository.
pub(crate) fn committed(revision: &str, file: &Path) -> Result<Vec<u8>, Failure> {
    let shown = format!("git:{revision}");
    if revision.starts_with('-') || revision.contains(':') || revision.is_empty() {
        let fact = format!("{shown}: not the name of a revision");
        return Err(Failure::new(Status::Failed, fact));
    }
    // Git has the file under the name where it really lies.
    let real = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let name = real.file_name().unwrap_or_default();
    let folder = real
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut object = OsString::from(format!("{revision}:./"));
    object.push(name);
    let output = Command::new("git")
        .arg("-C")
        .arg(folder.unwrap_or(Path::new(".")))
        .args(["cat-file", "blob"])
        .arg(object)
        // What is not here is not fetched for this.
        .env("GIT_NO_LAZY_FETCH", "1")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            let fact = format!("{shown}: git cannot be run: {}", plain_error(&error));
            Failure::new(Status::Failed, fact)
        })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
    let words = words.trim().trim_start_matches("fatal: ").to_owned();
    Err(Failure::new(
        Status::Failed,
        format_args!("{shown}: git: {words}"),
    ))
}
