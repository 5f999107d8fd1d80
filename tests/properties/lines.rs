//! The laws over wild dotenv and INI: the text comes back, damage is refused, a change changes one value.

use rand::RngExt as _;
use selkie_crypto::{Secret, Timestamp};
use selkie_document::path::Path;
use selkie_document::{
    Error, Format, Nonces, Plain, Sealed, SealedText, Value, open, seal, set, unset,
};
use selkie_tests::party::NOW;
use selkie_tests::wild::shrink;
use selkie_tests::{lines, seeded};

use crate::bench::{Bench, calmly, cases};

/// A text made of a seed.
type Text = fn(u64) -> String;

const FORMATS: [(Format, Text); 3] = [
    (Format::Dotenv, |seed| lines::dotenv(&mut seeded(seed))),
    (Format::Ini, |seed| lines::ini(&mut seeded(seed))),
    (Format::Ini, |seed| lines::scraps(&mut seeded(seed))),
];

fn sealed(bench: &Bench, format: Format, text: &str) -> Result<SealedText, Error> {
    let plain = Plain::read(format, Secret::from(text.as_bytes().to_vec()))?;
    let header = bench.header.clone();
    seal(plain, &bench.key, header, &Nonces::none(), &mut seeded(2))
}

/// Whether the text is in the model; if so, it must come back.
fn comes_back(bench: &Bench, format: Format, text: &str) -> Result<bool, String> {
    calmly(|| {
        let sealed = match sealed(bench, format, text) {
            Ok(sealed) => sealed,
            Err(error @ (Error::Inconsistent | Error::Nonce)) => return Err(error.to_string()),
            Err(_) => return Ok(false),
        };
        let read = Sealed::read(format, sealed.bytes);
        let opened = read
            .and_then(|it| open(it, &bench.key))
            .map_err(|error| format!("not opened: {error}"))?;
        if opened.plain.source() != text.as_bytes() {
            return Err("changed".to_owned());
        }
        if !opened.exact || !opened.warnings.is_empty() {
            return Err(format!("opened with {:?}", opened.warnings));
        }
        Ok(true)
    })
}

#[test]
fn wild_lines_come_back() {
    let bench = Bench::new();
    for (format, text) in FORMATS {
        let mut identical = 0;
        for seed in 0..cases() {
            let text = text(seed);
            match comes_back(&bench, format, &text) {
                Ok(there) => identical += u64::from(there),
                Err(complaint) => {
                    let small = shrink(&text, |it| comes_back(&bench, format, it).is_err());
                    panic!("{format:?} seed {seed}: {complaint}: {small:?}");
                }
            }
        }
        assert!(
            identical * 3 > cases(),
            "{format:?}: too many texts are refused: {identical} are taken"
        );
    }
}

/// Sets a value in the sealed text, reads it, and takes it out again. `seed` decides where and which.
fn is_set(bench: &Bench, format: Format, text: &str, seed: u64) -> Result<(), String> {
    let said = |error: Error| error.to_string();
    calmly(|| {
        let rng = &mut seeded(seed);
        let Ok(before) = sealed(bench, format, text) else {
            return Ok(());
        };
        let path = match (format, rng.random_range(0..3)) {
            (Format::Dotenv, 0) => r#"["a"]"#,
            (Format::Dotenv, _) => r#"["new"]"#,
            (_, 0) => r#"["DEFAULT"]["a"]"#,
            (_, 1) => r#"["s"]["b"]"#,
            _ => r#"["new"]["k_unencrypted"]"#,
        };
        let (path, value) = (Path::parse(path).unwrap(), lines::value(rng));
        let read = |bytes: &[u8]| Sealed::read(format, bytes.to_vec()).map_err(said);
        let now = Timestamp::from_unix(NOW + 1);
        let new = Value::Str(Secret::from(value.as_bytes().to_vec()));
        let changed = match set(read(&before.bytes)?, &bench.key, &path, new, now, rng) {
            Ok(changed) => changed.bytes,
            Err(Error::Conversion { .. }) => return Ok(()),
            Err(error) => return Err(format!("set: {error}")),
        };
        let opened = open(read(&changed)?, &bench.key).map_err(said)?;
        let found = opened.plain.extract(&path).map_err(said)?;
        if found.expose() != value.as_bytes() {
            return Err(format!("another value: {found:?} for {value:?}"));
        }
        let gone = unset(read(&changed)?, &bench.key, &path, now, rng)
            .map_err(|error| format!("unset: {error}"))?;
        open(read(&gone.bytes)?, &bench.key)
            .map(drop)
            .map_err(|error| format!("unset: {error}"))
    })
}

#[test]
fn values_set_are_read_and_others_stay() {
    let bench = Bench::new();
    for (format, text) in FORMATS {
        for seed in 0..cases() / 4 {
            let text = text(seed);
            if let Err(complaint) = is_set(&bench, format, &text, seed) {
                let small = shrink(&text, |it| is_set(&bench, format, it, seed).is_err());
                let last = is_set(&bench, format, &small, seed);
                panic!("{format:?} seed {seed}: {complaint}: {small:?}: {last:?}");
            }
        }
    }
}

#[test]
fn a_changed_byte_never_changes_data_unseen() {
    let bench = Bench::new();
    for (format, text) in FORMATS {
        for seed in 0..cases() / 4 {
            let (text, rng) = (text(seed), &mut seeded(seed));
            let Ok(before) = sealed(&bench, format, &text) else {
                continue;
            };
            let tokens: Vec<usize> = before
                .bytes
                .windows(9)
                .enumerate()
                .filter(|(_, it)| *it == b"_GCM,data")
                .map(|(at, _)| at)
                .collect();
            let at = tokens[rng.random_range(0..tokens.len())] + 11;
            let mut damaged = before.bytes.clone();
            damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
            // Comments and the layout record are not in the MAC; their damage is told.
            if let Ok(opened) =
                Sealed::read(format, damaged).and_then(|file| open(file, &bench.key))
            {
                assert!(
                    !opened.warnings.is_empty(),
                    "{format:?} seed {seed}\n{text:?}"
                );
            }
        }
    }
}
