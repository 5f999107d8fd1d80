//! Each program opens what the other sealed: every format, with one key, two groups and two of three, with each selector and none;
//! for a text that was written by hand and one that was generated.

use std::fmt::Write as _;
use std::fs;

use rand::RngExt as _;
use rand::rngs::StdRng;
use selkie_tests::repository::selkie;
use selkie_tests::{Party, Run, scratch, seeded};
use selkie_xtask::peers::{self, Sops};

/// The selector fields of a rule; the texts have something for each of them to choose.
const SELECTORS: [&str; 7] = [
    "",
    "unencrypted_suffix: _x",
    "encrypted_suffix: _x",
    "unencrypted_regex: ^k[0-4]",
    "encrypted_regex: ^k[0-4]",
    "unencrypted_comment_regex: 'mark:'",
    "encrypted_comment_regex: 'mark:'",
];

/// Groups by the numbers of their parties, the threshold, and who opens.
type Keys = (&'static [&'static [usize]], Option<u8>, &'static [usize]);

const KEYS: [Keys; 3] = [
    (&[&[0]], None, &[0]),
    (&[&[0], &[1]], None, &[0, 1]),
    (&[&[0], &[1], &[2]], Some(2), &[0, 2]),
];

const BY_HAND: &[Entry<'_>] = &[
    ("one", "k1", Value::Text("text"), ""),
    ("one", "k2_x", Value::Text("more text"), "mark: this"),
    ("one", "z3", Value::Integer(-42), "note"),
    ("two", "k4", Value::Bool(true), ""),
    ("two", "y_x", Value::Text(""), ""),
    ("two", "k5", Value::Half(3), "mark: that"),
];

/// Section, key, value and the comment before it.
type Entry<'a> = (&'a str, &'a str, Value<'a>, &'a str);

#[derive(Clone, Copy)]
enum Value<'a> {
    Text(&'a str),
    Integer(i64),
    /// So many halves and a quarter: never a whole number.
    Half(i32),
    Bool(bool),
}

impl Value<'_> {
    fn plain(&self) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::Half(number) => (f64::from(*number) / 2.0 + 0.25).to_string(),
            Self::Bool(bool) => bool.to_string(),
        }
    }

    fn json(&self) -> String {
        match self {
            Self::Text(text) => format!("\"{text}\""),
            other => other.plain(),
        }
    }
}

/// The entries as a file of this format; entries of a section stand together.
fn text(format: &str, entries: &[Entry<'_>]) -> String {
    let mut text = String::new();
    let mut section = "";
    for (of, key, value, comment) in entries {
        let begins = *of != section;
        section = of;
        match format {
            "json" => {
                let end = if text.is_empty() { "" } else { "}," };
                let before = if begins {
                    format!("{end}\"{of}\":{{")
                } else {
                    ",".to_owned()
                };
                let _ = write!(text, "{before}\"{key}\": {}", value.json());
            }
            "dotenv" => {
                if !comment.is_empty() {
                    let _ = writeln!(text, "# {comment}");
                }
                let _ = writeln!(text, "{key}_{of}={}\n{key}={0}", value.plain());
            }
            "ini" => {
                if begins {
                    let _ = writeln!(text, "[{of}]");
                }
                if !comment.is_empty() {
                    let _ = writeln!(text, "; {comment}");
                }
                let _ = writeln!(text, "{key} = {}", value.plain());
            }
            _ => {
                if begins {
                    let _ = writeln!(text, "{of}:");
                }
                if !comment.is_empty() {
                    let _ = writeln!(text, "    # {comment}");
                }
                let _ = writeln!(text, "    {key}: {}", value.json());
            }
        }
    }
    if format == "json" {
        format!("{{{text}}}}}\n")
    } else {
        text
    }
}

/// A text of letters, digits and what no format takes for its own.
fn word(rng: &mut StdRng) -> String {
    const LETTERS: &[u8] = b"abcXYZ0189-_./+ ";
    let length = rng.random_range(0..20);
    let word: String = (0..length)
        .map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())]))
        .collect();
    word.trim().to_owned()
}

fn generated(format: &str, seed: u64) -> String {
    let rng = &mut seeded(seed);
    let count = rng.random_range(1..12);
    let drawn: Vec<(String, String, String, u8, u8)> = (0..count)
        .map(|index| {
            let ending = if rng.random() { "_x" } else { "" };
            (
                format!("s{}", index / 4),
                format!("k{index}{ending}"),
                word(rng),
                rng.random_range(0..5),
                rng.random_range(0..4),
            )
        })
        .collect();
    let entries: Vec<Entry<'_>> = drawn
        .iter()
        .map(|(section, key, word, kind, comment)| {
            let value = match kind {
                0 => Value::Integer(seed.cast_signed() * 1_000_003 - 7),
                1 => Value::Half(i32::from(*kind) - 9),
                2 => Value::Bool(word.len() > 9),
                _ => Value::Text(word),
            };
            let comment = ["", "", "note", "mark: this"][usize::from(*comment)];
            (section.as_str(), key.as_str(), value, comment)
        })
        .collect();
    text(format, &entries)
}

fn rules(parties: &[Party; 3], (groups, threshold, _): Keys, selector: &str) -> String {
    let mut rule = "creation_rules:\n  - key_groups:\n".to_owned();
    for group in groups {
        let members: Vec<&str> = group
            .iter()
            .map(|at| parties[*at].recipient.as_str())
            .collect();
        let _ = writeln!(rule, "      - age: [{}]", members.join(", "));
    }
    if let Some(threshold) = threshold {
        let _ = writeln!(rule, "    shamir_threshold: {threshold}");
    }
    if !selector.is_empty() {
        let _ = writeln!(rule, "    {selector}");
    }
    rule
}

fn check(format: &str, ending: &str) {
    let parties = [Party::new(), Party::new(), Party::new()];
    let sops = peers::sops(Sops::V3_13_3).unwrap();
    let programs = [&sops, selkie()];
    let folder = scratch();
    let file = |name: &str| folder.path().join(format!("{name}.{ending}"));
    let mut seed = 0;
    for keys in KEYS {
        for selector in SELECTORS {
            fs::write(
                folder.path().join(".sops.yaml"),
                rules(&parties, keys, selector),
            )
            .unwrap();
            seed += 1;
            for text in [text(format, BY_HAND), generated(format, seed)] {
                let at = format!("{format}, {:?}, {selector}, seed {seed}\n{text}", keys.0);
                fs::write(file("plain"), &text).unwrap();
                let sealed = programs.map(|program| {
                    let run = Run::new(program).folder(folder.path());
                    run.arg("encrypt").arg(file("plain")).succeed().stdout
                });
                let identities: Vec<&str> = keys
                    .2
                    .iter()
                    .map(|at| parties[*at].identity.as_str())
                    .collect();
                let opened = sealed.each_ref().map(|sealed| {
                    fs::write(file("sealed"), sealed).unwrap();
                    programs.map(|program| {
                        let run = Run::new(program).folder(folder.path());
                        let run = run.env("SOPS_AGE_KEY", identities.join("\n"));
                        let run = run.args(["decrypt", "--output-type", "json"]);
                        let printed = run.arg(file("sealed")).succeed().text();
                        serde_json::from_str::<serde_json::Value>(&printed).unwrap()
                    })
                });
                let [[reference, by_us], [theirs_of_ours, ours]] = &opened;
                assert_eq!(by_us, reference, "sealed by sops, opened by us: {at}");
                assert_eq!(
                    theirs_of_ours, reference,
                    "sealed by us, opened by sops: {at}"
                );
                assert_eq!(ours, reference, "sealed and opened by us: {at}");
            }
        }
    }
}

#[test]
fn yaml() {
    check("yaml", "yaml");
}

#[test]
fn json() {
    check("json", "json");
}

#[test]
fn dotenv() {
    check("dotenv", "env");
}

#[test]
fn ini() {
    check("ini", "ini");
}

#[test]
fn binary() {
    check("binary", "bin");
}
