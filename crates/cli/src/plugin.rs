//! age plugins as processes: found in `PATH`, started, ended; and their questions on the terminal.
//!
//! Never here: what plugins are told and what their answers mean, which is `selkie_keys::age`'s.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use selkie_crypto::Secret;
use selkie_keys::age::{Answer, Person, PluginFault, PluginProcess, PluginTrouble, Plugins};

use crate::discover;
use crate::exit::Status;
use crate::io::{find_program, plain_error};
use crate::message::note;
use crate::terminal::{ask_hidden, ask_shown};

/// How long a plugin may say nothing, unless the user sets another limit: it may wait for somebody to find a key and touch it.
const LIMIT: Duration = Duration::from_mins(2);
/// After this the user is told what the program waits for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a plugin that is done may take to end.
const GRACE: Duration = Duration::from_secs(1);
/// More than any line of the protocol.
const LINE: u64 = 1 << 20;

/// Plugins as this process can run them.
pub(crate) fn plugins(limit: Option<Duration>) -> Plugins {
    let limit = limit.unwrap_or(LIMIT);
    Plugins {
        start: Box::new(move |name, state| {
            let running = Running::start(name, state, limit)?;
            Ok(Box::new(running) as Box<dyn PluginProcess>)
        }),
        person: Box::new(Terminal),
    }
}

/// A plugin's process. Threads move the bytes, so that neither a full nor an empty pipe can hold the program up.
struct Running {
    name: String,
    limit: Duration,
    child: Child,
    to: Option<Sender<Secret>>,
    from: Receiver<Secret>,
}

impl Running {
    fn start(name: &str, state: &str, limit: Duration) -> Result<Self, PluginFault> {
        let not_started = |why: String| PluginTrouble::NotStarted(why).of(name);
        let program = format!("age-plugin-{name}");
        let folders = discover::program_folders();
        let path =
            find_program(OsStr::new(&program), folders.as_deref()).map_err(
                |failure| match failure.status {
                    Status::NoProgram => PluginTrouble::Missing.of(name),
                    _ => not_started(failure.fact),
                },
            )?;
        let stderr = if discover::debugs_plugins() {
            Stdio::inherit()
        } else {
            Stdio::null()
        };
        let mut child = Command::new(path)
            .arg(format!("--age-plugin={state}"))
            // It has no business where the user works, and none with identities of other kinds.
            .current_dir(discover::temporary_folder())
            .env_remove("SOPS_AGE_KEY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .map_err(|error| not_started(plain_error(&error)))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(not_started("it has no pipes".to_owned()));
        };
        Ok(Self {
            name: name.to_owned(),
            limit,
            child,
            to: Some(writer(stdin)),
            from: reader(stdout),
        })
    }
}

impl PluginProcess for Running {
    fn send(&mut self, bytes: Secret) -> Result<(), PluginFault> {
        let sent = self.to.as_ref().map(|to| to.send(bytes));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(PluginTrouble::Ended.of(&self.name)),
        }
    }

    fn line(&mut self) -> Result<Secret, PluginFault> {
        let start = Instant::now();
        let first = PATIENCE.min(self.limit);
        let mut got = self.from.recv_timeout(first);
        if got == Err(RecvTimeoutError::Timeout) && first < self.limit {
            note(format_args!("waiting for age-plugin-{}", self.name));
            got = self
                .from
                .recv_timeout(self.limit.saturating_sub(start.elapsed()));
        }
        got.map_err(|error| match error {
            RecvTimeoutError::Timeout => {
                // Nothing that it may say later is wanted.
                let _ = self.child.kill();
                PluginTrouble::Silent(self.limit).of(&self.name)
            }
            RecvTimeoutError::Disconnected => PluginTrouble::Ended.of(&self.name),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its input ends with the writer.
        self.to = None;
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if start.elapsed() > GRACE {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

fn writer(mut stdin: ChildStdin) -> Sender<Secret> {
    let (to, bytes) = channel::<Secret>();
    thread::spawn(move || {
        for bytes in bytes {
            // A plugin that does not read has ended or will say so.
            if stdin
                .write_all(bytes.expose())
                .and_then(|()| stdin.flush())
                .is_err()
            {
                return;
            }
        }
    });
    to
}

fn reader(stdout: ChildStdout) -> Receiver<Secret> {
    let (lines, from) = channel();
    thread::spawn(move || {
        let mut stdout = BufReader::new(stdout);
        loop {
            let mut line = Vec::with_capacity(128);
            let read = (&mut stdout).take(LINE).read_until(b'\n', &mut line);
            let line = Secret::from(line);
            if !matches!(read, Ok(1..)) || lines.send(line).is_err() {
                return;
            }
        }
    });
    from
}

/// The person at the terminal.
struct Terminal;

impl Person for Terminal {
    fn tell(&self, plugin: &str, text: &str) {
        note(format_args!("age-plugin-{plugin}: {text}"));
    }

    fn ask(&self, plugin: &str, question: &str, answer: Answer) -> Option<Secret> {
        let question = format!("age-plugin-{plugin}: {question}");
        match answer {
            Answer::Shown => ask_shown(question).ok().map(Secret::from),
            Answer::Hidden => ask_hidden(question).ok(),
        }
    }

    fn choose(&self, plugin: &str, question: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let question = match no {
            Some(no) => format!("age-plugin-{plugin}: {question} (y: {yes}, n: {no})"),
            None => format!("age-plugin-{plugin}: {question} (y: {yes})"),
        };
        loop {
            match ask_shown(&question).ok()?.trim() {
                "y" | "Y" => return Some(true),
                "n" | "N" if no.is_some() => return Some(false),
                "" if no.is_none() => return Some(true),
                _ => {}
            }
        }
    }
}
