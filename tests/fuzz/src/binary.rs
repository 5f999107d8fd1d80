//! A binary file comes back byte for byte, by the way that holds it once and by the way of all formats, and both agree about
//! every damage.

use selkie_document::binary::{self, OpenedBinary};
use selkie_document::{Error, Format, Nonces, Opened, Plain, Sealed, open, open_unverified, seal};

use super::file::{File, key, rng};
use super::open::damaged;

/// Seals the bytes before the last NUL, opens them, damages the sealed file as the bytes behind it say, opens it again.
pub fn binary(data: &[u8]) {
    let (data, damage) = match data.iter().rposition(|byte| *byte == 0) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &[][..]),
    };
    let Some(file) = File::new(data) else { return };
    let mut sealed = whole(&file);
    let opened = match by_tree(&sealed, open) {
        Ok(opened) => opened,
        Err(error) => panic!("not opened: {error}"),
    };
    assert!(opened.plain.source() == file.text, "the bytes have changed");
    again(&file, &sealed, &opened);

    // Twice: what was damaged may be no binary file of ours any more, but still one of somebody.
    for steps in [&[][..], damage] {
        for step in steps.chunks(4).take(STEPS) {
            damaged(&mut sealed, step);
        }
        let unverified = agree(&sealed, open_unverified, binary::open_unverified);
        if let Some(content) = agree(&sealed, open, binary::open) {
            assert!(content == file.text, "damage was taken for the truth");
            assert!(
                unverified.is_some_and(|it| it == content),
                "only unverified"
            );
        }
    }
}

const STEPS: usize = 8;

fn whole(file: &File<'_>) -> Vec<u8> {
    let content = file.text.to_vec().into();
    let sealed = match binary::seal(content, &key(), file.header.clone(), &mut rng(1)) {
        Ok(sealed) => sealed,
        Err(error) => panic!("not sealed: {error}"),
    };
    let mut text = Vec::new();
    if let Err(error) = sealed.write(&mut text) {
        panic!("not written: {error}")
    }
    text
}

/// Sealed with the nonce of the file, the value's line stays.
fn again(file: &File<'_>, before: &[u8], opened: &Opened) {
    let plain = match Plain::read(Format::Binary, file.text.to_vec().into()) {
        Ok(plain) => plain,
        Err(error) => panic!("not read: {error}"),
    };
    let nonces: Nonces = opened.nonces(&key());
    match seal(plain, &key(), file.header.clone(), &nonces, &mut rng(2)) {
        Ok(after) => assert!(value(before) == value(&after.bytes), "another token"),
        Err(error) => panic!("not sealed again: {error}"),
    }
}

fn value(sealed: &[u8]) -> Option<&[u8]> {
    sealed.split(|byte| *byte == b'\n').nth(1)
}

fn by_tree(
    sealed: &[u8],
    opening: fn(Sealed, &selkie_crypto::DataKey) -> Result<Opened, Error>,
) -> Result<Opened, Error> {
    opening(Sealed::read(Format::Binary, sealed.to_vec())?, &key())
}

/// What both ways of opening give, which must be the same.
fn agree(
    sealed: &[u8],
    tree: fn(Sealed, &selkie_crypto::DataKey) -> Result<Opened, Error>,
    whole: fn(Sealed, &selkie_crypto::DataKey) -> Result<OpenedBinary, Error>,
) -> Option<Vec<u8>> {
    let tree = by_tree(sealed, tree);
    let whole = Sealed::read(Format::Binary, sealed.to_vec()).and_then(|it| whole(it, &key()));
    match (tree, whole) {
        (Ok(tree), Ok(whole)) => {
            assert!(tree.plain.source() == whole.content.expose(), "they differ");
            Some(whole.content.expose().to_vec())
        }
        (Err(one), Err(other)) => {
            assert_eq!(one.to_string(), other.to_string());
            None
        }
        (Ok(_), Err(error)) => panic!("refused as a whole alone: {error}"),
        (Err(error), Ok(_)) => panic!("refused as a tree alone: {error}"),
    }
}
