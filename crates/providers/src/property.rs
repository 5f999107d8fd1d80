//! What is taken out of a remote value: the whole, one property, or all its pairs. Pure, so that many properties of one key are one read.
//!
//! Each provider's rules are the peer's, down to what became of numbers, quotes and order; one file per set of rules. Never here: what becomes of
//! the result (decoding, conversion of keys, templates).

mod azure;
mod kubernetes;
mod lookup;
mod members;
mod sops;
mod webhook;
mod whole;

#[cfg(test)]
mod tests;

use selkie_api::Cause;
use selkie_crypto::Secret;

#[cfg(feature = "sops")]
use crate::File;
use crate::path::Stop;
use crate::{Body, Dialect, Failure, Found, Remote};

/// Pairs of a remote value, by name.
pub type Pairs = Vec<(String, Secret)>;

/// The value, or the property of it that is named; an empty name is none. `None` where a missing property counts as a missing secret, which only
/// `fake` does.
pub fn value(remote: &Remote, property: Option<&str>) -> Result<Option<Secret>, Failure> {
    let property = property.filter(|name| !name.is_empty());
    let taken = match &remote.body {
        Body::Whole(dialect, value) => whole::value(*dialect, value, property),
        Body::Entries(entries) => kubernetes::value(remote.what, entries, property),
        Body::File(file, place) => sops::value(file, place, property),
    };
    answered(remote, property, taken)
}

/// All pairs of the value, or of the property that is named.
pub fn pairs(remote: &Remote, property: Option<&str>) -> Result<Option<Pairs>, Failure> {
    let property = property.filter(|name| !name.is_empty());
    let taken = match &remote.body {
        Body::Whole(Dialect::AzureTags, value) => azure::pairs(&remote.key, value, property),
        Body::Whole(dialect, value) => whole::pairs(*dialect, value, property),
        Body::Entries(entries) => kubernetes::pairs(entries, property),
        Body::File(file, place) => sops::pairs(file, place, property),
    };
    answered(remote, property, taken)
}

/// All values that a search found, each under its name; one that has no value is left out.
pub fn found(found: &Found) -> Result<Pairs, Failure> {
    let mut pairs = Pairs::with_capacity(found.len());
    for (name, remote) in found {
        if let Some(value) = value(remote, None)? {
            pairs.push((name.clone(), value));
        }
    }
    Ok(pairs)
}

/// Why nothing was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unfit {
    /// There is no such property.
    Missing,
    /// There is none, and that is as if there were no secret.
    NotThere,
    /// Pairs are asked of what is no JSON object, or of one that Go cannot hold.
    NoObject,
    /// Pairs are asked of what never has any.
    NoPairs,
    /// The property asks for too much work.
    TooMuch,
}

impl From<Stop> for Unfit {
    fn from(Stop: Stop) -> Self {
        Self::TooMuch
    }
}

/// The names at a place in a file, if there is such a place; `None` too if it has no names.
#[cfg(feature = "sops")]
pub(crate) fn names(file: &File, place: &[String]) -> Option<Vec<String>> {
    let pairs = sops::pairs(file, place, None).ok()?;
    Some(pairs.into_iter().map(|(name, _)| name).collect())
}

/// Whether there is such a place in a file.
#[cfg(feature = "sops")]
pub(crate) fn is_there(file: &File, place: &[String]) -> bool {
    sops::value(file, place, None).is_ok()
}

fn answered<T>(
    remote: &Remote,
    property: Option<&str>,
    taken: Result<T, Unfit>,
) -> Result<Option<T>, Failure> {
    let key = &remote.key;
    let name = property.unwrap_or_default();
    let (cause, detail) = match taken {
        Ok(taken) => return Ok(Some(taken)),
        Err(Unfit::NotThere) => return Ok(None),
        Err(Unfit::Missing) => (
            Cause::PropertyMissing,
            format!("{key}: there is no property {name:?}"),
        ),
        Err(Unfit::NoObject) if property.is_none() => (
            Cause::InvalidData,
            format!("{key}: the value is no JSON object"),
        ),
        Err(Unfit::NoObject) => (
            Cause::InvalidData,
            format!("{key}: property {name:?} is no JSON object"),
        ),
        Err(Unfit::NoPairs) => (
            Cause::InvalidSpec,
            format!("{key}: only secrets can be extracted, not keys and certificates"),
        ),
        Err(Unfit::TooMuch) => (
            Cause::InvalidSpec,
            format!("{key}: property {name:?} asks for more work than a path may"),
        ),
    };
    Err(Failure::new(cause, detail))
}
