//! Whatever an archive is made of, what comes out lies below the folder that was asked for, and each file is one that was put in, unless an entry says
//! that another is longer or shorter than it is.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use selkie_providers::sops::{Entry, foreign};
use tar::{EntryType, Header};

use super::record::{Record, records};

/// The first byte says what the rest is: a compressed stream, an archive, or the entries of one: each with the letter of its type, its path, a zero
/// byte, and what it holds.
pub fn archive(data: &[u8]) {
    let Some((way, rest)) = data.split_first() else {
        return;
    };
    match way {
        b'z' => {
            let _ = foreign::archive(rest, "");
        }
        b't' => {
            let _ = foreign::archive(&packed(rest), "");
        }
        _ => entries(&records(rest)),
    }
}

fn entries(records: &[Record<'_>]) {
    let mut bytes = Vec::new();
    for Record { what, content } in records {
        let (path, content) = halves(content);
        let mut header = Header::new_gnu();
        let room = &mut header.as_old_mut().name;
        let length = path.len().min(room.len());
        room[..length].copy_from_slice(&path[..length]);
        header.set_entry_type(EntryType::new(*what));
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    let archive = packed(&bytes);
    let is_plain = records.iter().all(|it| !matches!(it.what, b'x' | b'g'));
    for folder in ["", "a", "a/b"] {
        let Ok(found) = foreign::archive(&archive, folder) else {
            continue;
        };
        for (name, entry) in found {
            downwards(&name);
            let Entry::File(bytes) = entry else { continue };
            let is_there = records.iter().any(|it| halves(it.content).1 == &*bytes);
            assert!(is_there || !is_plain, "{name} holds what nobody put in");
        }
    }
}

fn halves(content: &[u8]) -> (&[u8], &[u8]) {
    match content.iter().position(|byte| *byte == 0) {
        Some(at) => (&content[..at], &content[at + 1..]),
        None => (content, &[]),
    }
}

/// A name leads to a file below, whoever joins it to a folder.
pub(crate) fn downwards(name: &str) {
    assert!(!name.starts_with('/'), "{name} begins at the top");
    for step in name.split('/') {
        assert!(!matches!(step, "" | "." | ".."), "{name} leads elsewhere");
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    match encoder.write_all(bytes).and_then(|()| encoder.finish()) {
        Ok(packed) => packed,
        Err(error) => panic!("not packed: {error}"),
    }
}
