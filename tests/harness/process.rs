//! Running a program to its end with given input and environment. The environment of whoever runs the tests does not reach it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// Variables without which programs do not start on some systems.
const KEPT: [&str; 5] = [
    "PATH",
    "TMPDIR",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
    "LLVM_PROFILE_FILE",
];

/// A program to be run.
#[derive(Debug, Clone)]
pub struct Run {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: BTreeMap<OsString, OsString>,
    folder: Option<PathBuf>,
    input: Vec<u8>,
}

/// What a program left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The exit status; none if a signal ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error, as text.
    pub stderr: String,
}

impl Run {
    /// A run of `program` without arguments, input or environment.
    pub fn new(program: impl AsRef<Path>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            environment: BTreeMap::new(),
            folder: None,
            input: Vec::new(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(
            arguments
                .into_iter()
                .map(|argument| argument.as_ref().to_owned()),
        );
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment
            .insert(name.as_ref().to_owned(), value.as_ref().to_owned());
        self
    }

    /// Runs it in `folder`, which also becomes its home, so that no configuration of a person takes part.
    #[must_use]
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = Some(folder.as_ref().to_owned());
        self
    }

    /// Gives it `input` on standard input; without, standard input is empty.
    #[must_use]
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// If it does not start.
    #[expect(
        clippy::expect_used,
        reason = "a suite cannot go on when a program does not start"
    )]
    pub fn output(&self) -> Output {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear();
        command.envs(
            KEPT.iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        );
        if let Some(folder) = &self.folder {
            command
                .current_dir(folder)
                .env("HOME", folder)
                .env("XDG_CONFIG_HOME", folder.join(".config"));
        }
        command.envs(&self.environment);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.program.display()));
        let mut stdin = child.stdin.take().expect("standard input is a pipe");
        let output = thread::scope(|scope| {
            scope.spawn(move || {
                // A program may end without reading what it was given.
                let _ = stdin.write_all(&self.input);
            });
            child
                .wait_with_output()
                .expect("a started program can be waited for")
        });
        Output {
            status: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs it to its end and demands success.
    ///
    /// # Panics
    /// If its status is not 0; the message has what it said.
    pub fn succeed(&self) -> Output {
        let output = self.output();
        assert!(
            output.status == Some(0),
            "{} {:?} ended with {:?}\n{}",
            self.program.display(),
            self.arguments,
            output.status,
            output.stderr
        );
        output
    }
}

/// A search path that begins with programs under names of one's own, which are links in a new folder.
///
/// # Panics
/// If the links cannot be made.
#[expect(
    clippy::expect_used,
    reason = "a suite cannot go on without its programs"
)]
pub fn search_path(folder: &Path, programs: &[(&str, &Path)]) -> OsString {
    fs::create_dir(folder).expect("a folder can be made");
    for (name, program) in programs {
        symlink(program, folder.join(name)).expect("a link can be made");
    }
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&inherited));
    std::env::join_paths(folders).expect("a scratch folder's name has no colon")
}

impl Output {
    /// Standard output as text.
    ///
    /// # Panics
    /// If it is not UTF-8.
    #[expect(
        clippy::expect_used,
        reason = "a suite asks for text only where it expects text"
    )]
    pub fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("the output is text")
    }
}

/// The tracer is a package of every Linux distribution; where the tests run as root it is installed.
///
/// # Panics
/// If it is not there and cannot be installed.
pub fn have_strace() {
    let there = || Command::new("strace").arg("-V").output().is_ok();
    if !there() {
        let _ = Command::new("apt-get")
            .args(["install", "-y", "strace"])
            .output();
    }
    assert!(
        there(),
        "strace is needed: install the package of that name"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_environment_and_status_arrive() {
        let run = Run::new("sh")
            .args(["-c", "cat; echo \"$NAME\" >&2; exit 7"])
            .env("NAME", "value")
            .input("text");
        let expected = Output {
            status: Some(7),
            stdout: b"text".to_vec(),
            stderr: "value\n".to_owned(),
        };
        assert_eq!(run.output(), expected);
    }

    #[test]
    fn more_input_than_a_pipe_holds_does_not_block() {
        let input = vec![b'x'; 1 << 20];
        assert_eq!(Run::new("cat").input(input.clone()).succeed().stdout, input);
        assert_eq!(Run::new("true").input(input).output().status, Some(0));
    }
}
