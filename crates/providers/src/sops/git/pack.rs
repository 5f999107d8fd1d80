//! A pack: from its bytes to the objects in it, each under the hash of what it holds.
//!
//! Whoever answers may have made it for us, so everything is bounded before it is inflated, and nothing is believed that the hash does not say.
//! Never here: what the objects mean.

use std::collections::HashMap;
use std::io::Read as _;

use flate2::bufread::ZlibDecoder;
use selkie_api::Cause;
use sha1_checked::{Digest as _, Sha1};

use super::delta;
use super::object::{Kind, Name};
use super::packet::malformed;
use crate::Failure;

/// Bytes of all objects of a pack, inflated.
const LARGEST: usize = 64 << 20;

/// Objects of a pack: a commit, its folders and its files.
const MOST: u32 = 200_000;

/// How often those differences are looked through whose base came later. Git puts the base first, so whoever needs more wants to keep us busy.
const PASSES: usize = 8;

/// The objects of a pack.
pub(super) type Objects = HashMap<Name, (Kind, Vec<u8>)>;

/// An entry that says what is different from another.
struct Difference {
    at: usize,
    base: Base,
    delta: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Base {
    /// The entry that begins there.
    At(usize),
    /// The object of this name.
    Of(Name),
}

/// What is known of the pack so far.
struct Reading {
    objects: Objects,
    /// Which object the entry is that begins there.
    places: HashMap<usize, Name>,
    /// Bytes that may yet be inflated.
    room: usize,
}

/// The objects of a pack.
pub(super) fn objects(pack: &[u8]) -> Result<Objects, Failure> {
    let (pack, trailer) = pack.split_last_chunk::<20>().ok_or_else(malformed)?;
    if Sha1::digest(pack).as_slice() != trailer {
        return Err(malformed());
    }
    let count = count(pack).ok_or_else(malformed)?;
    if count > MOST {
        let what = format!("the repository has more than {MOST} files and folders");
        return Err(Failure::new(Cause::InvalidData, what));
    }
    let mut reading = Reading {
        objects: HashMap::new(),
        places: HashMap::new(),
        room: LARGEST,
    };
    let mut differences = Vec::new();
    let mut at = HEADER;
    for _ in 0..count {
        let (entry, end) = reading.entry(pack, at)?;
        differences.extend(entry);
        at = end;
    }
    if at != pack.len() {
        return Err(malformed());
    }
    // What they are differences from may be one itself, and come later.
    for _ in 0..PASSES {
        let mut waiting = Vec::new();
        for it in differences {
            waiting.extend(reading.resolved(it)?);
        }
        differences = waiting;
    }
    if !differences.is_empty() {
        return Err(malformed());
    }
    Ok(reading.objects)
}

/// The signature, the version, how many objects.
const HEADER: usize = 12;

fn count(pack: &[u8]) -> Option<u32> {
    let rest = pack.strip_prefix(b"PACK\0\0\0\x02")?;
    rest.first_chunk().copied().map(u32::from_be_bytes)
}

impl Reading {
    /// The entry that begins at a place, if it is a difference whose base is not known yet, and where the next one begins.
    fn entry(&mut self, pack: &[u8], at: usize) -> Result<(Option<Difference>, usize), Failure> {
        let mut rest = pack.get(at..).ok_or_else(malformed)?;
        let (kind, size) = heading(&mut rest).ok_or_else(malformed)?;
        let whole = match kind {
            1 => Ok(Kind::Commit),
            2 => Ok(Kind::Tree),
            3 => Ok(Kind::Blob),
            4 => Ok(Kind::Tag),
            6 => {
                let back = distance(&mut rest).ok_or_else(malformed)?;
                let base = at.checked_sub(back).filter(|base| *base < at);
                Err(Base::At(base.ok_or_else(malformed)?))
            }
            7 => {
                let (name, after) = rest.split_first_chunk().ok_or_else(malformed)?;
                rest = after;
                Err(Base::Of(Name(*name)))
            }
            _ => return Err(malformed()),
        };
        let content = self.inflated(&mut rest, size)?;
        let end = pack.len() - rest.len();
        match whole {
            Ok(kind) => {
                self.keep(at, kind, content)?;
                Ok((None, end))
            }
            Err(base) => {
                let delta = content;
                Ok((self.resolved(Difference { at, base, delta })?, end))
            }
        }
    }

    /// Makes an object of a difference; gives it back if its base is not there yet.
    fn resolved(&mut self, it: Difference) -> Result<Option<Difference>, Failure> {
        let name = match it.base {
            Base::At(place) => self.places.get(&place).copied(),
            Base::Of(name) => Some(name),
        };
        let Some((kind, base)) = name.and_then(|name| self.objects.get(&name)) else {
            return Ok(Some(it));
        };
        let size = delta::size(&it.delta).ok_or_else(malformed)?;
        let (kind, room) = (*kind, self.room);
        if size > room {
            return Err(too_large());
        }
        let content = delta::applied(base, &it.delta).ok_or_else(malformed)?;
        self.room -= content.len();
        self.keep(it.at, kind, content)?;
        Ok(None)
    }

    fn keep(&mut self, at: usize, kind: Kind, content: Vec<u8>) -> Result<(), Failure> {
        let name = Name::of(kind, &content).ok_or_else(malformed)?;
        self.places.insert(at, name);
        self.objects.insert(name, (kind, content));
        Ok(())
    }

    fn inflated(&mut self, rest: &mut &[u8], size: usize) -> Result<Vec<u8>, Failure> {
        self.room = self.room.checked_sub(size).ok_or_else(too_large)?;
        let mut content = Vec::with_capacity(size.min(1 << 16));
        let mut decoder = ZlibDecoder::new(&mut *rest);
        // One byte more shows that there is more, and takes the decoder to the end of its stream.
        let read = decoder
            .by_ref()
            .take(size as u64 + 1)
            .read_to_end(&mut content);
        if read.is_err() || content.len() != size {
            return Err(malformed());
        }
        Ok(content)
    }
}

fn too_large() -> Failure {
    let what = format!("the repository is larger than {} MiB", LARGEST >> 20);
    Failure::new(Cause::InvalidData, what)
}

/// The kind of an entry, and how long it is inflated.
fn heading(rest: &mut &[u8]) -> Option<(u8, usize)> {
    let mut byte = next(rest)?;
    let kind = byte >> 4 & 7;
    let (mut size, mut shift) = (u64::from(byte & 15), 4);
    while byte & 0x80 != 0 {
        // Longer than any pack.
        if shift > 32 {
            return None;
        }
        byte = next(rest)?;
        size |= u64::from(byte & 0x7f) << shift;
        shift += 7;
    }
    Some((kind, usize::try_from(size).ok()?))
}

/// How far before an entry its base begins.
fn distance(rest: &mut &[u8]) -> Option<usize> {
    let mut byte = next(rest)?;
    let mut distance = u64::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        if distance > u64::from(u32::MAX) {
            return None;
        }
        byte = next(rest)?;
        distance = (distance + 1) << 7 | u64::from(byte & 0x7f);
    }
    usize::try_from(distance).ok()
}

fn next(rest: &mut &[u8]) -> Option<u8> {
    let (&first, after) = rest.split_first()?;
    *rest = after;
    Some(first)
}

#[cfg(test)]
mod tests;
