//! How SOPS is called: flags before the file and no command (`sops -d -i f`), long flags with one dash, `--flag=false`.
//!
//! Such a line is put into the words of our own commands, and everything behind that sees one style only. Pure: words in,
//! words out. Never here: what a command means.

mod old;
mod table;

use std::ffi::{OsStr, OsString};

use clap::{ArgAction, Command};

use self::old::Old;
use self::table::{Taken, known};
use crate::exit::Status;
use crate::message::Failure;

/// A line in our own style, and what of it was left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) words: Vec<OsString>,
    /// Words that SOPS ignores too, for a warning.
    pub(crate) ignored: Vec<String>,
}

/// Puts a line, without the program's name, into our own style. A line that is not understood comes back as it is: the
/// parser's complaint is the better one.
///
/// Called as `sops`, any word that is no command is a file to edit, as there; called by our own name it must look like a file,
/// so that a misspelt command is not taken for one.
pub(crate) fn translate(
    words: Vec<OsString>,
    commands: &Command,
    called_sops: bool,
) -> Result<Line, Failure> {
    let Some(front) = Front::read(&words) else {
        return Ok(Line {
            words,
            ignored: Vec::new(),
        });
    };
    let rest = &words[front.len..];
    match rest.first().map(OsString::as_os_str) {
        Some(first) if let Some(command) = named(commands, first) => {
            Ok(front.before(command, &rest[1..]))
        }
        Some(first) if called_sops || front.has_mode() || looks_like_file(first) => {
            Old::read(&front.flags)?.line(rest, commands)
        }
        None if front.has_mode() => Old::read(&front.flags)?.line(rest, commands),
        _ => Ok(Line {
            words,
            ignored: Vec::new(),
        }),
    }
}

fn named<'c>(commands: &'c Command, word: &OsStr) -> Option<&'c Command> {
    commands.find_subcommand(word)
}

/// One flag that stood before the first word that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Flag {
    name: &'static str,
    /// The value, or for a switch `None` if it is on.
    value: Option<OsString>,
}

/// The flags before the first word.
struct Front {
    flags: Vec<Flag>,
    /// How many words they take.
    len: usize,
}

impl Front {
    /// `None` if one of them is not SOPS's, asks for help or lacks its value.
    fn read(words: &[OsString]) -> Option<Self> {
        let mut flags = Vec::new();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let text = word.to_str()?;
            if text == "--" {
                at += 1;
                break;
            }
            if text == "-" || !text.starts_with('-') {
                break;
            }
            at += 1;
            let bare = text.strip_prefix("--").or_else(|| text.strip_prefix('-'))?;
            let (name, inline) = match bare.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (bare, None),
            };
            let (name, taken) = known(name)?;
            match (taken, inline) {
                (Taken::Value, Some(value)) => flags.push(Flag {
                    name,
                    value: Some(value.into()),
                }),
                (Taken::Value, None) => {
                    let value = Some(words.get(at)?.clone());
                    at += 1;
                    flags.push(Flag { name, value });
                }
                (Taken::Nothing, inline) => {
                    let on = truth(inline.unwrap_or("true"))?;
                    // The only switch that is on by itself.
                    if name == "enable-local-keyservice" {
                        let value = Some(on.to_string().into());
                        flags.push(Flag { name, value });
                    } else if on {
                        flags.push(Flag { name, value: None });
                    }
                }
            }
        }
        Some(Self { flags, len: at })
    }

    /// Whether a flag says what is to be done.
    fn has_mode(&self) -> bool {
        self.flags
            .iter()
            .any(|flag| old::MODES.contains(&flag.name))
    }

    /// Flags before a command: SOPS takes a few of them there and ignores the others.
    fn before(&self, command: &Command, rest: &[OsString]) -> Line {
        let mut line = Line::default();
        let (command, path, rest) = innermost(command, rest);
        let mut behind = Vec::new();
        for flag in &self.flags {
            match flag.name {
                "config" | "keyservice" | "enable-local-keyservice" | "indent" => {
                    line.words.push(word_of(flag));
                }
                "mac-only-encrypted" if has(command, flag.name) => behind.push(word_of(flag)),
                "verbose" | "disable-version-check" | "check-for-updates" => {}
                name => line.ignored.push(format!("--{name}")),
            }
        }
        line.words.extend(path);
        line.words.extend(behind);
        line.words.extend(plain(command, rest));
        line
    }
}

/// The command that is meant where commands have commands, the words that name it, and the words behind.
fn innermost<'c, 'w>(
    command: &'c Command,
    rest: &'w [OsString],
) -> (&'c Command, Vec<OsString>, &'w [OsString]) {
    let mut path = vec![OsString::from(command.get_name())];
    let (mut command, mut rest) = (command, rest);
    while let Some((first, behind)) = rest.split_first()
        && let Some(inner) = named(command, first)
    {
        path.push(first.clone());
        (command, rest) = (inner, behind);
    }
    (command, path, rest)
}

/// A command's own words in the spelling that our parser reads: two dashes before long flags, switches without a value.
fn plain(command: &Command, words: &[OsString]) -> Vec<OsString> {
    let mut plain = Vec::with_capacity(words.len());
    let mut words = words.iter();
    for word in words.by_ref() {
        let text = word.to_str().unwrap_or_default();
        if text == "--" {
            plain.push(word.clone());
            break;
        }
        let bare = text.strip_prefix("--").or_else(|| text.strip_prefix('-'));
        let (name, value) = bare.map_or(("", None), |bare| match bare.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (bare, None),
        });
        if name.len() < 2 || !has(command, name) {
            plain.push(word.clone());
            continue;
        }
        match value.map(|value| (is_switch(command, name), truth(value), value)) {
            Some((true, Some(true), _)) | None => plain.push(format!("--{name}").into()),
            Some((true, Some(false), _)) => {}
            Some((_, _, value)) => plain.push(format!("--{name}={value}").into()),
        }
    }
    plain.extend(words.cloned());
    plain
}

/// One word, so that a value that begins with a dash stays one.
fn word_of(flag: &Flag) -> OsString {
    let mut word = OsString::from(format!("--{}", flag.name));
    if let Some(value) = &flag.value {
        word.push("=");
        word.push(value);
    }
    word
}

fn looks_like_file(word: &OsStr) -> bool {
    word.to_str()
        .is_none_or(|text| text.contains(['.', '/', '\\']))
}

fn has(command: &Command, name: &str) -> bool {
    command
        .get_arguments()
        .any(|arg| arg.get_long() == Some(name))
}

fn is_switch(command: &Command, name: &str) -> bool {
    command
        .get_arguments()
        .any(|arg| arg.get_long() == Some(name) && matches!(arg.get_action(), ArgAction::SetTrue))
}

/// A switch's value as Go reads it.
fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// The failure of a line that SOPS refuses, too.
fn refused(status: Status, fact: &str) -> Failure {
    Failure::new(status, fact)
}

#[cfg(test)]
mod tests;
