//! JSON files that come back byte for byte, and attacks on one by somebody who can write it and has no key.

use std::fs;

use selkie_crypto::{DataKey, Timestamp};
use selkie_document::selection::Selection;
use selkie_document::{Format, Header, Nonces, Plain, Sealed, open, seal};
use selkie_tests::party::NOW;
use selkie_tests::repository::top;
use selkie_tests::{Party, seeded};

use crate::outcome::of_opening;

#[test]
fn every_file_comes_back_byte_for_byte() {
    let party = Party::new();
    let mut files = 0;
    for entry in fs::read_dir(top().join("tests/vectors/json")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read(&path).unwrap();
        let sealed = party.seal_as(Format::Json, &text, &mut seeded(1)).unwrap();
        let opened = party.open_as(Format::Json, &sealed.bytes).unwrap();
        assert!(opened.plain.source() == text, "{} changed", path.display());
        assert!(
            opened.exact && opened.warnings.is_empty(),
            "{}",
            path.display()
        );
        files += 1;
    }
    assert_eq!(files, 8);
}

const PLAIN: &str = r#"{
  "db": {
    "user": "admin",
    "password": "hunter2",
    "port": 5432
  },
  "list": [
    "one",
    "two"
  ],
  "seen_unencrypted": "visible",
  "spelled": 1.50,
  "nothing": null
}
"#;

/// The sealed file, and what else somebody may have.
struct Target {
    text: String,
    /// Sealed a second later under the same data key.
    later: String,
    /// Under another data key.
    other_key: String,
    mac_only: String,
}

impl Target {
    /// The text with another one in the place of a part, which must be there.
    fn with(&self, old: &str, new: &str) -> String {
        assert!(self.text.contains(old), "{old:?} is not in the text");
        self.text.replacen(old, new, 1)
    }

    fn password(&self) -> String {
        token(&self.text, "\"password\": ")
    }

    fn items(&self) -> (String, String) {
        let list = self.text.split("\"list\": [").nth(1).unwrap();
        let mut items = list
            .split('"')
            .skip(1)
            .step_by(2)
            .map(|it| format!("\"{it}\""));
        (items.next().unwrap(), items.next().unwrap())
    }
}

/// The token behind a key, in its quotes.
fn token(text: &str, key: &str) -> String {
    let rest = text.split(key).nth(1).unwrap();
    format!("\"{}\"", rest.split('"').nth(1).unwrap())
}

type Attack = (&'static str, &'static str, fn(&Target) -> String);

const ATTACKS: [Attack; 29] = [
    ("untouched", "opened", |it| it.text.clone()),
    ("value made plain", "Value", |it| {
        it.with(&it.password(), "\"hunter2\"")
    }),
    ("value made a number", "Value", |it| {
        it.with(&it.password(), "1")
    }),
    ("value made a bool", "Value", |it| {
        it.with(&it.password(), "true")
    }),
    ("value made null", "MacMismatch", |it| {
        it.with(&it.password(), "null")
    }),
    ("value made empty", "MacMismatch", |it| {
        it.with(&it.password(), "\"\"")
    }),
    ("value in a list", "opened", |it| {
        it.with(&it.password(), &format!("[{}]", it.password()))
    }),
    ("value of another key", "Value", |it| {
        it.with(&it.password(), &token(&it.other_key, "\"password\": "))
    }),
    ("value of another place", "Value", |it| {
        it.with(&it.password(), &token(&it.text, "\"user\": "))
    }),
    ("key renamed", "Value", |it| {
        it.with("\"password\"", "\"passwort\"")
    }),
    ("key above renamed", "Value", |it| {
        it.with("\"db\"", "\"dc\"")
    }),
    ("key respelled", "opened", |it| {
        it.with("\"db\"", "\"d\\u0062\"")
    }),
    ("token respelled", "opened", |it| {
        let token = it.password();
        it.with(&token, &token.replacen("ENC[", "\\u0045NC[", 1))
    }),
    ("key doubled as null", "opened", |it| {
        it.with("\"port\"", "\"password\": null, \"port\"")
    }),
    ("key doubled", "MacMismatch", |it| {
        it.with(
            "\"port\"",
            &format!("\"password\": {}, \"port\"", it.password()),
        )
    }),
    ("items swapped", "MacMismatch", |it| {
        let (one, two) = it.items();
        it.text
            .replacen(&one, "@", 1)
            .replacen(&two, &one, 1)
            .replacen('@', &two, 1)
    }),
    ("item made a comment", "MacMismatch", |it| {
        let (one, _) = it.items();
        it.with(&one, &one.replace("type:str", "type:comment"))
    }),
    ("plain value changed", "MacMismatch", |it| {
        it.with("\"visible\"", "\"other\"")
    }),
    ("plain value respelled", "opened", |it| {
        it.with("\"visible\"", "\"\\u0076isible\"")
    }),
    ("plain value changed under mac_only", "opened", |it| {
        it.mac_only.replace("\"visible\"", "\"other\"")
    }),
    ("null added", "opened", |it| {
        it.with("\"nothing\": null", "\"nothing\": null, \"more\": null")
    }),
    ("MAC of another time", "MacUndecryptable", |it| {
        it.with(
            &token(&it.text, "\"mac\": "),
            &token(&it.later, "\"mac\": "),
        )
    }),
    ("MAC removed", "MacMissing", |it| {
        it.with(&token(&it.text, "\"mac\": "), "\"\"")
    }),
    ("layout of another time", "opened Layout inexact", |it| {
        it.with(
            &token(&it.text, "\"layout\": "),
            &token(&it.later, "\"layout\": "),
        )
    }),
    ("block twice", "Syntax", |it| {
        it.with("\"db\"", "\"sops\": {}, \"db\"")
    }),
    ("block a list", "Syntax", |it| {
        format!(
            "{}\"sops\": []}}",
            it.text.split("\"sops\"").next().unwrap()
        )
    }),
    ("block null", "NotEncrypted", |it| {
        format!(
            "{}\"sops\": null}}",
            it.text.split("\"sops\"").next().unwrap()
        )
    }),
    ("cut off", "Syntax", |it| {
        it.text[..it.text.len() - 4].to_owned()
    }),
    ("text behind the object", "opened", |it| {
        format!("{} {{\"more\": 1}}", it.text)
    }),
];

#[test]
fn attacks_have_their_outcome() {
    const KEY: [u8; 32] = [7; 32];
    let party = Party::new();
    let sealed = |key: [u8; 32], later: i64, mac_only: bool| {
        let (_, header) = party.header(&mut seeded(1));
        let header = Header {
            now: Timestamp::from_unix(NOW + later),
            mac_only_encrypted: mac_only,
            selection: Selection::default(),
            ..header
        };
        let plain = Plain::read(Format::Json, PLAIN.as_bytes().to_vec().into()).unwrap();
        let key = DataKey::from_slice(&key).unwrap();
        let rng = &mut seeded(later.unsigned_abs() + 2);
        String::from_utf8(
            seal(plain, &key, header, &Nonces::none(), rng)
                .unwrap()
                .bytes,
        )
        .unwrap()
    };
    let target = Target {
        text: sealed(KEY, 0, false),
        later: sealed(KEY, 1, false),
        other_key: sealed([8; 32], 0, false),
        mac_only: sealed(KEY, 0, true),
    };
    let key = DataKey::from_slice(&KEY).unwrap();
    for (name, outcome, attack) in ATTACKS {
        let text = attack(&target);
        assert!(
            name == "untouched" || text != target.text,
            "{name} changes nothing"
        );
        let read = Sealed::read(Format::Json, text.into_bytes());
        assert_eq!(
            of_opening(&read.and_then(|it| open(it, &key))),
            outcome,
            "{name}"
        );
    }
}
