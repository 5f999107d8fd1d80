//! The vectors of refusals and attacks: each file says in its first line what must come of it.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use selkie_crypto::{
    AgeRecipient, Cipher, DataKey, KeyGroup, Keyring, Kind, Nonce, Recipient, Secret, Timestamp,
    WrappedKey,
};
use selkie_document::selection::Selection;
use selkie_document::{Comments, Format, Header, Nonces, Plain, Sealed, open, seal};
use selkie_tests::party::NOW;
use selkie_tests::repository::top;
use selkie_tests::{Party, seeded};

use crate::attacks::{METADATA, PLAIN, TOKENS, Target, VALUES};
use crate::outcome::{expected, of_opening, of_sealing};

/// The data key of all sealed vectors; what stands in their metadata wraps nothing.
const KEY: [u8; 32] = [7; 32];
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

fn folder(name: &str) -> PathBuf {
    top().join("tests/vectors/negative").join(name)
}

/// Names and texts of the vectors in a folder, sorted.
fn vectors(name: &str) -> Vec<(String, Vec<u8>)> {
    let mut vectors: Vec<_> = folder(name)
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_stem().unwrap().display().to_string(),
                fs::read(&path).unwrap(),
            )
        })
        .collect();
    vectors.sort();
    vectors
}

#[test]
fn what_must_not_be_sealed_is_refused() {
    let party = Party::new();
    check("seal", |text| of_sealing(&party.seal(text, &mut seeded(1))));
}

#[test]
fn attacks_have_their_outcome() {
    let key = DataKey::from_slice(&KEY).unwrap();
    check("open", |text| {
        of_opening(&Sealed::read(Format::Yaml, text.to_vec()).and_then(|sealed| open(sealed, &key)))
    });
}

fn check(folder: &str, run: impl Fn(&[u8]) -> String) {
    let mut wrong = String::new();
    let vectors = vectors(folder);
    assert!(!vectors.is_empty());
    for (name, text) in vectors {
        let wanted =
            expected(&text).unwrap_or_else(|| panic!("{name} does not say what is expected"));
        let seen = run(&text);
        if seen != wanted {
            let _ = writeln!(wrong, "{name}: {seen}, not {wanted}");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// `text`, sealed so that each run gives the same bytes.
fn sealed(text: &str, key: [u8; 32], seconds: i64, mac_only_encrypted: bool, seed: u64) -> String {
    let wrapped = WrappedKey {
        recipient: Recipient::Age(AgeRecipient::parse(RECIPIENT).unwrap()),
        ciphertext: "not used\nby this test\n".to_owned(),
        created_at: None,
    };
    let header = Header {
        keyring: Keyring {
            groups: vec![KeyGroup(vec![wrapped])],
            threshold: None,
        },
        selection: Selection::default(),
        mac_only_encrypted,
        now: Timestamp::from_unix(seconds),
        layout: true,
        comments: Comments::Encrypted,
    };
    let plain = Plain::read(Format::Yaml, Secret::from(text.as_bytes().to_vec())).unwrap();
    let key = DataKey::from_slice(&key).unwrap();
    let sealed = seal(plain, &key, header, &Nonces::none(), &mut seeded(seed)).unwrap();
    String::from_utf8(sealed.bytes).unwrap()
}

fn target() -> Target {
    let other = PLAIN.replace("hunter2", "hunter3");
    Target {
        text: sealed(PLAIN, KEY, NOW, false, 1),
        other_state: sealed(&other, KEY, NOW, false, 2),
        later: sealed(PLAIN, KEY, NOW + 1, false, 3),
        other_key: sealed(PLAIN, [8; 32], NOW, false, 4),
        mac_only: sealed(PLAIN, KEY, NOW, true, 5),
        two: sealed("a: one\n---\na: two\n", KEY, NOW, false, 6),
    }
}

/// Layout records by somebody who has the data key, as rows of (document, path, digest, ordinal, part, text).
const RECORDS: [(&str, &str, &str); 9] = [
    (
        "true",
        "opened",
        r#"[[0,"spelled:","DIGEST",0,"v","0x1F"]]"#,
    ),
    (
        "other-value",
        "opened Layout inexact",
        r#"[[0,"spelled:","DIGEST",0,"v","0x20"]]"#,
    ),
    (
        "other-type",
        "opened Layout inexact",
        r#"[[0,"spelled:","DIGEST",0,"v","\"31\""]]"#,
    ),
    (
        "comment-added",
        "opened Layout inexact",
        r#"[[0,"spelled:","DIGEST",0,"v","0x1F # forged"]]"#,
    ),
    (
        "key-added",
        "opened Layout inexact",
        r#"[[0,"spelled:","DIGEST",0,"v","0x1F\nforged: yes"]]"#,
    ),
    (
        "null-added",
        "opened Layout inexact",
        r#"[[0,"spelled:","DIGEST",0,"v","0x1F\nforged:"]]"#,
    ),
    (
        "document-added",
        "opened Layout inexact",
        r#"[[0,"spelled:","DIGEST",0,"v","0x1F\n---"]]"#,
    ),
    (
        "nobody-there",
        "opened",
        r#"[[0,"nobody:","DIGEST",0,"v","0x1F"]]"#,
    ),
    ("no-record", "opened Layout inexact", r#"{"a":1}"#),
];

/// The digest by which a record finds the value of `spelled`.
fn digest(text: &str) -> String {
    let cipher = Cipher::new(&DataKey::from_slice(&KEY).unwrap());
    let token = text
        .split("    layout: ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap();
    let mut record = Secret::new();
    cipher
        .open(
            &selkie_crypto::Token::parse(token.as_bytes()).unwrap(),
            b"layout:2026-01-02T03:04:05Z",
            &mut record,
        )
        .unwrap();
    let rows: serde_json::Value = serde_json::from_slice(record.expose()).unwrap();
    rows[0][2].as_str().unwrap().to_owned()
}

fn with_record(text: &str, record: &str) -> String {
    let cipher = Cipher::new(&DataKey::from_slice(&KEY).unwrap());
    let record = record.replace("DIGEST", &digest(text));
    let token = cipher.seal(
        Kind::Str,
        record.as_bytes(),
        b"layout:2026-01-02T03:04:05Z",
        &Nonce::from_bytes([3; 32]),
    );
    let old = text
        .split("    layout: ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap();
    text.replace(old, &token)
}

/// The attacked files are what the generator makes. `SELKIE_WRITE_VECTORS=1` writes them anew.
#[test]
fn attacked_files_are_fresh() {
    let target = target();
    let attacks = VALUES.iter().chain(TOKENS).chain(METADATA);
    let mut files: Vec<(String, String)> = attacks
        .map(|(name, outcome, attack)| {
            (
                (*name).to_owned(),
                format!("# expected: {outcome}\n{}", attack(&target)),
            )
        })
        .collect();
    files.extend(RECORDS.iter().map(|(name, outcome, record)| {
        (
            format!("record-{name}"),
            format!(
                "# expected: {outcome}\n{}",
                with_record(&target.text, record)
            ),
        )
    }));
    let unchanged = files
        .iter()
        .find(|(name, text)| name != "untouched" && text.ends_with(&format!("\n{}", target.text)));
    assert!(unchanged.is_none(), "{unchanged:?} changes nothing");
    if env::var_os("SELKIE_WRITE_VECTORS").is_some() {
        for (name, text) in &files {
            fs::write(folder("open").join(format!("{name}.yaml")), text).unwrap();
        }
    }
    files.sort();
    let found: Vec<(String, String)> = vectors("open")
        .into_iter()
        .map(|(name, text)| (name, String::from_utf8(text).unwrap()))
        .filter(|(name, _)| !name.starts_with("by-hand-"))
        .collect();
    let names = |files: &[(String, String)]| {
        files
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&found), names(&files));
    for (found, fresh) in found.iter().zip(&files) {
        assert_eq!(
            found, fresh,
            "stale: run this test with SELKIE_WRITE_VECTORS=1"
        );
    }
}
