//! A sealed file that was tampered with is opened or refused, and being opened without the MAC changes nothing about the result.
//!
//! Random bytes would end at the metadata, so the input is sealed first; what stands behind its last NUL says what is done to the
//! sealed text.

use selkie_document::{Error, Format, Opened, Sealed};

use super::file::{File, key};

/// Seals the text, damages it, opens it with and without the MAC.
pub fn open(data: &[u8]) {
    let (data, damage) = match data.iter().rposition(|byte| *byte == 0) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &[][..]),
    };
    let Some(file) = File::new(data) else { return };
    let Some(sealed) = file.seal() else { return };
    if let Err(error) = read(&sealed.bytes, selkie_document::open) {
        panic!("not opened before any damage: {error}")
    }
    let mut bytes = sealed.bytes;
    for step in damage.chunks(4).take(STEPS) {
        damaged(&mut bytes, step);
    }
    let unverified = read(&bytes, selkie_document::open_unverified);
    if let Ok(verified) = read(&bytes, selkie_document::open) {
        match unverified {
            Ok(unverified) => assert_eq!(unverified.plain.source(), verified.plain.source()),
            Err(error) => panic!("opened with its MAC, but not without: {error}"),
        }
    }
}

/// Enough for any forgery, too few for doubling a text without a line end to matter.
const STEPS: usize = 8;

type Opening = fn(Sealed, &selkie_crypto::DataKey) -> Result<Opened, Error>;

fn read(bytes: &[u8], opening: Opening) -> Result<Opened, Error> {
    opening(Sealed::read(Format::Yaml, bytes.to_vec())?, &key())
}

/// One step: what is done, a place in two bytes, and one byte more for those that need it.
pub(super) fn damaged(bytes: &mut Vec<u8>, step: &[u8]) {
    let byte = |index: usize| step.get(index).copied().unwrap_or_default();
    let place = usize::from(u16::from_be_bytes([byte(1), byte(2)]));
    if bytes.is_empty() {
        return;
    }
    let at = place % bytes.len();
    match byte(0) % 8 {
        0 => bytes[at] ^= 1 << (byte(3) & 7),
        1 => _ = bytes.remove(at),
        2 => bytes.insert(at, byte(3)),
        3 => bytes[at] = byte(3),
        4 => lines(bytes, |lines| {
            let from = lines[place % lines.len()].clone();
            lines.insert(usize::from(byte(3)) % lines.len(), from);
        }),
        5 => lines(bytes, |lines| {
            let (one, other) = (place % lines.len(), usize::from(byte(3)) % lines.len());
            lines.swap(one, other);
        }),
        6 => lines(bytes, |lines| _ = lines.remove(place % lines.len())),
        _ => copy_token(bytes, place, usize::from(byte(3))),
    }
}

fn lines(bytes: &mut Vec<u8>, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut lines: Vec<Vec<u8>> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    change(&mut lines);
    *bytes = lines.concat();
}

/// Writes one token over another: the forgery that keeps the file well formed.
fn copy_token(bytes: &mut Vec<u8>, from: usize, to: usize) {
    let tokens: Vec<(usize, usize)> = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, window)| window == b"ENC[")
        .filter_map(|(start, _)| {
            let len = bytes[start..].iter().position(|byte| *byte == b']')?;
            Some((start, start + len + 1))
        })
        .collect();
    if tokens.is_empty() {
        return;
    }
    let (start, stop) = tokens[from % tokens.len()];
    let token = bytes[start..stop].to_vec();
    let (start, stop) = tokens[to % tokens.len()];
    bytes.splice(start..stop, token);
}
