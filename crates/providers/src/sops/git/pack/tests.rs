use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::*;

const BASE: &[u8] = b"0123456789";
/// Makes `0123!` of the base: four bytes of it, and one more.
const DELTA: &[u8] = b"\x0a\x05\x90\x04\x01!";

/// An entry: its kind, how long it says that it is, what stands before the stream, and what is in it.
fn entry(kind: u8, size: usize, before: &[u8], content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut byte, mut rest) = (kind << 4 | (size & 15) as u8, size >> 4);
    while rest > 0 {
        out.push(byte | 0x80);
        (byte, rest) = ((rest & 0x7f) as u8, rest >> 7);
    }
    out.push(byte);
    out.extend_from_slice(before);
    let mut encoder = ZlibEncoder::new(out, Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn blob(content: &[u8]) -> Vec<u8> {
    entry(3, content.len(), b"", content)
}

fn pack_of(count: u32, entries: &[Vec<u8>]) -> Vec<u8> {
    let mut pack = b"PACK\0\0\0\x02".to_vec();
    pack.extend_from_slice(&count.to_be_bytes());
    pack.extend(entries.concat());
    let trailer = Sha1::digest(&pack);
    pack.extend_from_slice(&trailer);
    pack
}

fn pack(entries: &[Vec<u8>]) -> Vec<u8> {
    pack_of(entries.len() as u32, entries)
}

/// What blobs say, in order.
fn read(pack: &[u8]) -> Result<Vec<String>, Cause> {
    let objects = objects(pack).map_err(|failure| failure.cause)?;
    let contents = objects.values();
    let mut texts: Vec<_> = contents
        .map(|(_, content)| String::from_utf8_lossy(content).into_owned())
        .collect();
    texts.sort();
    Ok(texts)
}

#[test]
fn objects_and_differences_are_read() {
    let base = Name::of(Kind::Blob, BASE).unwrap();
    let back = blob(BASE).len() as u8;
    let of_name = || entry(7, DELTA.len(), &base.0, DELTA);
    let long = vec![b'x'; 5000];
    let rows = [
        (vec![], vec![]),
        (vec![blob(b"")], vec![String::new()]),
        (
            vec![blob(&long)],
            vec![String::from_utf8(long.clone()).unwrap()],
        ),
        (
            vec![blob(BASE), entry(6, DELTA.len(), &[back], DELTA)],
            vec!["0123!".to_owned(), "0123456789".to_owned()],
        ),
        // Before its base, and behind it.
        (
            vec![of_name(), blob(BASE)],
            vec!["0123!".to_owned(), "0123456789".to_owned()],
        ),
        (
            vec![blob(BASE), of_name()],
            vec!["0123!".to_owned(), "0123456789".to_owned()],
        ),
    ];
    for (entries, expected) in rows {
        assert_eq!(read(&pack(&entries)), Ok(expected));
    }
}

#[test]
fn packs_that_are_none_are_refused() {
    let base = Name::of(Kind::Blob, BASE).unwrap();
    let mut changed = pack(&[blob(BASE)]);
    changed[14] ^= 1;
    let mut cut = blob(BASE);
    cut.truncate(8);
    let rows = [
        b"".to_vec(),
        b"PACK".to_vec(),
        changed,
        pack_of(2, &[blob(BASE)]),
        pack_of(0, &[blob(BASE)]),
        pack(&[cut]),
        // Says that it is longer, or shorter.
        pack(&[entry(3, 11, b"", BASE)]),
        pack(&[entry(3, 9, b"", BASE)]),
        // Of kinds that there are not.
        pack(&[entry(0, 10, b"", BASE)]),
        pack(&[entry(5, 10, b"", BASE)]),
        // Different from itself, from nothing, from before the beginning.
        pack(&[blob(BASE), entry(6, DELTA.len(), &[0], DELTA)]),
        pack(&[blob(BASE), entry(6, DELTA.len(), &[1], DELTA)]),
        pack(&[blob(BASE), entry(6, DELTA.len(), &[0xff, 0x7f], DELTA)]),
        pack(&[entry(7, DELTA.len(), &base.0, DELTA)]),
        pack(&[blob(b"other"), entry(7, DELTA.len(), &base.0, DELTA)]),
    ];
    for (at, pack) in rows.into_iter().enumerate() {
        assert_eq!(read(&pack), Err(Cause::ProviderError), "row {at}");
    }
}

#[test]
fn what_would_become_too_much_is_refused_before_it_does() {
    let base = Name::of(Kind::Blob, BASE).unwrap();
    // It says that it makes 128 MiB of ten bytes.
    let bomb = b"\x0a\x80\x80\x80\x40\x90\x0a";
    let rows = [
        pack(&[entry(3, LARGEST + 1, b"", BASE)]),
        pack(&[blob(BASE), entry(7, bomb.len(), &base.0, bomb)]),
        pack_of(MOST + 1, &[]),
    ];
    for (at, pack) in rows.into_iter().enumerate() {
        assert_eq!(read(&pack), Err(Cause::InvalidData), "row {at}");
    }
    // Each needs the one behind it.
    let mut names = vec![base];
    let mut entries = vec![blob(BASE)];
    for at in 0..20_u8 {
        let content = [BASE, &[b'a' + at]].concat();
        let length = if at == 0 { 10 } else { 11 };
        let delta = [length, 11, 0x90, 10, 1, b'a' + at];
        entries.push(entry(7, delta.len(), &names.last().unwrap().0, &delta));
        names.push(Name::of(Kind::Blob, &content).unwrap());
    }
    assert_eq!(read(&pack(&entries)).map(|all| all.len()), Ok(21));
    entries.reverse();
    assert_eq!(read(&pack(&entries)), Err(Cause::ProviderError));
}

/// Whatever one byte says, and wherever it ends: an answer, and never a panic. The trailer is made anew, so that what stands before it is looked at.
#[test]
fn no_byte_of_a_pack_is_trusted() {
    let base = Name::of(Kind::Blob, BASE).unwrap();
    let back = blob(BASE).len() as u8;
    let whole = pack(&[
        blob(BASE),
        entry(6, DELTA.len(), &[back], DELTA),
        entry(7, DELTA.len(), &base.0, DELTA),
    ]);
    let body = &whole[..whole.len() - 20];
    let sealed = |body: &[u8]| [body, Sha1::digest(body).as_slice()].concat();
    assert!(read(&sealed(body)).is_ok());
    for at in 0..body.len() {
        assert!(read(&sealed(&body[..at])).is_err(), "cut at {at}");
        for bit in 0..8 {
            let mut changed = body.to_vec();
            changed[at] ^= 1 << bit;
            let _ = read(&sealed(&changed));
        }
    }
}
