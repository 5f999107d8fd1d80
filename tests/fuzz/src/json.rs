//! JSON that can be sealed comes back byte for byte, holds a value that is set, and damage of it is never taken for the truth.
//!
//! What stands behind the input's last NUL says how the sealed text is damaged.

use selkie_crypto::Secret;
use selkie_document::path::{Path, Step};
use selkie_document::{Error, Format, Opened, Plain, Sealed, Value, open, open_unverified, set};

use super::file::{File, key, now, rng};
use super::open::damaged;

/// Reads the text both ways, seals and opens it, sets a value, damages the sealed text.
pub fn json(data: &[u8]) {
    let (data, damage) = match data.iter().rposition(|byte| *byte == 0) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &[][..]),
    };
    let Some(file) = File::new(data) else { return };
    let plain = Plain::read(Format::Json, Secret::from(file.text.to_vec()));
    let sealed = Sealed::read(Format::Json, file.text.to_vec());
    assert!(plain.is_err() || sealed.is_err(), "both plain and sealed");
    let Some(sealed) = file.seal_as(Format::Json) else {
        return;
    };
    let opened = expected(&sealed.bytes);
    if file.header.layout {
        assert!(opened.plain.source() == file.text, "the text has changed");
        assert!(opened.exact, "opened inexactly: {:?}", opened.warnings);
    }
    put_in(&sealed.bytes);
    let mut bytes = sealed.bytes;
    for step in damage.chunks(4).take(STEPS) {
        damaged(&mut bytes, step);
    }
    if let Ok(verified) = read(&bytes, open) {
        let unverified = read(&bytes, open_unverified);
        assert!(
            unverified.is_ok_and(|it| it.plain.source() == verified.plain.source()),
            "other without the MAC"
        );
    }
}

const STEPS: usize = 8;

type Opening = fn(Sealed, &selkie_crypto::DataKey) -> Result<Opened, Error>;

fn read(bytes: &[u8], opening: Opening) -> Result<Opened, Error> {
    opening(Sealed::read(Format::Json, bytes.to_vec())?, &key())
}

fn expected(bytes: &[u8]) -> Opened {
    match read(bytes, open) {
        Ok(opened) => opened,
        Err(error) => panic!("not opened: {error}"),
    }
}

/// Sets a key that no text has, in the root and in the container before it.
fn put_in(bytes: &[u8]) {
    let fresh = || Step::Key("no such key".to_owned());
    let paths = [
        vec![fresh()],
        vec![Step::Key("a".to_owned()), fresh()],
        vec![Step::Key("a".to_owned()), Step::Index(usize::MAX)],
    ];
    for path in paths {
        let Ok(sealed) = Sealed::read(Format::Json, bytes.to_vec()) else {
            panic!("not read")
        };
        let named = matches!(path.last(), Some(Step::Key(_)));
        let path = Path::from(path);
        let value = Value::List(vec![Value::Int(7), Value::Null, Value::Float(0.5)]);
        if let Ok(changed) = set(sealed, &key(), &path, value, now(), &mut rng(2)) {
            let opened = expected(&changed.bytes);
            let found = opened.plain.extract(&path);
            assert!(
                !named || found.is_ok_and(|it| it.expose() == b"[\n\t7,\n\tnull,\n\t0.5\n]"),
                "what was set is not there"
            );
        }
    }
}
