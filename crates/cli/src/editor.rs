//! Showing a text to the user's editor, in a folder of its own, and taking it back.
//!
//! The text is read by its path after each run, so that an editor may write it or put another file in its place. Never here:
//! what the text means.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use selkie_crypto::Secret;

use crate::discover;
use crate::exit::Status;
use crate::io::{
    Ended, PrivateFolder, Program, asked_to_end, create_private, find_program, plain_error,
    read_file, start,
};
use crate::message::{Failure, ask};

/// Editors to try where none is named.
const USUAL: [&str; 3] = ["vim", "nano", "vi"];

/// Keeps vim and its kin from leaving copies behind: no swap file, no history, no backup, no undo file.
const VIM_FLAGS: [&str; 5] = [
    "-n",
    "-i",
    "NONE",
    "-c",
    "silent! set nobackup nowritebackup noundofile",
];

/// Who is back faster has hardly been looked at.
const GLANCE: Duration = Duration::from_millis(1_500);

/// A text that is shown in an editor.
#[derive(Debug)]
pub(crate) struct Editing {
    folder: PrivateFolder,
    path: PathBuf,
    editor: Editor,
    /// The last run was over before anybody could have read the text.
    pub(crate) hasty: bool,
}

#[derive(Debug)]
struct Editor {
    path: PathBuf,
    name: OsString,
    arguments: Vec<OsString>,
}

impl Editing {
    /// Puts the text, under the base name of `file`, where only this user sees it.
    ///
    /// To be called while no other thread runs, as [`PrivateFolder::create`].
    pub(crate) fn begin(file: &Path, text: &[u8]) -> Result<Self, Failure> {
        let editor = Editor::find()?;
        let runtime = discover::runtime_folder();
        let folder = PrivateFolder::create(runtime.as_deref(), &discover::temporary_folder())?;
        let path = folder.path().join(file.file_name().unwrap_or_default());
        create_private(&path, text).map_err(|error| {
            Failure::new(
                Status::Failed,
                format_args!(
                    "{}: cannot be written: {}",
                    path.display(),
                    plain_error(&error)
                ),
            )
        })?;
        Ok(Self {
            folder,
            path,
            editor,
            hasty: false,
        })
    }

    /// Runs the editor, and gives the text that it left.
    pub(crate) fn run(&mut self) -> Result<Secret, Failure> {
        let mut arguments = self.editor.arguments.clone();
        arguments.push(self.path.clone().into_os_string());
        let failed = |what: String| {
            let name = self.editor.name.to_string_lossy();
            Failure::new(
                Status::EditorFailed,
                format_args!("the editor {name} {what}"),
            )
            .hint("nothing was written; SOPS_EDITOR or EDITOR names another one")
        };
        let begun = Instant::now();
        let unrun = |error| failed(format!("cannot be run: {}", plain_error(&error)));
        let child = start(Program {
            path: self.editor.path.clone(),
            name: self.editor.name.clone(),
            arguments,
            environment: discover::environment(),
            detached: false,
        })
        .map_err(unrun)?;
        let ended = child.wait().map_err(unrun)?;
        self.hasty = begun.elapsed() < GLANCE;
        match ended {
            _ if asked_to_end() => return Err(cancelled()),
            Ended::Code(0) => {}
            Ended::Code(code) => return Err(failed(format!("failed: status {code}"))),
            Ended::Signal(name) if ["SIGINT", "SIGTERM", "SIGHUP"].contains(&name.as_str()) => {
                return Err(cancelled());
            }
            Ended::Signal(name) => return Err(failed(format!("was ended by {name}"))),
        }
        read_file(&self.path)
            .map_err(|error| failed(format!("left no file: {}", plain_error(&error))))
    }

    /// Lets the text stay where it is, and tells where that is from now on.
    pub(crate) fn keep(self) -> Result<PathBuf, Failure> {
        let name = self.path.file_name().unwrap_or_default().to_owned();
        let kept = self.folder.keep().map_err(|error| {
            let fact = format!("the edited text cannot be kept: {}", plain_error(&error));
            Failure::new(Status::Failed, fact)
        })?;
        Ok(kept.join(name))
    }
}

/// Says what is wrong with a text and waits until somebody has read it. `false`: nobody is there.
pub(crate) fn complain(failure: &Failure) -> bool {
    failure.print();
    ask("press Enter to go back to the editor, or Ctrl-C to give up").is_some()
}

fn cancelled() -> Failure {
    Failure::new(
        Status::Failed,
        "the editing was cancelled; nothing was written",
    )
}

impl Editor {
    /// The one that the user names, else the first usual one that is there.
    fn find() -> Result<Self, Failure> {
        let folders = discover::program_folders();
        let missing = |fact: &str| {
            Failure::new(Status::EditorFailed, fact).hint("name one in SOPS_EDITOR or EDITOR")
        };
        let Some(line) = discover::editor() else {
            return USUAL
                .iter()
                .find_map(|name| {
                    let path = find_program(name.as_ref(), folders.as_deref()).ok()?;
                    Some(Self::new(path, name.into(), Vec::new()))
                })
                .ok_or_else(|| missing("there is no editor: neither vim nor nano nor vi"));
        };
        let words = shell_words::split(&line)
            .map_err(|_| missing("the quotes in the name of the editor do not match"))?;
        let [name, arguments @ ..] = words.as_slice() else {
            return Err(missing("the name of the editor is empty"));
        };
        let path = find_program(name.as_ref(), folders.as_deref())
            .map_err(|failure| missing(&failure.fact))?;
        let arguments = arguments.iter().map(OsString::from).collect();
        Ok(Self::new(path, name.into(), arguments))
    }

    fn new(path: PathBuf, name: OsString, mut arguments: Vec<OsString>) -> Self {
        // `vi` is whatever stands behind the link, and not every vi knows the flags.
        let real = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        let real = real.file_name().unwrap_or_default().to_string_lossy();
        if real.starts_with("vim") || real.starts_with("nvim") {
            arguments.extend(VIM_FLAGS.map(OsString::from));
        }
        Self {
            path,
            name,
            arguments,
        }
    }
}
