//! The table of spellings: which type and how many bytes of plain text each has in the real sops.

use std::fs;

use selkie_tests::repository::top;
use selkie_tests::{Party, seeded};
use serde_json::Value;

/// What the token of `v` says, in the table's words.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Refused,
    NotEncrypted,
    Token { kind: String, plaintext_bytes: u64 },
}

#[test]
fn every_spelling_is_typed_as_in_the_table() {
    let table = fs::read_to_string(top().join("tests/vectors/yaml-types.jsonl")).unwrap();
    let party = Party::new();
    let mut wrong = Vec::new();
    let mut rows = 0;
    for line in table.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let scalar = row["scalar"].as_str().unwrap();
        let expected = match row["type"].as_str().unwrap() {
            "ERROR" => Seen::Refused,
            "not encrypted" => Seen::NotEncrypted,
            kind => Seen::Token {
                kind: kind.to_owned(),
                plaintext_bytes: row["plaintext_bytes"].as_u64().unwrap(),
            },
        };
        let seen = see(&party, scalar);
        if seen != expected {
            wrong.push(format!("{scalar:?}: {seen:?}, but sops has {expected:?}"));
        }
        rows += 1;
    }
    assert!(
        wrong.is_empty(),
        "{} of {rows}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(rows, 123);
}

fn see(party: &Party, scalar: &str) -> Seen {
    let text = format!("v: {scalar}\n");
    let Ok(sealed) = party.seal(text.as_bytes(), &mut seeded(3)) else {
        return Seen::Refused;
    };
    assert!(
        party.open(&sealed.bytes).unwrap().plain.source() == text.as_bytes(),
        "{text} changed"
    );
    let sealed = String::from_utf8(sealed.bytes).unwrap();
    let line = sealed.lines().find(|line| line.starts_with("v:")).unwrap();
    let field = |name: &str| {
        Some(
            line.split_once(name)?
                .1
                .split([',', ']'])
                .next()?
                .to_owned(),
        )
    };
    match (field("data:"), field("type:")) {
        (Some(data), Some(kind)) => {
            let padding = data.bytes().rev().take_while(|byte| *byte == b'=').count();
            Seen::Token {
                kind,
                plaintext_bytes: (data.len() / 4 * 3 - padding) as u64,
            }
        }
        _ => Seen::NotEncrypted,
    }
}
