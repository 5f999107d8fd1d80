use std::collections::HashSet;

use selkie_crypto::{AgeRecipient, DataKey, KeyGroup, Recipient, Timestamp, WrappedKey};

use super::{rekey, rotate};
use crate::selection::SelectorFields;
use crate::testing::{header, key, opened, rng, sealed};
use crate::{Format, Sealed, open};

/// Values of every style, a plain one, comments, an alias, two documents, and spellings that need the record.
const TEXT: &str = "\
# head
a: plain   # behind
b: 'single'
c: \"double\"
d: |
    literal
e_unencrypted: 0x1F
list: [&x same, *x, 0x10]
# before
f:
  - # in a list
    1.50
  - >-
    folded
    text
---
g: second
";

fn read(bytes: &[u8]) -> Sealed {
    Sealed::read(Format::Yaml, bytes.to_vec()).unwrap()
}

fn other_key() -> DataKey {
    DataKey::from_slice(&[9; 32]).unwrap()
}

fn later() -> Timestamp {
    Timestamp::from_unix(1_800_000_000)
}

fn tokens(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    text.match_indices("ENC[")
        .map(|(at, _)| text[at..].split(']').next().unwrap().to_owned())
        .collect()
}

#[test]
fn rotation_renews_every_token_and_nothing_else() {
    let before = sealed(TEXT);
    let keyring = header(&SelectorFields::default()).keyring;
    let rotated = rotate(
        read(&before),
        &key(),
        &other_key(),
        keyring,
        later(),
        &mut rng(7),
    )
    .unwrap();
    let (old, new) = (tokens(&before), tokens(&rotated.bytes));
    assert_eq!(old.len(), new.len());
    let old: HashSet<_> = old.into_iter().collect();
    assert!(
        new.iter().all(|token| !old.contains(token)),
        "a token stayed"
    );
    // Around the tokens, the lines are those that stood there.
    let blank = |bytes: &[u8]| {
        tokens(bytes)
            .iter()
            .fold(String::from_utf8(bytes.to_vec()).unwrap(), |text, token| {
                text.replace(token.as_str(), "token")
            })
            .replace("2027-01-15T08:00:00Z", "time")
            .replace("2023-11-14T22:13:20Z", "time")
    };
    assert_eq!(blank(&before), blank(&rotated.bytes));

    let result = open(read(&rotated.bytes), &other_key()).unwrap();
    assert_eq!(result.plain.source(), TEXT.as_bytes());
    assert!(result.exact);
    assert!(open(read(&rotated.bytes), &key()).is_err());
}

#[test]
fn rotation_verifies_the_mac_first() {
    let text = String::from_utf8(sealed(TEXT)).unwrap();
    let changed = text.replacen("0x1F", "0x2F", 1);
    let keyring = header(&SelectorFields::default()).keyring;
    let result = rotate(
        read(changed.as_bytes()),
        &key(),
        &other_key(),
        keyring,
        later(),
        &mut rng(7),
    );
    assert!(matches!(result, Err(crate::Error::MacMismatch)));
}

#[test]
fn another_keyring_touches_the_metadata_only() {
    let before = sealed(TEXT);
    let mut keyring = header(&SelectorFields::default()).keyring;
    let added =
        AgeRecipient::parse("age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg")
            .unwrap();
    keyring.groups.push(KeyGroup(vec![WrappedKey {
        recipient: Recipient::Age(added),
        ciphertext: "another\n".to_owned(),
        created_at: None,
    }]));
    let after = rekey(read(&before), keyring.clone()).bytes;
    assert_eq!(read(&after).metadata().keyring, keyring);
    let values = |bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        text.split("\nsops:").next().unwrap().to_owned()
    };
    assert_eq!(values(&before), values(&after));
    assert_eq!(opened(&after), TEXT);
    let same = header(&SelectorFields::default()).keyring;
    assert_eq!(rekey(read(&before), same).bytes, before);
}
