//! A line without a command: the flags say what is to be done, and without one of them the file is edited.

use std::ffi::OsString;

use clap::Command;

use super::{Flag, Line, has, named, refused, word_of};
use crate::exit::Status;
use crate::message::Failure;

/// Flags that say what is to be done.
pub(super) const MODES: [&str; 4] = ["decrypt", "encrypt", "rotate", "set"];

/// What the flags ask for.
pub(super) struct Old {
    command: &'static str,
    /// The argument of `--set`, taken apart.
    set: Option<(String, String)>,
    flags: Vec<Flag>,
}

impl Old {
    pub(super) fn read(flags: &[Flag]) -> Result<Self, Failure> {
        let modes: Vec<&Flag> = flags
            .iter()
            .filter(|flag| MODES.contains(&flag.name))
            .collect();
        // Of a flag that stands twice, the last counts.
        let mode = modes.last().copied();
        let other = modes
            .iter()
            .find(|flag| Some(flag.name) != mode.map(|mode| mode.name));
        if let (Some(mode), Some(other)) = (mode, other) {
            let fact = format!("--{} and --{} exclude each other", other.name, mode.name);
            return Err(refused(Status::Conflict, &fact));
        }
        let set = match mode {
            Some(Flag {
                name: "set",
                value: Some(value),
            }) => Some(path_and_value(value)?),
            _ => None,
        };
        Ok(Self {
            command: mode.map_or("edit", |flag| flag.name),
            set,
            flags: flags
                .iter()
                .filter(|flag| !modes.contains(flag))
                .cloned()
                .collect(),
        })
    }

    /// Flags that the command does not have are ignored, as SOPS does; so is everything behind the file, but not silently.
    pub(super) fn line(self, words: &[OsString], commands: &Command) -> Result<Line, Failure> {
        let Some((file, behind)) = words.split_first() else {
            return Err(refused(Status::NoFile, "no file was named"));
        };
        let mut line = Line {
            words: Vec::new(),
            ignored: behind
                .iter()
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
        };
        let command = named(commands, self.command.as_ref());
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for flag in &self.flags {
            if matches!(
                flag.name,
                "config" | "keyservice" | "enable-local-keyservice" | "indent"
            ) {
                before.push(word_of(flag));
            } else if command.is_some_and(|command| has(command, flag.name)) {
                after.push(word_of(flag));
            }
        }
        line.words.extend(before);
        line.words.push(self.command.into());
        line.words.extend(after);
        line.words.push("--".into());
        line.words.push(file.clone());
        if let Some((path, value)) = self.set {
            line.words.extend([path.into(), value.into()]);
        }
        Ok(line)
    }
}

/// The path ends with the first bracket that a blank follows; the value is all behind.
fn path_and_value(argument: &OsString) -> Result<(String, String), Failure> {
    argument
        .to_str()
        .and_then(|text| text.split_once("] "))
        .map(|(path, value)| (format!("{path}]"), value.to_owned()))
        .ok_or_else(|| {
            refused(
                Status::BadValue,
                "--set takes a path and a value, as in '[\"key\"] \"value\"'",
            )
        })
}
