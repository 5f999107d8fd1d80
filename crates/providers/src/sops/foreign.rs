//! What reads bytes that anybody may have made for us, without the requests that bring them: where a Git writer or a server would attack, and so
//! where the fuzz targets do.

use std::collections::BTreeMap;

#[cfg(feature = "sops-flux")]
use super::flux;
#[cfg(feature = "sops-git")]
use super::git;
use super::place::Place;
use super::source::Entry;
use crate::Failure;

/// The files below `folder` of a commit (forty hexadecimal digits), out of a Git server's answer to a fetch.
///
/// # Errors
/// An answer that is none, objects that are not what their names say, a folder that is not there, and more than a store may have.
#[cfg(feature = "sops-git")]
pub fn repository(
    answer: &[u8],
    commit: &str,
    folder: &str,
) -> Result<BTreeMap<String, Entry>, Failure> {
    git::answered(answer, commit, &Place::new(Some(folder), None)?)
}

/// The files below `folder` of an archive of Flux's.
///
/// # Errors
/// An archive that is none, a path that leads out of it, a folder that is not there, and more than a store may have.
#[cfg(feature = "sops-flux")]
pub fn archive(bytes: &[u8], folder: &str) -> Result<BTreeMap<String, Entry>, Failure> {
    flux::unpacked(bytes, &Place::new(Some(folder), None)?)
}
