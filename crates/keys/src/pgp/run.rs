//! One run of gpg: what goes in and comes out passes through pipes, is wiped, and never meets a file or an argument.
//!
//! **How long.** gpg has the time that a key has. Once its agent says that it asks a person (a passphrase, the PIN of a card), the
//! limit is off: people may take their time, the agent has a limit for them (`pinentry-timeout`), and Ctrl-C ends all of it.
//!
//! Never here: what the run was for.

#![expect(
    clippy::disallowed_types,
    reason = "running gpg is what this file is for"
)]

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use selkie_crypto::Secret;
use zeroize::Zeroizing;

use super::Program;
use super::status::{ASKING, MARK};
use crate::{Cause, Fault};

/// More than any key's message or list has.
const LIMIT: usize = 1 << 20;

/// What a run left behind.
pub(super) struct Ended {
    pub(super) succeeded: bool,
    pub(super) printed: Secret,
    /// The status lines, without what stands in front of each.
    pub(super) status: Vec<String>,
}

enum Event {
    Status(String),
    /// Standard error is closed.
    Silent,
    /// Standard output is closed; `None` if it was too much, or could not be read.
    Printed(Option<Secret>),
}

/// Runs gpg to its end.
pub(super) fn gpg(
    program: &Program,
    words: &[&str],
    input: Secret,
    limit: Duration,
) -> Result<Ended, Fault> {
    // One after the other: the second would wait for the first one's passphrase, and its time would run.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut child = start(program, words)?;
    let (events, seen) = mpsc::channel();
    // Not joined: a child of gpg's that outlives it may hold the pipes.
    if let Some(stdin) = child.stdin.take() {
        thread::spawn(move || feed(stdin, &input));
    }
    if let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) {
        let printed = events.clone();
        thread::spawn(move || print(stdout, &printed));
        thread::spawn(move || listen(stderr, &events));
    }
    let ended =
        Heard::of(&seen, limit).and_then(|heard| Some((wait(&mut child, heard.deadline)?, heard)));
    let Some((succeeded, heard)) = ended else {
        // It may have ended in this instant.
        let _ = child.kill();
        let _ = child.wait();
        return Err(Fault::new(Cause::TimedOut(limit))
            .hint("see whether gpg-agent hangs, or allow more with SELKIE_KEY_TIMEOUT"));
    };
    Ok(Ended {
        succeeded,
        printed: heard.printed.ok_or(Fault::new(Cause::BadReply))?,
        status: heard.status,
    })
}

fn start(program: &Program, words: &[&str]) -> Result<Child, Fault> {
    let mut command = Command::new(&program.path);
    if let Some(terminal) = &program.terminal {
        command.env("GPG_TTY", terminal);
    }
    command
        // Questions of gpg's own would be asked on the terminal and answered by nobody; the pinentry's are not meant.
        .args(["--batch", "--no-tty", "--status-fd", "2"])
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| {
            let path = program.path.display();
            Fault::new(Cause::Setting(format!("{path} cannot be run")))
                .code(error.kind().to_string())
                .hint("install GnuPG, or name its program in SOPS_GPG_EXEC")
        })
}

fn feed(mut stdin: ChildStdin, input: &Secret) {
    // gpg may end without reading all of it, and then says why.
    let _ = stdin.write_all(input.expose());
}

fn print(mut stdout: ChildStdout, events: &Sender<Event>) {
    let mut printed = Secret::new();
    let mut piece = Zeroizing::new([0; 4096]);
    let whole = loop {
        match stdout.read(&mut piece[..]) {
            Ok(0) => break true,
            Ok(count) if printed.len() + count <= LIMIT => {
                printed.extend_from_slice(&piece[..count]);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => break false,
        }
    };
    // Whoever waited may have given up.
    let _ = events.send(Event::Printed(whole.then_some(printed)));
}

/// Status lines and sentences share standard error: more pipes than the three cannot be handed to a program by std.
fn listen(stderr: ChildStderr, events: &Sender<Event>) {
    let mut lines = BufReader::new(stderr.take(LIMIT as u64));
    let mut line = Vec::new();
    while lines
        .read_until(b'\n', &mut line)
        .is_ok_and(|count| count > 0)
    {
        let text = String::from_utf8_lossy(&line);
        if let Some(status) = text.trim_end().strip_prefix(MARK)
            && events.send(Event::Status(status.to_owned())).is_err()
        {
            return;
        }
        line.clear();
    }
    let _ = events.send(Event::Silent);
}

/// What came until both pipes were closed.
struct Heard {
    printed: Option<Secret>,
    status: Vec<String>,
    /// Until when gpg may go on.
    deadline: Option<Instant>,
}

impl Heard {
    /// `None` at the limit.
    fn of(seen: &Receiver<Event>, limit: Duration) -> Option<Self> {
        let mut heard = Self {
            printed: None,
            status: Vec::new(),
            deadline: Some(Instant::now() + limit),
        };
        let mut open = 2;
        while open > 0 {
            let event = match heard.deadline {
                Some(deadline) => {
                    seen.recv_timeout(deadline.saturating_duration_since(Instant::now()))
                }
                None => seen.recv().map_err(RecvTimeoutError::from),
            };
            match event {
                Ok(Event::Status(line)) => {
                    if line.starts_with(ASKING) {
                        heard.deadline = None;
                    }
                    heard.status.push(line);
                }
                Ok(Event::Silent) => open -= 1,
                Ok(Event::Printed(all)) => {
                    heard.printed = all;
                    open -= 1;
                }
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        Some(heard)
    }
}

/// Whether gpg succeeded; `None` if it closed its pipes, but goes on beyond the limit.
fn wait(child: &mut Child, deadline: Option<Instant>) -> Option<bool> {
    loop {
        match child.try_wait() {
            Ok(Some(ended)) => return Some(ended.success()),
            Ok(None) if deadline.is_some_and(|deadline| Instant::now() >= deadline) => return None,
            Ok(None) => thread::sleep(Duration::from_millis(2)),
            Err(_) => return Some(false),
        }
    }
}
