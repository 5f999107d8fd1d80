//! Sealing an edited text over the file that it came from: what was not touched keeps its bytes.

use rand::RngExt as _;
use rand::rngs::StdRng;
use selkie_crypto::{Secret, Timestamp};
use selkie_document::{Comments, Error, Format, Plain, Reseal, reseal};
use selkie_tests::wild::shrink;
use selkie_tests::{random, seeded, wild};

use crate::bench::{Bench, calmly, cases};

pub(crate) fn how() -> Reseal<'static> {
    Reseal {
        now: Timestamp::from_unix(1_900_000_000),
        layout: true,
        comments: Comments::Encrypted,
        raise_version: false,
        rule: None,
    }
}

/// Seals `text` over `sealed`; none if the text is refused as any new file with it would be.
fn again(
    bench: &Bench,
    sealed: &[u8],
    text: &str,
    rng: &mut StdRng,
) -> Result<Option<Vec<u8>>, String> {
    let opened = bench.open(sealed).map_err(|error| error.to_string())?;
    let Ok(plain) = Plain::read(Format::Yaml, Secret::from(text.as_bytes().to_vec())) else {
        return Ok(None);
    };
    match reseal(&opened, plain, &bench.key, &how(), rng) {
        Ok(again) => Ok(Some(again.bytes)),
        Err(error @ (Error::Inconsistent | Error::Nonce)) => Err(error.to_string()),
        Err(_) => Ok(None),
    }
}

/// The lines of a sealed file that no rewriting changes by itself.
fn body(sealed: &[u8]) -> Vec<&str> {
    let own = ["lastmodified: ", "mac: ", "layout: "];
    std::str::from_utf8(sealed)
        .unwrap()
        .lines()
        .filter(|line| !own.iter().any(|it| line.trim_start().starts_with(it)))
        .collect()
}

/// As sops writes: tokens without quotes outside of braces.
fn as_sops(sealed: &str) -> String {
    let bare = |line: &str| match line.split_once(": ") {
        Some((key, token)) if !key.contains(['{', '[', '"']) && !token.contains(" #") => {
            for quote in ['"', '\''] {
                let inner = token
                    .strip_prefix(quote)
                    .and_then(|it| it.strip_suffix(quote));
                if let Some(inner) = inner.filter(|it| it.starts_with("ENC[AES256_GCM,data:")) {
                    return format!("{key}: {inner}\n");
                }
            }
            format!("{line}\n")
        }
        _ => format!("{line}\n"),
    };
    let mut text: String = sealed.lines().map(bare).collect();
    if !sealed.ends_with('\n') {
        text.pop();
    }
    text
}

/// A text, and the same with one line behind its first document's last value.
fn check(bench: &Bench, text: &str, added: &str, of_sops: bool) -> Result<bool, String> {
    calmly(|| {
        let rng = &mut seeded(2);
        let Ok(sealed) = bench.seal(text.as_bytes(), rng) else {
            return Ok(false);
        };
        let mut sealed = String::from_utf8(sealed.bytes).map_err(|error| error.to_string())?;
        if of_sops {
            sealed = as_sops(&sealed);
        }
        let Ok(opened) = bench.open(sealed.as_bytes()) else {
            return Ok(false);
        };
        let Ok(before) = std::str::from_utf8(opened.plain.source()) else {
            return Ok(false);
        };
        match again(bench, sealed.as_bytes(), before, rng)? {
            Some(same) if same == sealed.as_bytes() => {}
            Some(_) => return Err("not edited, and not the same".to_owned()),
            None => return Ok(false),
        }
        // What stands for a reference is written anew, and in braces all stands on one line.
        let one_line = sealed.contains("\"sops\": {");
        // A line before the first document's marker would be a document of its own.
        let marked = before.starts_with(['-', '%', '\u{feff}', ' ']) || before.contains("\n---");
        if before.contains(['*', '\r']) || one_line || marked || before.is_empty() {
            return Ok(false);
        }
        let edited = format!("{added}{before}");
        let Some(new) = again(bench, sealed.as_bytes(), &edited, rng)? else {
            return Ok(false);
        };
        let opened = bench.open(&new).map_err(|error| error.to_string())?;
        if opened.plain.source() != edited.as_bytes() {
            return Err("opens to another text".to_owned());
        }
        let (old, mut new) = (body(sealed.as_bytes()), body(&new));
        new.remove(0);
        if old != new {
            let at = old.iter().zip(&new).position(|(old, new)| old != new);
            let shown = at.map(|at| (old[at], new[at]));
            return Err(format!("changed: {shown:?}"));
        }
        Ok(true)
    })
}

#[test]
fn one_line_more_changes_one_line() {
    let bench = Bench::new();
    let (mut wrong, mut held) = (Vec::new(), 0);
    for seed in 0..cases() / 4 {
        let rng = &mut seeded(seed);
        let text = match seed % 3 {
            0 => random::document(rng),
            _ => wild::text(rng),
        };
        let added = ["added_line: 1\n", "added_line: 'x'\n", "# added\n"][rng.random_range(0..3)];
        let of_sops = seed % 2 == 0;
        match check(&bench, &text, added, of_sops) {
            Ok(in_model) => held += u64::from(in_model),
            Err(complaint) => {
                let kind = complaint.split(':').next();
                let small = shrink(&text, |it| {
                    check(&bench, it, added, of_sops)
                        .is_err_and(|other| other.split(':').next() == kind)
                });
                wrong.push(format!("seed {seed}: {complaint}: {added:?} {small:?}"));
                if wrong.len() == 5 {
                    break;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{held} of {} are in the model", cases() / 4);
    assert!(held * 4 > cases() / 4, "too few texts: {held}");
}
