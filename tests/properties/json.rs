//! JSON: what was sealed comes back byte for byte, a value that was set is there, and no damage goes unseen.

use rand::RngExt as _;
use rand::rngs::StdRng;
use selkie_crypto::{Secret, Timestamp};
use selkie_document::path::{Path, Step};
use selkie_document::{
    Comments, Error, Format, Plain, Reseal, Sealed, Value, open, reseal, set, unset,
};
use selkie_tests::{json, seeded, wild};

use crate::bench::{Bench, calmly, cases};

/// Whether the text comes back; `Ok(false)` if it was refused.
fn comes_back(bench: &Bench, text: &str) -> Result<bool, String> {
    calmly(|| {
        let sealed = match bench.seal_as(Format::Json, text.as_bytes(), &mut seeded(2)) {
            Ok(sealed) => sealed,
            Err(error @ (Error::Inconsistent | Error::Unrestorable { .. } | Error::Nonce)) => {
                return Err(format!("not sealed: {error}"));
            }
            Err(_) => return Ok(false),
        };
        if !sealed.bytes.windows(13).any(|it| it == b"\"mac\": \"ENC[A") {
            return Err("the MAC is not where it is looked for".to_owned());
        }
        let opened = bench
            .open_as(Format::Json, &sealed.bytes)
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

/// Fails with the smallest form of a text that breaks the law; the number of those that came back is returned.
fn hold(texts: impl Iterator<Item = String>) -> u64 {
    let bench = Bench::new();
    let mut identical = 0;
    for text in texts {
        match comes_back(&bench, &text) {
            Ok(back) => identical += u64::from(back),
            Err(complaint) => {
                let small = wild::shrink(&text, |it| comes_back(&bench, it).is_err());
                panic!("{complaint}: {small:?}");
            }
        }
    }
    identical
}

#[test]
fn wild_texts_come_back() {
    let cases = cases();
    let identical = hold((0..cases).map(|seed| json::text(&mut seeded(seed))));
    assert_eq!(identical, cases);
}

/// Files of ten topics by twelve tools, five of each.
const FILES: usize = 600;

#[test]
fn files_as_tools_write_them_come_back() {
    let texts = (0..FILES).map(|number| json::real(number, &mut seeded(number as u64)).1);
    let identical = hold(texts);
    println!("{identical} of {FILES} came back byte for byte");
    assert_eq!(identical, FILES as u64);
}

#[test]
fn mutated_texts_come_back_or_are_refused() {
    const SPLINTERS: [&str; 14] = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\ud800", "0", "-", "e9", " ", "null",
    ];
    let mutated = (0..cases()).map(|seed| {
        let rng = &mut seeded(seed);
        let mut text = json::text(rng);
        for _ in 0..rng.random_range(1..3) {
            let at = boundary(&text, rng);
            let stop = text[at..]
                .char_indices()
                .nth(1)
                .map_or(text.len(), |it| at + it.0);
            match rng.random_range(0..4) {
                0 => text.truncate(at),
                1 => text.replace_range(at..stop, ""),
                2 => text.insert_str(at, SPLINTERS[rng.random_range(0..SPLINTERS.len())]),
                _ => text.replace_range(at..stop, SPLINTERS[rng.random_range(0..SPLINTERS.len())]),
            }
        }
        text
    });
    println!("{} are JSON", hold(mutated));
}

fn boundary(text: &str, rng: &mut StdRng) -> usize {
    let mut at = rng.random_range(0..=text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn now() -> Timestamp {
    Timestamp::from_unix(1_800_000_000)
}

fn sealed(bench: &Bench, text: &str) -> Sealed {
    let sealed = bench
        .seal_as(Format::Json, text.as_bytes(), &mut seeded(3))
        .unwrap();
    Sealed::read(Format::Json, sealed.bytes).unwrap()
}

/// A path that may or may not be there.
fn path(rng: &mut StdRng) -> Path {
    let steps = (0..rng.random_range(1..4)).map(|_| match rng.random_range(0..5) {
        0 => Step::Index(rng.random_range(0..4)),
        1 => Step::Key("twice".to_owned()),
        2 => Step::Key("open_unencrypted".to_owned()),
        _ => Step::Key(format!("key_{}", rng.random_range(0..20))),
    });
    Path::from(steps.collect::<Vec<_>>())
}

fn text_value(text: &str) -> Value {
    Value::Str(Secret::from(text.as_bytes().to_vec()))
}

#[test]
fn what_is_set_is_there_and_can_be_taken_out() {
    let bench = Bench::new();
    let mut done = 0;
    for seed in 0..cases() {
        let rng = &mut seeded(seed);
        let text = json::text(rng);
        let path = path(rng);
        let Ok(changed) = set(
            sealed(&bench, &text),
            &bench.key,
            &path,
            text_value("set < here"),
            now(),
            &mut seeded(4),
        ) else {
            continue;
        };
        let opened = bench
            .open_as(Format::Json, &changed.bytes)
            .unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}"));
        if matches!(path.steps().last(), Some(Step::Key(_))) && !has_index(&path) {
            let found = opened.plain.extract(&path).unwrap();
            assert_eq!(found.expose(), b"set < here", "seed {seed}");
            let again = Sealed::read(Format::Json, changed.bytes).unwrap();
            let taken = unset(again, &bench.key, &path, now(), &mut seeded(5)).unwrap();
            let opened = bench.open_as(Format::Json, &taken.bytes);
            let opened = opened.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}"));
            // Of a key that stands twice, the other is left.
            let Some(Step::Key(key)) = path.steps().last() else {
                continue;
            };
            let twice = text.matches(&format!("\"{key}\"")).count() > 1;
            assert!(twice || opened.plain.extract(&path).is_err(), "seed {seed}");
            done += 1;
        }
    }
    assert!(done * 4 > cases(), "{done} of {}", cases());
}

fn has_index(path: &Path) -> bool {
    path.steps()
        .iter()
        .any(|step| matches!(step, Step::Index(_)))
}

#[test]
fn an_edited_text_keeps_the_lines_that_nobody_touched() {
    let bench = Bench::new();
    for number in 0..cases() as usize / 20 {
        let (name, text) = json::real(number, &mut seeded(number as u64));
        let before = bench
            .seal_as(Format::Json, text.as_bytes(), &mut seeded(3))
            .unwrap()
            .bytes;
        let old = open(
            Sealed::read(Format::Json, before.clone()).unwrap(),
            &bench.key,
        )
        .unwrap();
        let Some(edited) = edited(&text) else {
            continue;
        };
        let plain = Plain::read(Format::Json, Secret::from(edited.clone())).unwrap();
        let how = Reseal {
            now: now(),
            layout: true,
            comments: Comments::Encrypted,
            raise_version: false,
            rule: None,
        };
        let after = reseal(&old, plain, &bench.key, &how, &mut seeded(6))
            .unwrap()
            .bytes;
        let opened = bench.open_as(Format::Json, &after).unwrap();
        assert_eq!(opened.plain.source(), edited.as_bytes(), "{name}");
        let (before, after) = (tokens(&before), tokens(&after));
        let fresh = after.iter().filter(|it| !before.contains(it)).count();
        // The value, the MAC and the layout record.
        assert!(fresh <= 3, "{name}: {fresh} tokens are new");
    }
}

/// The text with a letter more in its first string value.
fn edited(text: &str) -> Option<String> {
    let at = text.find("\": \"").map(|at| at + 4);
    let at = at.or_else(|| text.find("\":\"").map(|at| at + 3))?;
    Some(format!("{}x{}", &text[..at], &text[at..]))
}

fn tokens(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let starts = text.match_indices("ENC[AES256_GCM,data:");
    starts
        .map(|(start, _)| {
            text[start..]
                .split(']')
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

#[test]
fn a_changed_token_is_refused() {
    let bench = Bench::new();
    for seed in 0..cases() / 4 {
        let rng = &mut seeded(seed);
        let text = format!("{{\"always\":[1],\"more\":{}}}", json::text(rng));
        let sealed = bench.seal_as(Format::Json, text.as_bytes(), rng).unwrap();
        let sealed = String::from_utf8(sealed.bytes).unwrap();
        let starts: Vec<usize> = sealed
            .match_indices("\"ENC[AES256_GCM,data:")
            .map(|it| it.0)
            .filter(|at| {
                !sealed[..*at].ends_with("\"layout\": ")
                    && !sealed[*at..].starts_with("\"ENC[AES256_GCM,data:YQ==,")
            })
            .collect();
        let start = starts[rng.random_range(0..starts.len())] + "\"ENC[AES256_GCM,data:".len();
        let other = if sealed[start..].starts_with('A') {
            "B"
        } else {
            "A"
        };
        let damaged = format!("{}{other}{}", &sealed[..start], &sealed[start + 1..]);
        let ended = bench.open_as(Format::Json, damaged.as_bytes());
        assert!(
            matches!(
                ended,
                Err(Error::Value { .. } | Error::MacUndecryptable | Error::MacMismatch)
            ),
            "seed {seed}: {damaged}"
        );
    }
}
