//! The strong oracle: with nothing encrypted, the MAC covers every value as each side's parser decodes it.

use std::fs;

use selkie_crypto::Secret;
use selkie_document::selection::{Selection, SelectorFields};
use selkie_document::{Comments, Format, Nonces, Plain, seal};
use selkie_tests::repository::corpus;
use selkie_tests::{Party, seeded, wild};
use selkie_xtask::yaml_suite::cases;

use crate::sops::{Peer, VERSIONS};

/// Sealed with a selector that chooses nothing; none if we refuse the text.
fn left_plain(party: &Party, text: &[u8]) -> Option<Vec<u8>> {
    let plain = Plain::read(Format::Yaml, Secret::from(text.to_vec())).ok()?;
    let rng = &mut seeded(2);
    let (key, mut header) = party.header(rng);
    let fields = SelectorFields {
        encrypted_regex: Some("^no such key$".to_owned()),
        ..SelectorFields::default()
    };
    header.selection = Selection::from_fields(&fields).unwrap();
    header.comments = Comments::Plain;
    Some(seal(plain, &key, header, &Nonces::none(), rng).ok()?.bytes)
}

/// Every text that both sides accept decodes to the same values; the number of those is returned.
fn agree(texts: Vec<(String, Vec<u8>)>) -> usize {
    let party = Party::new();
    // The parser of both versions is the same release of go-yaml.
    let peer = Peer::new(VERSIONS[0]);
    let mut wrong = Vec::new();
    let mut agreed = 0;
    for (name, text) in texts {
        let Some(ours) = left_plain(&party, &text) else {
            continue;
        };
        if peer.encrypt(&party, &text).is_err() {
            continue;
        }
        match peer.decrypt(&party, &ours) {
            Ok(_) => agreed += 1,
            Err(said) => wrong.push(format!(
                "{name}: {}\n{}",
                said.lines().next().unwrap_or_default(),
                String::from_utf8_lossy(&text)
            )),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} disagree:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    agreed
}

#[test]
fn the_corpus_decodes_to_the_same_values() {
    let texts = corpus().into_iter().map(|path| {
        (
            path.file_name().unwrap().display().to_string(),
            fs::read(path).unwrap(),
        )
    });
    assert_eq!(agree(texts.collect()), 49);
}

#[test]
fn the_yaml_test_suite_decodes_to_the_same_values() {
    let texts = cases().unwrap().into_iter().filter(|case| !case.fail);
    let agreed = agree(
        texts
            .map(|case| (case.id, case.yaml.into_bytes()))
            .collect(),
    );
    // Sops refuses the others: tabs, unknown directives, adjacent values and the like.
    assert_eq!(agreed, 106);
}

#[test]
fn wild_texts_decode_to_the_same_values() {
    let texts = (0..150).map(|seed| {
        (
            format!("seed {seed}"),
            wild::text(&mut seeded(seed)).into_bytes(),
        )
    });
    let agreed = agree(texts.collect());
    println!("{agreed} of 150");
}

/// Texts out of the characters of numbers and times, one a line; those that we refuse would take the others with them.
fn numbers(count: usize) -> String {
    let rng = &mut seeded(3);
    let party = Party::new();
    let mut text = String::new();
    for index in 0..count {
        let line = format!("k{index}: {}\n", wild::number_like(rng));
        if left_plain(&party, line.as_bytes()).is_some() {
            text += &line;
        }
    }
    text
}

#[test]
fn numbers_and_what_looks_like_them_decode_to_the_same_values() {
    let text = numbers(4_000);
    assert_eq!(agree(vec![("numbers".to_owned(), text.into_bytes())]), 1);
}

/// Type and length of each token, by key; the MAC does not tell types apart.
fn tokens(sealed: &[u8]) -> Vec<String> {
    let text = String::from_utf8(sealed.to_vec()).unwrap();
    let body = text.split("\nsops:").next().unwrap();
    body.lines()
        .map(|line| match line.split_once(": ENC[") {
            Some((key, token)) => {
                let data = token
                    .split("data:")
                    .nth(1)
                    .unwrap()
                    .split(',')
                    .next()
                    .unwrap();
                let kind = token.split("type:").nth(1).unwrap();
                format!("{key} {kind} {}", data.trim_end_matches('=').len())
            }
            None => line.split(':').next().unwrap().to_owned(),
        })
        .collect()
}

#[test]
fn numbers_and_what_looks_like_them_have_the_same_type() {
    let text = numbers(4_000);
    let party = Party::new();
    let ours = tokens(&party.seal(text.as_bytes(), &mut seeded(4)).unwrap().bytes);
    for peer in VERSIONS.map(Peer::new) {
        let theirs = tokens(&peer.encrypt(&party, text.as_bytes()).unwrap());
        let wrong: Vec<_> = text
            .lines()
            .zip(ours.iter().zip(&theirs))
            .filter(|(_, (ours, theirs))| ours != theirs)
            .collect();
        assert!(
            wrong.is_empty() && ours.len() == theirs.len(),
            "{}: {wrong:#?}",
            peer.name
        );
    }
}
