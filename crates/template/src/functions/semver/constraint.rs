//! One condition on a version, as "^1.2" or "!=1.x", and when it holds. Wildcards and missing parts are the same.

use std::cmp::Ordering;

use super::parts::Parts;
use super::version::{Version, order_prereleases};
use crate::error::Failure;

/// A condition on a version.
pub(super) struct Constraint {
    operator: Operator,
    version: Version,
    open: Open,
}

#[derive(Clone, Copy, PartialEq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

/// From which number on the version is left open.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    Patch,
    Minor,
    Major,
}

/// Spellings of operators, each before those that it begins with.
const OPERATORS: [(&str, Operator); 12] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterOrEqual),
    ("=>", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("=<", Operator::LessOrEqual),
    ("~>", Operator::Tilde),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
    ("", Operator::Equal),
];

/// What numbers of a condition consist of. The bar is a slip of Masterminds' that shows where a hyphen range stands beside "||".
pub(super) fn is_number(byte: u8) -> bool {
    byte.is_ascii_digit() || b"xX*|".contains(&byte)
}

/// Blanks as Go's regular expressions know them.
pub(super) const BLANKS: [char; 5] = [' ', '\t', '\n', '\u{c}', '\r'];

impl Constraint {
    /// The condition that `text` begins with, and what stands behind it.
    pub(super) fn at_start(text: &str) -> Result<(Self, &str), Failure> {
        let (operator, rest) = OPERATORS
            .iter()
            .find_map(|(spelling, operator)| Some((*operator, text.strip_prefix(spelling)?)))
            .ok_or_else(improper)?;
        let rest = rest.trim_start_matches(BLANKS);
        let parts = Parts::at_start(rest, is_number).ok_or_else(improper)?;
        let open = if is_open(parts.major) {
            Open::Major
        } else if is_open(parts.minor) {
            Open::Minor
        } else if is_open(parts.patch) {
            Open::Patch
        } else {
            Open::Nothing
        };
        let known = match open {
            Open::Nothing => parts,
            Open::Patch => Parts { patch: "", ..parts },
            Open::Minor => Parts {
                minor: "",
                patch: "",
                ..parts
            },
            Open::Major => Parts {
                major: "",
                minor: "",
                patch: "",
                ..parts
            },
        };
        let constraint = Self {
            operator,
            version: Version::of(known).map_err(|_| improper())?,
            open,
        };
        Ok((constraint, &rest[parts.whole.len()..]))
    }

    /// Whether it names a prerelease.
    pub(super) fn is_of_prerelease(&self) -> bool {
        !self.version.prerelease.is_empty()
    }

    /// Whether it holds for `version`.
    pub(super) fn holds(&self, version: &Version) -> bool {
        let is_open = self.open != Open::Nothing;
        let order = version.order(&self.version);
        match self.operator {
            Operator::Equal if is_open => self.tilde(version, order),
            Operator::Equal => order.is_eq(),
            Operator::NotEqual if is_open => self.differs(version, order),
            Operator::NotEqual => order.is_ne(),
            Operator::Greater => self.is_below(version, order),
            Operator::Less => order.is_lt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::LessOrEqual if is_open => self.reaches(version),
            Operator::LessOrEqual => order.is_le(),
            Operator::Tilde => self.tilde(version, order),
            Operator::Caret if order.is_lt() => false,
            Operator::Caret => self.caret(version),
        }
    }

    /// `!=` with an open number: outside of all that is open.
    fn differs(&self, version: &Version, order: Ordering) -> bool {
        let this = &self.version;
        if this.major != version.major {
            return true;
        }
        match self.open {
            Open::Minor => false,
            _ if this.minor != version.minor => true,
            Open::Patch => order_prereleases(&version.prerelease, &this.prerelease).is_ne(),
            _ => order.is_ne(),
        }
    }

    /// `>`: beyond all that is open.
    fn is_below(&self, version: &Version, order: Ordering) -> bool {
        let this = &self.version;
        match self.open {
            Open::Minor => version.major > this.major,
            Open::Patch => (version.major, version.minor) > (this.major, this.minor),
            Open::Nothing | Open::Major => order.is_gt(),
        }
    }

    /// `<=` with an open number: not beyond what is open.
    fn reaches(&self, version: &Version) -> bool {
        let this = &self.version;
        match self.open {
            Open::Minor => version.major <= this.major,
            _ => (version.major, version.minor) <= (this.major, this.minor),
        }
    }

    /// `~`: the same minor version, or the same major one if the minor is open. Zero in all places takes every version from there on.
    fn tilde(&self, version: &Version, order: Ordering) -> bool {
        let this = &self.version;
        if order.is_lt() {
            return false;
        }
        let is_zero = (this.major, this.minor, this.patch) == (0, 0, 0);
        if is_zero && matches!(self.open, Open::Nothing | Open::Major) {
            return true;
        }
        this.major == version.major && (self.open == Open::Minor || this.minor == version.minor)
    }

    /// `^`: no change in the first number that is not zero.
    fn caret(&self, version: &Version) -> bool {
        let this = &self.version;
        if this.major > 0 || self.open == Open::Minor {
            return this.major == version.major;
        }
        if version.major > 0 {
            return false;
        }
        if this.minor > 0 || self.open == Open::Patch {
            return this.minor == version.minor;
        }
        version.minor == 0 && this.patch == version.patch
    }
}

pub(super) fn improper() -> Failure {
    Failure::new("no constraint on versions")
}

fn is_open(number: &str) -> bool {
    matches!(number, "" | "x" | "X" | "*")
}
