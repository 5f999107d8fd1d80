//! Versions: reading and ordering them as Masterminds' `semver` does. It is laxer than the specification in that it takes "v1" for "1.0.0", and
//! orders prereleases by its own rules where parts are missing.

use std::cmp::Ordering;

use zeroize::Zeroizing;

use super::parts::Parts;
use crate::error::Failure;

/// A version. Metadata does not count where versions are compared. Its texts are wiped: a template may take a secret for one.
#[derive(Clone, Default)]
pub(super) struct Version {
    pub(super) major: u64,
    pub(super) minor: u64,
    pub(super) patch: u64,
    pub(super) prerelease: Zeroizing<String>,
    pub(super) metadata: Zeroizing<String>,
    /// As it was written.
    pub(super) original: Zeroizing<String>,
}

impl Version {
    /// The version that `text` is.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        match Parts::at_start(text, |byte| byte.is_ascii_digit()) {
            Some(parts) if parts.whole.len() == text.len() => Self::of(parts),
            _ => Err(unreadable()),
        }
    }

    /// The version that these parts make.
    pub(super) fn of(parts: Parts<'_>) -> Result<Self, Failure> {
        check_prerelease(parts.prerelease)?;
        Ok(Self {
            major: number(parts.major)?,
            minor: number(parts.minor)?,
            patch: number(parts.patch)?,
            prerelease: parts.prerelease.to_owned().into(),
            metadata: parts.metadata.to_owned().into(),
            original: parts.whole.to_owned().into(),
        })
    }

    /// In full, without a leading `v`.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}.{}.{}", self.major, self.minor, self.patch);
        for (mark, part) in [('-', &self.prerelease), ('+', &self.metadata)] {
            if !part.is_empty() {
                text.push(mark);
                text.push_str(part);
            }
        }
        text
    }

    /// Which of the two comes first. A prerelease comes before its version.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        (self.major, self.minor, self.patch)
            .cmp(&(other.major, other.minor, other.patch))
            .then_with(|| {
                let empty = (self.prerelease.is_empty(), other.prerelease.is_empty());
                match empty {
                    (true, true) => Ordering::Equal,
                    (true, false) => Ordering::Greater,
                    (false, true) => Ordering::Less,
                    (false, false) => order_prereleases(&self.prerelease, &other.prerelease),
                }
            })
    }
}

/// Which prerelease comes first: part by part, a missing part before any other.
pub(super) fn order_prereleases(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let (one, other) = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (one, other) => (one.unwrap_or_default(), other.unwrap_or_default()),
        };
        let order = order_identifiers(one, other);
        if order.is_ne() {
            return order;
        }
    }
}

/// Numbers by size and before words; words by their bytes. A number of more than 64 bits is a word.
fn order_identifiers(left: &str, right: &str) -> Ordering {
    if left.is_empty() || right.is_empty() {
        return right.is_empty().cmp(&left.is_empty());
    }
    match (left.parse::<u64>(), right.parse::<u64>()) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => left.cmp(right),
    }
}

/// Refuses numbers that begin with a zero, and what cannot stand in a prerelease at all.
pub(super) fn check_prerelease(text: &str) -> Result<(), Failure> {
    let padded = |part: &str| {
        part.len() > 1 && part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if text.split('.').any(padded) {
        return Err(unreadable());
    }
    check_metadata(text)
}

/// Refuses what cannot stand in metadata. No metadata at all is fine.
pub(super) fn check_metadata(text: &str) -> Result<(), Failure> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_identifier = |part: &str| !part.is_empty() && part.bytes().all(allowed);
    if text.is_empty() || text.split('.').all(is_identifier) {
        Ok(())
    } else {
        Err(unreadable())
    }
}

pub(super) fn unreadable() -> Failure {
    Failure::new("no semantic version")
}

/// A part that is missing counts as zero.
fn number(digits: &str) -> Result<u64, Failure> {
    if digits.is_empty() {
        return Ok(0);
    }
    digits.parse().map_err(|_| unreadable())
}
