//! dotenv and INI come back byte for byte, whatever bytes they are; any bytes at all can be given to their readers; and damage of a sealed
//! text, its metadata included, is never taken for the truth.
//!
//! What stands behind the input's last NUL says how the sealed text is damaged.

use selkie_crypto::Secret;
use selkie_document::{Error, Format, Nonces, Plain, Sealed, open, open_unverified};

use super::file::{File, key};
use super::open::damaged;

/// The law over dotenv.
pub fn dotenv(data: &[u8]) {
    comes_back(Format::Dotenv, data);
}

/// The law over INI.
pub fn ini(data: &[u8]) {
    comes_back(Format::Ini, data);
}

fn comes_back(format: Format, data: &[u8]) {
    _ = Sealed::read(format, data.to_vec());
    let (data, damage) = match data.iter().rposition(|byte| *byte == 0) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &[][..]),
    };
    let Some(file) = File::new(data) else { return };
    let Ok(plain) = Plain::read(format, Secret::from(file.text.to_vec())) else {
        return;
    };
    let Some(sealed) = file.seal_plain(plain, &Nonces::none(), 1) else {
        return;
    };
    tampered(format, sealed.bytes.clone(), damage);
    let opened = Sealed::read(format, sealed.bytes).and_then(|sealed| open(sealed, &key()));
    match opened {
        Ok(opened) if file.header.layout => {
            assert_eq!(opened.plain.source(), file.text, "the text has changed");
            assert!(opened.exact, "opened inexactly: {:?}", opened.warnings);
        }
        Ok(_) => {}
        // Without the record a value may have no spelling at all.
        Err(Error::Unrestorable { .. }) if !file.header.layout => {}
        Err(error) => panic!("not opened: {error}"),
    }
}

fn tampered(format: Format, mut bytes: Vec<u8>, damage: &[u8]) {
    for step in damage.chunks(4).take(STEPS) {
        damaged(&mut bytes, step);
    }
    let read = |bytes: &[u8]| Sealed::read(format, bytes.to_vec());
    let Ok(verified) = read(&bytes).and_then(|sealed| open(sealed, &key())) else {
        return;
    };
    let unverified = read(&bytes).and_then(|sealed| open_unverified(sealed, &key()));
    assert!(
        unverified.is_ok_and(|it| it.plain.source() == verified.plain.source()),
        "other without the MAC"
    );
}

const STEPS: usize = 8;
