//! Opening what was sealed gives the text back, byte for byte; or the text was refused when it was to be sealed.

use std::fs;

use rand::RngExt as _;
use rand::rngs::StdRng;
use selkie_document::Error;
use selkie_tests::repository::corpus;
use selkie_tests::wild::{self, shrink};
use selkie_tests::{random, seeded};

use crate::bench::{Bench, calmly, cases};

/// Complaints that are shown at once.
const SHOWN: usize = 8;

#[derive(Debug, PartialEq, Eq)]
enum End {
    Identical,
    /// Not YAML, or not in SOPS's model.
    Refused,
}

fn check(bench: &Bench, text: &[u8]) -> Result<End, String> {
    calmly(|| {
        let sealed = match bench.seal(text, &mut seeded(2)) {
            Ok(sealed) => sealed,
            Err(error @ (Error::Inconsistent | Error::Unrestorable { .. } | Error::Nonce)) => {
                return Err(format!("not sealed: {error}"));
            }
            Err(_) => return Ok(End::Refused),
        };
        let opened = bench
            .open(&sealed.bytes)
            .map_err(|error| format!("not opened: {error}"))?;
        if opened.plain.source() != text {
            return Err("changed".to_owned());
        }
        if !opened.exact || !opened.warnings.is_empty() {
            return Err(format!("opened with {:?}", opened.warnings));
        }
        Ok(End::Identical)
    })
}

/// Runs `check` on texts and fails with the smallest forms of those that break the law; the number that came back is returned.
fn hold(texts: impl Iterator<Item = String>) -> u64 {
    let bench = Bench::new();
    let mut identical = 0;
    let mut wrong = Vec::new();
    for text in texts {
        match check(&bench, text.as_bytes()) {
            Ok(End::Identical) => identical += 1,
            Ok(End::Refused) => {}
            Err(complaint) => {
                let kind = complaint.split(':').next();
                let small = shrink(&text, |it| {
                    check(&bench, it.as_bytes()).is_err_and(|other| other.split(':').next() == kind)
                });
                wrong.push(format!("{complaint}: {small:?}"));
                if wrong.len() == SHOWN {
                    break;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    identical
}

#[test]
fn wild_texts_come_back() {
    let cases = cases();
    let identical = hold((0..cases).map(|seed| wild::text(&mut seeded(seed))));
    println!("{identical} of {cases} are in the model");
    assert!(
        identical * 2 > cases,
        "the generator makes too many texts that are refused: {identical} of {cases}"
    );
}

#[test]
fn tame_documents_come_back() {
    let cases = cases() / 4;
    let identical = hold((0..cases).map(|seed| random::document(&mut seeded(seed))));
    assert_eq!(identical, cases);
}

#[test]
fn mutated_texts_come_back_or_are_refused() {
    let corpus: Vec<String> = corpus()
        .into_iter()
        .map(|path| String::from_utf8(fs::read(path).unwrap()).unwrap())
        .filter(|text| text.len() < 4_000)
        .collect();
    let mutated = (0..cases()).map(|seed| {
        let rng = &mut seeded(seed);
        let mut text = if seed % 2 == 0 {
            corpus[rng.random_range(0..corpus.len())].clone()
        } else {
            wild::text(rng)
        };
        for _ in 0..rng.random_range(1..4) {
            text = mutate(&text, rng);
        }
        text
    });
    println!("{} are in the model", hold(mutated));
}

/// What breaks readers when it stands in the wrong place.
const SPLINTERS: [&str; 28] = [
    "#", " #", ":", ": ", "- ", "? ", "\n", "\r", "\r\n", "\t", "  ", "'", "\"", "|", ">-\n", "{",
    "}", "[", "]", ",", "&x ", "*x", "!!int ", "---\n", "...\n", "\u{feff}", "\u{85}", "\u{2028}",
];

fn mutate(text: &str, rng: &mut StdRng) -> String {
    let mut place = || {
        let mut at = rng.random_range(0..=text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (one, other, third) = (place(), place(), place());
    let (start, stop) = (one.min(other), one.max(other));
    let near = text[start..]
        .char_indices()
        .nth(4)
        .map_or(text.len(), |(len, _)| start + len);
    match rng.random_range(0..7) {
        0 => text[..start].to_owned(),
        1 => text[..start].to_owned() + &text[near..],
        2 => {
            text[..start].to_owned()
                + SPLINTERS[rng.random_range(0..SPLINTERS.len())]
                + &text[start..]
        }
        3 => {
            text[..start].to_owned()
                + SPLINTERS[rng.random_range(0..SPLINTERS.len())]
                + &text[near..]
        }
        // A run of text once more, elsewhere.
        4 => {
            let run = if stop - start < 100 {
                start..stop
            } else {
                start..near
            };
            text[..third].to_owned() + &text[run] + &text[third..]
        }
        _ => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            if lines.is_empty() {
                return text.to_owned();
            }
            let (from, to) = (
                rng.random_range(0..lines.len()),
                rng.random_range(0..lines.len()),
            );
            match rng.random_range(0..3) {
                0 => _ = lines.remove(from),
                1 => lines.insert(to, lines[from]),
                _ => lines.swap(from, to),
            }
            lines.concat()
        }
    }
}
