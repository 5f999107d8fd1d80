//! One flipped bit in the decoded data, nonce or tag of any token, or in the timestamp, and the file does not open.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt as _;
use selkie_document::{Error, Warning};
use selkie_tests::{random, seeded};

use crate::bench::{Bench, cases};

const FIELDS: [&str; 3] = ["data:", ",iv:", ",tag:"];

/// The places of all tokens in the text.
fn tokens(text: &str) -> Vec<std::ops::Range<usize>> {
    let starts = text.match_indices("ENC[AES256_GCM,data:");
    starts
        .filter_map(|(start, _)| Some(start..start + text[start..].find(']')? + 1))
        .collect()
}

/// The text with one bit of one field of the token flipped.
fn flip(text: &str, token: std::ops::Range<usize>, field: &str, bit: usize) -> String {
    let inside = &text[token.clone()];
    let start = token.start + inside.find(field).unwrap() + field.len();
    let stop = start + text[start..].find(',').unwrap();
    let mut bytes = STANDARD.decode(&text[start..stop]).unwrap();
    let bit = bit % (bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    text[..start].to_owned() + &STANDARD.encode(bytes) + &text[stop..]
}

#[test]
fn a_flipped_bit_is_refused() {
    let bench = Bench::new();
    for seed in 0..cases() {
        let rng = &mut seeded(seed);
        let sealed = bench
            .seal(random::document(rng).as_bytes(), rng)
            .unwrap()
            .bytes;
        let sealed = String::from_utf8(sealed).unwrap();
        let tokens = tokens(&sealed);
        let token = tokens[rng.random_range(0..tokens.len())].clone();
        let field = FIELDS[rng.random_range(0..FIELDS.len())];
        let line = sealed[..token.start].rsplit('\n').next().unwrap();
        let damaged = flip(&sealed, token.clone(), field, rng.random_range(0..1 << 16));
        let ended = bench.open(damaged.as_bytes());
        // Comments and the layout record are not in the MAC: their damage is told, and nothing else may change.
        let told = |warning: &Warning| matches!(warning, Warning::Comment { .. } | Warning::Layout);
        let ok = if sealed[token.clone()].ends_with("type:comment]") {
            ended.is_ok_and(|opened| opened.warnings.iter().any(told))
        } else if line.trim_start() == "layout: " {
            ended.is_ok_and(|opened| !opened.exact && opened.warnings.iter().any(told))
        } else if line.trim_start() == "mac: " {
            matches!(ended, Err(Error::MacUndecryptable))
        } else {
            matches!(ended, Err(Error::Value { .. }))
        };
        assert!(ok, "seed {seed}, {field} of {}\n{damaged}", &sealed[token]);
    }
}

#[test]
fn another_timestamp_is_refused() {
    let bench = Bench::new();
    let sealed = String::from_utf8(bench.seal(b"a: 1\n", &mut seeded(1)).unwrap().bytes).unwrap();
    let at = sealed.find("lastmodified: \"").unwrap() + "lastmodified: \"".len();
    for (offset, digit) in sealed[at..at + 19]
        .char_indices()
        .filter(|(_, it)| it.is_ascii_digit())
    {
        for other in ('0'..='9').filter(|other| *other != digit) {
            let mut changed = sealed.clone();
            changed.replace_range(at + offset..=at + offset, &other.to_string());
            let ended = bench.open(changed.as_bytes());
            // Some digits make no time at all.
            assert!(
                matches!(ended, Err(Error::MacUndecryptable | Error::Metadata(_))),
                "{} opened as {ended:?}",
                &changed[at..at + 20]
            );
        }
    }
}
