//! JSON through each sops version, both ways: files of many habits, wild texts, selectors, groups, values that are set.

use std::fs;
use std::num::NonZeroU8;

use selkie_crypto::{AgeRecipient, Recipient, Secret};
use selkie_document::path::Path;
use selkie_document::selection::{Selection, SelectorFields};
use selkie_document::{Error, Format, Nonces, Plain, Sealed, Value, open, seal, set};
use selkie_keys::{DecryptionOrder, recover, wrap_all};
use selkie_tests::repository::top;
use selkie_tests::{Party, json, seeded};

use crate::groups::{HOLDERS, rules, service};
use crate::selectors::CASES;
use crate::sops::{Peer, VERSIONS};

const NAME: &str = "file.json";

#[derive(Debug, PartialEq, Eq)]
enum End {
    Same,
    /// Not encrypted by sops, or not decrypted although it made the file.
    RefusedBySops,
}

/// Texts that sops printed, or we in its spelling, hold the same data. A negative zero is the one number that we write otherwise, and
/// braces around nothing but the metadata keep their lines; 3.11.0 takes all numbers for floats.
fn same(peer: &Peer, ours: &[u8], theirs: &[u8]) -> Result<(), String> {
    let (ours, theirs) = (
        String::from_utf8_lossy(ours),
        String::from_utf8_lossy(theirs),
    );
    let equal = if peer.name == "V3_11_0" {
        floats(&ours) == floats(&theirs)
    } else {
        ours.replace("-0.0", "-0") == theirs || (ours == "{\n}\n" && theirs == "{}\n")
    };
    if equal {
        return Ok(());
    }
    Err(format!("differs\n--- ours\n{ours}\n--- sops\n{theirs}"))
}

/// The data with every number as a float, in the order of the text.
fn floats(text: &str) -> String {
    fn float(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Number(it) => *value = it.as_f64().map(|it| it + 0.0).into(),
            serde_json::Value::Array(items) => items.iter_mut().for_each(float),
            serde_json::Value::Object(entries) => entries.values_mut().for_each(float),
            _ => {}
        }
    }
    let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
    float(&mut value);
    value.to_string()
}

fn check(peer: &Peer, party: &Party, text: &str) -> Result<End, String> {
    let text = text.as_bytes();
    let Ok(theirs) = peer.encrypt_file(party, NAME, text) else {
        return Ok(End::RefusedBySops);
    };
    let Ok(reference) = peer.decrypt_file(party, NAME, &theirs) else {
        return Ok(End::RefusedBySops);
    };
    let ours = party
        .seal_as(Format::Json, text, &mut seeded(6))
        .map_err(|error| format!("not sealed: {error}"))?;
    let opened = peer
        .decrypt_file(party, NAME, &ours.bytes)
        .map_err(|said| format!("ours is not opened by sops: {said}"))?;
    same(peer, &opened, &reference).map_err(|it| format!("ours, opened by sops: {it}"))?;
    let opened = party
        .open_as(Format::Json, &theirs)
        .map_err(|error| format!("theirs is not opened by us: {error}"))?;
    same(peer, opened.plain.source(), &reference)
        .map_err(|it| format!("theirs, opened by us: {it}"))?;
    Ok(End::Same)
}

/// Checks all texts with both versions at a time; gives how many were the same to both.
fn all(texts: &[(String, String)]) -> usize {
    std::thread::scope(|scope| {
        let of_one = VERSIONS.map(|version| {
            scope.spawn(move || {
                let (peer, party) = (Peer::new(version), Party::new());
                let mut agreed = 0;
                for (name, text) in texts {
                    // A plain negative zero or large number is hashed otherwise by 3.11.0.
                    let text = if peer.name == "V3_11_0" {
                        text.replace("open_unencrypted", "open_u")
                    } else {
                        text.clone()
                    };
                    match check(&peer, &party, &text) {
                        Ok(End::Same) => agreed += 1,
                        Ok(End::RefusedBySops) => {}
                        Err(complaint) => panic!("{} {name}: {complaint}\n{text}", peer.name),
                    }
                }
                println!("{}: {agreed} of {}", peer.name, texts.len());
                agreed
            })
        });
        of_one
            .map(|it| it.join().unwrap())
            .into_iter()
            .min()
            .unwrap()
    })
}

#[test]
fn files_as_tools_write_them_are_the_same_data_to_both() {
    // Of every topic one file, each by another tool.
    let texts: Vec<_> = (0..120)
        .step_by(3)
        .map(|number| json::real(number, &mut seeded(number as u64)))
        .collect();
    assert_eq!(all(&texts), texts.len());
}

#[test]
fn the_vectors_are_the_same_data_to_both() {
    let mut texts: Vec<_> = fs::read_dir(top().join("tests/vectors/json"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    texts.sort();
    assert_eq!(all(&texts), texts.len());
}

#[test]
fn wild_texts_are_the_same_data_to_both() {
    let texts: Vec<_> = (0..60)
        .map(|seed| (format!("seed {seed}"), json::text(&mut seeded(seed))))
        .collect();
    // A plain `-0.0` is written as `-0` by sops, and then not decrypted.
    let agreed = all(&texts);
    assert!(agreed * 10 > texts.len() * 9, "{agreed} of {}", texts.len());
}

/// As sops spells it.
const TEXT: &str = "{
\t\"plain\": 1,
\t\"secret\": \"two\",
\t\"tree\": {
\t\t\"secret_key\": \"a\",
\t\t\"open_key\": \"b\",
\t\t\"deeper\": {
\t\t\t\"list\": [
\t\t\t\t\"one\",
\t\t\t\t2.5,
\t\t\t\tnull
\t\t\t],
\t\t\t\"other\": true
\t\t},
\t\t\"governed\": [
\t\t\t{}
\t\t]
\t},
\t\"last\": \"\"
}
";

/// The lines before the metadata, with a mark in the place of every token.
fn shape(sealed: &[u8]) -> String {
    let text = String::from_utf8(sealed.to_vec()).unwrap();
    let body = text.split("\t\"sops\":").next().unwrap();
    let lines = body.lines().map(|line| match line.split_once("\"ENC[") {
        Some((before, token)) => {
            format!("{before}#{}\n", if token.ends_with(',') { "," } else { "" })
        }
        None => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn selectors_choose_the_same_on_both_sides() {
    let party = Party::new();
    for peer in VERSIONS.map(Peer::new) {
        for (selector, value) in CASES {
            for mac_only in [false, true] {
                let flag = format!("--{}", selector.name().replace('_', "-"));
                let mut words = vec!["--encrypt", "--age", &party.recipient, &flag, value];
                words.extend(mac_only.then_some("--mac-only-encrypted"));
                let theirs = peer.command(&party, &words, NAME, TEXT.as_bytes()).unwrap();

                let mut fields = SelectorFields::default();
                fields.set(selector, value.to_owned());
                let rng = &mut seeded(8);
                let (key, mut header) = party.header(rng);
                header.selection = Selection::from_fields(&fields).unwrap();
                header.mac_only_encrypted = mac_only;
                let plain = Plain::read(Format::Json, Secret::from(TEXT.as_bytes().to_vec()));
                let ours = seal(plain.unwrap(), &key, header, &Nonces::none(), rng).unwrap();

                let case = format!("{} {} {value} {mac_only}", peer.name, selector.name());
                assert_eq!(shape(&ours.bytes), shape(&theirs), "{case}");
                let by_sops = peer.decrypt_file(&party, NAME, &ours.bytes).unwrap();
                assert_eq!(String::from_utf8(by_sops).unwrap(), TEXT, "{case}");
                let by_us = party.open_as(Format::Json, &theirs).unwrap();
                assert_eq!(by_us.plain.source(), TEXT.as_bytes(), "{case}");
            }
        }
    }
}

#[test]
fn two_of_three_groups_open_either_side_s_file() {
    let parties = [Party::new(), Party::new(), Party::new()];
    let all: Vec<&Party> = parties.iter().collect();
    let recipient = |party: &Party| AgeRecipient::parse(&party.recipient).unwrap();
    let groups: Vec<Vec<Recipient>> = parties
        .iter()
        .map(|party| vec![Recipient::Age(recipient(party))])
        .collect();
    let rng = &mut seeded(1);
    let (key, mut header) = parties[0].header(rng);
    header.keyring = wrap_all(&service(&all), &groups, NonZeroU8::new(2), &key, rng).unwrap();
    let plain = Plain::read(Format::Json, Secret::from(TEXT.as_bytes().to_vec())).unwrap();
    let ours = seal(plain, &key, header, &Nonces::none(), rng)
        .unwrap()
        .bytes;
    assert!(String::from_utf8_lossy(&ours).contains("\"shamir_threshold\": 2,"));

    let folder = selkie_tests::scratch();
    let config = folder.path().join("rules.yaml");
    fs::write(&config, rules(&parties)).unwrap();
    for peer in VERSIONS.map(Peer::new) {
        let words = ["--config", config.to_str().unwrap(), "encrypt"];
        let theirs = peer.command_as("", &words, NAME, TEXT.as_bytes()).unwrap();
        for (holders, enough) in HOLDERS {
            let holders: Vec<&Party> = holders.iter().map(|at| &parties[*at]).collect();
            let identities: Vec<&str> = holders.iter().map(|it| it.identity.as_str()).collect();
            let by_sops = peer.command_as(&identities.join("\n"), &["decrypt"], NAME, &ours);
            assert_eq!(by_sops.is_ok(), enough, "{}: {by_sops:?}", peer.name);
            for file in [&ours, &theirs] {
                let sealed = Sealed::read(Format::Json, file.clone()).unwrap();
                let keyring = &sealed.metadata().keyring;
                let found = recover(&service(&holders), keyring, &DecryptionOrder::default());
                assert_eq!(found.is_ok(), enough, "{}", peer.name);
                if let Ok(key) = found {
                    assert_eq!(open(sealed, &key).unwrap().plain.source(), TEXT.as_bytes());
                }
            }
        }
    }
}

#[test]
fn a_value_that_one_side_sets_is_there_for_the_other() {
    let party = Party::new();
    let text = br#"{"a":{"b":[1, 2.50]},"c":"<"}"#;
    let path = Path::parse("['a']['b'][1]").unwrap();
    for peer in VERSIONS.map(Peer::new) {
        let ours = party
            .seal_as(Format::Json, text, &mut seeded(1))
            .unwrap()
            .bytes;
        let behind = ["[\"a\"][\"b\"][1]", "\"x\""];
        let by_sops = peer
            .rewrite_file(&party, NAME, &["set"], &ours, &behind)
            .unwrap();
        let opened = party.open_as(Format::Json, &by_sops).unwrap();
        assert_eq!(opened.plain.extract(&path).unwrap().expose(), b"x");

        let theirs = peer.encrypt_file(&party, NAME, text).unwrap();
        let sealed = Sealed::read(Format::Json, theirs).unwrap();
        let key = recover_for(&party, &sealed);
        let value = Value::Map(vec![("n".to_owned(), Value::Int(7))]);
        let now = selkie_crypto::Timestamp::from_unix(1_800_000_000);
        let changed = set(sealed, &key, &path, value, now, &mut seeded(2)).unwrap();
        let opened = peer.decrypt_file(&party, NAME, &changed.bytes).unwrap();
        assert_eq!(
            String::from_utf8(opened).unwrap(),
            "{\n\t\"a\": {\n\t\t\"b\": [\n\t\t\t1,\n\t\t\t{\n\t\t\t\t\"n\": 7\n\t\t\t}\n\t\t]\n\t},\n\t\"c\": \"\\u003c\"\n}\n"
        );
    }
}

fn recover_for(party: &Party, sealed: &Sealed) -> selkie_crypto::DataKey {
    let order = DecryptionOrder::default();
    recover(&service(&[party]), &sealed.metadata().keyring, &order).unwrap()
}

/// YAML goes into JSON as sops prints it; the comments of its lists, which sops leaves as items, go when we open the file.
#[test]
fn yaml_that_sops_sealed_as_json_is_opened() {
    const YAML: &str = "a: 1.0\nb: 2024-01-02\nc:\n  # one\n  - 1\n  # two\n  - 2\n  # three\nd:\n  # alone\n  - {}\ne: 1e22\n";
    let party = Party::new();
    for peer in VERSIONS.map(Peer::new) {
        let words = [
            "encrypt",
            "--output-type",
            "json",
            "--age",
            &party.recipient,
        ];
        let theirs = peer
            .command(&party, &words, "file.yaml", YAML.as_bytes())
            .unwrap();
        assert!(String::from_utf8_lossy(&theirs).contains("type:comment]"));
        let reference = peer.decrypt_file(&party, NAME, &theirs).unwrap();
        let opened = party.open_as(Format::Json, &theirs).unwrap();
        assert_eq!(
            String::from_utf8_lossy(opened.plain.source()),
            String::from_utf8_lossy(&reference),
            "{}",
            peer.name
        );
        assert!(opened.warnings.is_empty());
        let yaml = Plain::read(Format::Yaml, Secret::from(YAML.as_bytes().to_vec())).unwrap();
        assert_eq!(yaml.text_as(Format::Json).unwrap().expose(), reference);
    }
}

/// What is refused by sops is refused by us.
#[test]
fn what_sops_refuses_is_refused() {
    let party = Party::new();
    let peer = Peer::new(VERSIONS[0]);
    for text in [
        "",
        "[]",
        "1",
        "{\"a\":01}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1E400}",
        "{\"a\":.5}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{'a':1}",
        "{\"a\":tru}",
        "\u{feff}{}",
        "{\"a\":1",
        "{\"sops\":1}",
        "// c\n{}",
    ] {
        assert!(
            peer.encrypt_file(&party, NAME, text.as_bytes()).is_err(),
            "{text}"
        );
        let ours: Result<_, Error> = party.seal_as(Format::Json, text.as_bytes(), &mut seeded(1));
        assert!(ours.is_err(), "{text}");
    }
}
