//! What is asked of git, through the program `git`, which is there for everybody who commits. Never here: what a file's
//! content means.
//!
//! Names go to git as they are, never as patterns, and come back separated by NUL, so that no name needs quoting.

mod attributes;
mod blob;
mod hook;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use selkie_crypto::Secret;

use crate::config::absolute;
use crate::exit::Status;
use crate::io::{path_from_bytes, plain_error};
use crate::message::Failure;

pub(crate) use attributes::install as install_attributes;
pub(crate) use blob::committed;
pub(crate) use hook::install as install_hook;

/// A file as it stands in the index.
#[derive(Debug)]
pub(crate) struct Staged {
    /// Where it lies in the working tree, absolute.
    pub(crate) path: PathBuf,
    /// The object that holds its content.
    pub(crate) object: String,
}

/// The files of a folder that git does not ignore; `None` if it is in no working tree, or there is no git.
pub(crate) fn files_below(folder: &Path) -> Option<Vec<PathBuf>> {
    let words = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let names = output(Command::new("git").arg("-C").arg(folder).args(words)).ok()?;
    let paths = split(&names).map(|name| folder.join(path_from_bytes(name)));
    Some(paths.collect())
}

/// The top folder of the working tree, as it is seen from the working folder.
pub(crate) fn top() -> Result<PathBuf, Failure> {
    let up = output(Command::new("git").args(["rev-parse", "--show-cdup"]))?;
    Ok(absolute(&path_from_bytes(up.trim_ascii_end())))
}

/// The files that the next commit adds or changes, among `paths` if there are any. Links and submodules are left out.
pub(crate) fn staged(top: &Path, paths: &[PathBuf]) -> Result<Vec<Staged>, Failure> {
    let mut command = Command::new("git");
    command.args(["--literal-pathspecs", "diff", "--cached", "--raw", "-z"]);
    command.args([
        "--no-abbrev",
        "--no-renames",
        "--no-ext-diff",
        "--ignore-submodules",
    ]);
    command.args(["--diff-filter=ACMRT", "--"]).args(paths);
    let listed = output(&mut command)?;
    let mut fields = split(&listed);
    let mut staged = Vec::new();
    while let (Some(change), Some(name)) = (fields.next(), fields.next()) {
        // `:` old mode, new mode, old object, new object, kind of change
        let change = String::from_utf8_lossy(change);
        let words: Vec<&str> = change.split(' ').collect();
        if let [_, mode, _, object, _] = words[..]
            && mode.starts_with("100")
        {
            staged.push(Staged {
                path: top.join(path_from_bytes(name)),
                object: object.to_owned(),
            });
        }
    }
    Ok(staged)
}

/// The object that the index has for one file of the working tree; `None` if it has none.
pub(crate) fn object_of(path: &Path) -> Result<Option<String>, Failure> {
    let words = ["--literal-pathspecs", "ls-files", "-z", "--stage", "--"];
    let listed = output(Command::new("git").args(words).arg(path))?;
    // mode, object, stage; a tab; the name
    let entry = String::from_utf8_lossy(&listed).into_owned();
    Ok(entry.split([' ', '\t']).nth(1).map(str::to_owned))
}

/// The content of each object, in order: somebody may be about to commit a secret.
pub(crate) fn contents(objects: &[String]) -> Result<Vec<Secret>, Failure> {
    if objects.is_empty() {
        return Ok(Vec::new());
    }
    let mut child = Command::new("git")
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| unstarted(&error))?;
    let asked = objects.join("\n") + "\n";
    // Asked for by another thread: git answers before it has read all questions.
    let stdin = child.stdin.take();
    let answers = std::thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(asked.as_bytes())));
        child.wait_with_output()
    });
    let answers = Secret::from(answers.map_err(|error| unstarted(&error))?.stdout);
    let mut rest = answers.expose();
    let mut contents = Vec::with_capacity(objects.len());
    for object in objects {
        let failed = || {
            let fact = format!("git has no content for the object {object}");
            Failure::new(Status::Failed, fact)
        };
        let end = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or_else(failed)?;
        let head = String::from_utf8_lossy(&rest[..end]);
        let size = head
            .rsplit(' ')
            .next()
            .and_then(|size| size.parse::<usize>().ok());
        let size = size.ok_or_else(failed)?;
        let content = rest.get(end + 1..end + 1 + size).ok_or_else(failed)?;
        contents.push(Secret::from(content.to_vec()));
        rest = rest.get(end + 2 + size..).unwrap_or_default();
    }
    Ok(contents)
}

/// What git prints; its own words if it fails.
fn output(command: &mut Command) -> Result<Vec<u8>, Failure> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| unstarted(&error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let words = words
        .trim()
        .trim_start_matches("fatal: ")
        .replace('\n', " ");
    Err(Failure::new(Status::Failed, format_args!("git: {words}")))
}

fn unstarted(error: &std::io::Error) -> Failure {
    Failure::new(
        Status::Failed,
        format_args!("git cannot be run: {}", plain_error(error)),
    )
}

fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == 0)
        .filter(|part| !part.is_empty())
}
