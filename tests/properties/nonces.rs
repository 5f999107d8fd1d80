//! Sealing again: values that did not change keep their tokens, and under one data key equal nonces mean equal tokens.

use std::collections::HashMap;

use rand::RngExt as _;
use rand::rngs::StdRng;
use selkie_crypto::Secret;
use selkie_document::path::Path;
use selkie_document::{Format, Nonces, Plain, Sealed, Value, reseal, seal, set, unset};
use selkie_tests::{random, seeded, wild};

use crate::bench::{Bench, cases};
use crate::reseal::how;

/// All tokens of the text, with their nonces.
fn tokens(text: &str) -> Vec<(&str, &str)> {
    text.match_indices("ENC[AES256_GCM,data:")
        .filter_map(|(start, _)| {
            let token = &text[start..=start + text[start..].find(']')?];
            let nonce = token.split(",iv:").nth(1)?.split(',').next()?;
            Some((token, nonce))
        })
        .collect()
}

/// Seals `text` with the nonces of what `sealed` holds.
fn again(
    bench: &Bench,
    sealed: &str,
    text: Option<&str>,
    rng: &mut StdRng,
) -> Result<String, String> {
    let opened = bench
        .open(sealed.as_bytes())
        .map_err(|error| error.to_string())?;
    let nonces: Nonces = opened.nonces(&bench.key);
    let text = text.map_or_else(
        || opened.plain.source().to_vec(),
        |it| it.as_bytes().to_vec(),
    );
    let plain = Plain::read(Format::Yaml, Secret::from(text)).map_err(|error| error.to_string())?;
    let sealed = seal(plain, &bench.key, bench.header.clone(), &nonces, rng)
        .map_err(|error| error.to_string())?;
    Ok(String::from_utf8(sealed.bytes).unwrap())
}

/// Seals `text` over what `sealed` holds.
fn over(
    bench: &Bench,
    sealed: &str,
    text: Option<&str>,
    rng: &mut StdRng,
) -> Result<String, String> {
    let opened = bench
        .open(sealed.as_bytes())
        .map_err(|error| error.to_string())?;
    let text = Secret::from(text.unwrap_or_default().as_bytes().to_vec());
    let plain = Plain::read(Format::Yaml, text).map_err(|error| error.to_string())?;
    let sealed = reseal(&opened, plain, &bench.key, &how(), rng);
    let sealed = sealed.map_err(|error| error.to_string())?;
    Ok(String::from_utf8(sealed.bytes).unwrap())
}

/// Whether the token is the MAC or the layout record, which are fresh each time.
fn is_own(sealed: &str, token: &str) -> bool {
    ["mac: ", "layout: "]
        .iter()
        .any(|field| sealed.contains(&format!("    {field}{token}")))
}

/// All lines but those of the MAC and the layout record.
fn body(sealed: &str) -> Vec<&str> {
    sealed
        .lines()
        .filter(|line| {
            !line.trim_start().starts_with("mac: ") && !line.trim_start().starts_with("layout: ")
        })
        .collect()
}

#[test]
fn sealing_unchanged_text_again_changes_the_mac_and_the_record_alone() {
    let bench = Bench::new();
    let mut wrong = Vec::new();
    for seed in 0..cases() / 4 {
        let rng = &mut seeded(seed);
        let text = if seed % 2 == 0 {
            random::document(rng)
        } else {
            wild::text(rng)
        };
        let Ok(first) = bench.seal(text.as_bytes(), rng) else {
            continue;
        };
        let first = String::from_utf8(first.bytes).unwrap();
        let Ok(second) = again(&bench, &first, None, rng) else {
            continue;
        };
        // In braces the metadata stands on a line with values.
        if first.contains("\"sops\": {") {
            continue;
        }
        let (mut before, mut after) = (body(&first), body(&second));
        // What stands for a reference is sealed behind all other values: with one, equal items may change places.
        if text.contains('*') {
            before = tokens(&first).into_iter().map(|(token, _)| token).collect();
            after = tokens(&second)
                .into_iter()
                .map(|(token, _)| token)
                .collect();
            before.retain(|token| !is_own(&first, token));
            after.retain(|token| !is_own(&second, token));
            before.sort_unstable();
            after.sort_unstable();
        }
        let changed: Vec<_> = before
            .into_iter()
            .zip(after)
            .filter(|(a, b)| a != b)
            .collect();
        if !changed.is_empty() {
            wrong.push(format!("seed {seed}: {changed:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} files, the first:\n{}",
        wrong.len(),
        wrong[0]
    );
}

#[test]
fn equal_nonces_mean_equal_tokens_over_all_versions_of_a_file() {
    let bench = Bench::new();
    for seed in 0..cases() / 20 {
        let rng = &mut seeded(seed);
        let mut seen: HashMap<String, String> = HashMap::new();
        let mut text = list(rng);
        let mut sealed =
            String::from_utf8(bench.seal(text.as_bytes(), rng).unwrap().bytes).unwrap();
        for step in 0..20 {
            for (token, nonce) in tokens(&sealed) {
                let before = seen
                    .entry(nonce.to_owned())
                    .or_insert_with(|| token.to_owned());
                assert_eq!(
                    before, token,
                    "seed {seed} step {step}: one nonce, two tokens"
                );
            }
            if rng.random_range(0..2) == 0 {
                sealed = changed(&bench, sealed, rng);
                let opened = bench.open(sealed.as_bytes()).unwrap();
                text = String::from_utf8(opened.plain.source().to_vec()).unwrap();
                continue;
            }
            text = edited(&text, rng);
            let seal_again = if rng.random_range(0..2) == 0 {
                again
            } else {
                over
            };
            sealed = seal_again(&bench, &sealed, Some(&text), rng)
                .unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}"));
        }
    }
}

#[test]
fn equal_items_of_a_list_have_different_tokens() {
    let bench = Bench::new();
    let rng = &mut seeded(1);
    let text = "l: [x, x, x]\nm:\n  - x\n  - x\n# same\nn: 1\n# same\n";
    let mut sealed = String::from_utf8(bench.seal(text.as_bytes(), rng).unwrap().bytes).unwrap();
    for _ in 0..3 {
        let mut nonces: Vec<&str> = tokens(&sealed)
            .into_iter()
            .map(|(_, nonce)| nonce)
            .collect();
        let count = nonces.len();
        nonces.sort_unstable();
        nonces.dedup();
        assert_eq!(nonces.len(), count, "{sealed}");
        sealed = again(&bench, &sealed, None, rng).unwrap();
    }
}

/// The file after one value was set or taken out; as it was, if nothing is there.
fn changed(bench: &Bench, sealed: String, rng: &mut StdRng) -> String {
    let key = ["a", "b", "c", "d", "e"][rng.random_range(0..5)];
    let item = rng.random_range(0..5);
    let path = Path::parse(&format!("[\"{key}\"][{item}]")).unwrap();
    let read = Sealed::read(Format::Yaml, sealed.clone().into_bytes()).unwrap();
    let ended = if rng.random_range(0..3) == 0 {
        unset(read, &bench.key, &path, bench.header.now, rng)
    } else {
        let value = match rng.random_range(0..4) {
            0 => Value::Str(Secret::from("x".to_owned())),
            1 => Value::Str(Secret::from("y".to_owned())),
            2 => Value::Int(1),
            _ => Value::List(vec![
                Value::Bool(true),
                Value::Str(Secret::from("x".to_owned())),
            ]),
        };
        set(read, &bench.key, &path, value, bench.header.now, rng)
    };
    ended.map_or(sealed, |changed| String::from_utf8(changed.bytes).unwrap())
}

/// Few keys and few values, so that equal ones meet.
fn list(rng: &mut StdRng) -> String {
    let mut text = String::new();
    for key in ["a", "b", "c", "d", "e"] {
        if rng.random_range(0..3) == 0 {
            text.push_str(["# one\n", "# two\n"][rng.random_range(0..2)]);
        }
        text.push_str(key);
        text.push_str(":\n");
        for _ in 0..rng.random_range(1..5) {
            text.push_str(
                [
                    "- x\n",
                    "- \"x\"\n",
                    "- 1\n",
                    "- \"1\"\n",
                    "- true\n",
                    "- {x: x}\n",
                    "- [x, x]\n",
                    "- # one\n  x\n",
                    "- y\n",
                ][rng.random_range(0..9)],
            );
        }
    }
    text
}

/// The text with one line removed, doubled or moved.
fn edited(text: &str, rng: &mut StdRng) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let items: Vec<usize> = (1..lines.len())
        .filter(|at| lines[*at].starts_with("- ") && lines[*at] != "- # one")
        .collect();
    // A list in a list takes more than a line, and an editor of lines would break it.
    if items.len() < 2 || text.contains("- - ") {
        return list(rng);
    }
    let (one, other) = (
        items[rng.random_range(0..items.len())],
        items[rng.random_range(0..items.len())],
    );
    match rng.random_range(0..4) {
        0 => lines.insert(one, lines[other]),
        1 => lines.swap(one, other),
        2 => lines[one] = "- z",
        _ => _ = lines.remove(one),
    }
    lines.join("\n") + "\n"
}
