//! What can be wrong with fetched pairs or with the steps that they go through. No error carries a value, nor what a template wrote.

use std::fmt;

use selkie_api::{Cause, DecodingStrategy};
use selkie_pattern::Refused;
use thiserror::Error;

use super::keys::LONGEST;
use crate::failure::Failure;

/// Names of members that a conflict lists before it counts the rest.
const LISTED: usize = 5;
/// Characters that are shown of a key.
const SHOWN: usize = 80;

/// Why there is no data. Steps are counted from zero, as in the path of the field.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// A value cannot be decoded.
    #[error("{} is not encoded as {strategy:?}", value(key.as_ref()))]
    NotEncoded {
        /// Its key, if it came with others.
        key: Option<KeyName>,
        /// What it should be.
        strategy: DecodingStrategy,
    },
    /// A value has a NUL byte, which its policy forbids.
    #[error("{} has a NUL byte", value(key.as_ref()))]
    NullByte {
        /// Its key, if it came with others.
        key: Option<KeyName>,
    },
    /// A key is too long.
    #[error("{0} is longer than {LONGEST} bytes")]
    LongKey(KeyName),
    /// A key has a character that it cannot have.
    #[error("{0} has a character other than letters, digits, `-`, `.` and `_`")]
    KeyCharacter(KeyName),
    /// A key is one of the names that file systems use.
    #[error("{0} cannot be `.`, nor begin with `..`")]
    KeyDots(KeyName),
    /// Several keys are converted to this one.
    #[error("several keys are converted to {0}")]
    Collision(KeyName),
    /// A regular expression is none.
    #[error("rewrite[{step}]: the regular expression is refused: {refused}")]
    Expression {
        /// Which step.
        step: usize,
        /// Why.
        refused: Refused,
    },
    /// A step would take too long, or make too much.
    #[error("rewrite[{step}]: stopped by a limit")]
    Spent {
        /// Which step.
        step: usize,
    },
    /// A template does not parse, or does not run.
    #[error("rewrite[{step}]: {error}")]
    Template {
        /// Which step.
        step: usize,
        /// Why.
        error: selkie_template::Error,
    },
    /// A value that is to be merged is no JSON object.
    #[error("rewrite[{step}]: {} is no JSON object", value(Some(key)))]
    NoObject {
        /// Which step.
        step: usize,
        /// Its key.
        key: KeyName,
    },
    /// A key that has priority is not there.
    #[error("rewrite[{step}]: {key} has priority, but is not there")]
    NoPriority {
        /// Which step.
        step: usize,
        /// The key.
        key: KeyName,
    },
    /// Several values that are to be merged have the same members.
    #[error("rewrite[{step}]: several values have {}", list(members))]
    Conflict {
        /// Which step.
        step: usize,
        /// Names of the members, in order.
        members: Vec<String>,
    },
    /// A merge into one value does not say under which key.
    #[error("rewrite[{step}]: strategy JSON needs `into`")]
    NoInto {
        /// Which step.
        step: usize,
    },
}

impl Error {
    /// The word for it.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Expression { .. } | Self::Spent { .. } | Self::NoInto { .. } => {
                Cause::InvalidSpec
            }
            Self::Template { .. } => Cause::InvalidTemplate,
            _ => Cause::InvalidData,
        }
    }

    /// The same about the value of that key.
    pub(super) fn of(self, name: KeyName) -> Self {
        match self {
            Self::NotEncoded { strategy, .. } => Self::NotEncoded {
                key: Some(name),
                strategy,
            },
            Self::NullByte { .. } => Self::NullByte { key: Some(name) },
            other => other,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(error.cause(), error.to_string())
    }
}

/// A key, as far as it may be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName(Option<String>);

/// Whether keys may be repeated in errors: those that a template wrote may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Shown,
    Hidden,
}

impl Names {
    pub(super) fn of(self, key: &str) -> KeyName {
        KeyName((self == Self::Shown).then(|| {
            let mut shown: String = key.chars().take(SHOWN).collect();
            if shown.len() < key.len() {
                shown.push('…');
            }
            shown
        }))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(name) => write!(f, "key {name:?}"),
            None => f.write_str("a key"),
        }
    }
}

fn value(key: Option<&KeyName>) -> String {
    key.map_or_else(
        || "the value".to_owned(),
        |key| format!("the value of {key}"),
    )
}

fn list(members: &[String]) -> String {
    let listed = members.iter().take(LISTED);
    let listed: Vec<String> = listed
        .map(|name| Names::Shown.of(name).to_string())
        .collect();
    let listed = listed.join(", ");
    match members.len().saturating_sub(LISTED) {
        0 => listed,
        rest => format!("{listed} and {rest} more"),
    }
}
