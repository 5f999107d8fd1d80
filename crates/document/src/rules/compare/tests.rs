//! Files beside their rules: which differences are seen, and which are none.

use selkie_crypto::{AgeRecipient, KeyGroup, Timestamp, WrappedKey};

use super::*;
use crate::rules::Config;
use crate::selection::Selector::{EncryptedRegex, EncryptedSuffix};
use crate::selection::{Selector, SelectorFields};

fn metadata(groups: &[&[&str]], threshold: u8) -> Metadata {
    let key = |text: &&str| WrappedKey {
        recipient: Recipient::Age(AgeRecipient::parse(text).unwrap()),
        ciphertext: String::new(),
        created_at: None,
    };
    let group = |keys: &&[&str]| KeyGroup(keys.iter().map(key).collect());
    Metadata {
        keyring: Keyring {
            groups: groups.iter().map(group).collect(),
            threshold: NonZeroU8::new(threshold),
        },
        selection: Selection::default(),
        mac_only_encrypted: false,
        last_modified: Timestamp::from_unix(0),
        mac: None,
        layout: None,
        version: String::new(),
    }
}

fn rule(fields: &str) -> Rule {
    let text = format!("creation_rules:\n  - path_regex: ''\n    {fields}\n");
    Config::parse(&text).unwrap().rule_for("x").unwrap()
}

/// Recipients not in the rule, recipients missing, number of groups, threshold.
type Keys<'a> = (
    &'a [(usize, &'a str)],
    &'a [(usize, &'a str)],
    Option<(usize, usize)>,
    Option<(usize, usize)>,
);

#[test]
fn keys() {
    #[track_caller]
    fn check(file: &[&[&str]], threshold: u8, fields: &str, expected: Keys<'_>) {
        let found = differences(&metadata(file, threshold), &rule(fields));
        let named = |keys: Vec<(usize, &Recipient)>| -> Vec<(usize, String)> {
            keys.into_iter()
                .map(|(index, key)| (index, key.identifier()))
                .collect()
        };
        let owned = |keys: &[(usize, &str)]| -> Vec<(usize, String)> {
            keys.iter()
                .map(|(index, key)| (*index, (*key).to_owned()))
                .collect()
        };
        let numbers = |sides: &Option<Sides<usize>>| sides.as_ref().map(|it| (it.file, it.rule));
        assert_eq!(
            (
                named(found.recipients_not_in_rule().collect()),
                named(found.recipients_missing().collect()),
                numbers(&found.group_count),
                numbers(&found.threshold),
            ),
            (owned(expected.0), owned(expected.1), expected.2, expected.3),
            "{file:?} {threshold} {fields}"
        );
        assert_eq!(found.is_empty(), expected == (&[], &[], None, None));
        assert_eq!(found.is_empty(), !found.in_keys());
    }
    let same = (&[][..], &[][..], None, None);
    let ab = "age: [age1a, age1b]";
    let two = "key_groups: [{age: [age1a]}, {age: [age1b]}]";
    check(&[&["age1a", "age1b"]], 0, ab, same);
    check(&[&["age1b", "age1a", "age1b"]], 0, ab, same);
    check(&[&["age1a", "age1b"]], 1, ab, same);
    check(&[&["age1a", "age1b"]], 0, "age: 'age1b,age1a,age1a'", same);
    check(
        &[&["age1b", "age1x", "age1x"]],
        0,
        ab,
        (&[(0, "age1x")], &[(0, "age1a")], None, None),
    );
    // The text alone does not make a key the same.
    check(
        &[&["age1a"]],
        0,
        "pgp: age1a",
        (&[(0, "age1a")], &[(0, "age1a")], None, None),
    );
    // A rule without keys leaves them to whoever encrypts.
    check(&[&["age1a"]], 0, "shamir_threshold: 2", same);
    check(&[&["age1a"], &["age1b"]], 0, two, same);
    check(&[&["age1a"], &["age1b"]], 2, two, same);
    // Position counts: in both groups, one person could open a file alone.
    check(
        &[&["age1b"], &["age1a"]],
        2,
        two,
        (
            &[(0, "age1b"), (1, "age1a")],
            &[(0, "age1a"), (1, "age1b")],
            None,
            None,
        ),
    );
    check(
        &[&["age1a"]],
        0,
        two,
        (&[], &[(1, "age1b")], Some((1, 2)), None),
    );
    check(
        &[&["age1a"], &["age1b"], &["age1c"]],
        3,
        two,
        (&[(2, "age1c")], &[], Some((3, 2)), Some((3, 2))),
    );
    let three = "key_groups: [{age: [age1a]}, {age: [age1b]}, {age: [age1c]}]";
    let file: &[&[&str]] = &[&["age1a"], &["age1b"], &["age1c"]];
    check(file, 0, three, same);
    check(file, 2, three, (&[], &[], None, Some((2, 3))));
    check(
        file,
        3,
        &format!("{three}\n    shamir_threshold: 2"),
        (&[], &[], None, Some((3, 2))),
    );
}

#[test]
fn an_azure_key_without_a_version_is_the_newest_of_its_time() {
    #[track_caller]
    fn check(file: &str, rule: &str, expected: bool) {
        let key = |text: &str| {
            Recipient::AzureKeyVault(selkie_crypto::AzureKeyVaultRecipient::parse(text).unwrap())
        };
        assert_eq!(
            is_same_key(&key(file), &key(rule)),
            expected,
            "{file} {rule}"
        );
    }
    let key = "https://v.vault.azure.net/keys/k";
    check(&format!("{key}/1"), key, true);
    check(&format!("{key}/1"), &format!("{key}/1"), true);
    check(&format!("{key}/1"), &format!("{key}/2"), false);
    check(key, &format!("{key}/2"), false);
    check(
        &format!("{key}/1"),
        "https://v.vault.azure.net/keys/other",
        false,
    );
}

#[test]
fn settings() {
    #[track_caller]
    fn check(
        file: &[(Selector, &str)],
        mac_only: bool,
        fields: &str,
        expected: (Option<&str>, bool),
    ) {
        let mut selectors = SelectorFields::default();
        for (selector, text) in file {
            selectors.set(*selector, (*text).to_owned());
        }
        let mut metadata = metadata(&[&["age1a"]], 0);
        metadata.selection = Selection::from_fields(&selectors).unwrap();
        metadata.mac_only_encrypted = mac_only;
        let found = differences(&metadata, &rule(fields));
        let shown = found
            .selector
            .as_ref()
            .map(|it| format!("{} {} / {} {}", it.file.0, it.file.1, it.rule.0, it.rule.1));
        assert_eq!(
            (shown.as_deref(), found.mac_only_encrypted.is_some()),
            expected,
            "{fields}"
        );
        assert!(found.of_keys_only().is_empty());
    }
    let age = "age: age1a";
    check(&[], false, age, (None, false));
    check(
        &[],
        false,
        "age: age1a\n    unencrypted_suffix: _unencrypted",
        (None, false),
    );
    check(
        &[(EncryptedRegex, "^a$")],
        false,
        "age: age1a\n    encrypted_regex: ^a$",
        (None, false),
    );
    check(
        &[(EncryptedSuffix, "^a$")],
        true,
        "age: age1a\n    encrypted_regex: ^a$",
        (Some("encrypted_suffix ^a$ / encrypted_regex ^a$"), true),
    );
    check(
        &[(EncryptedRegex, "^a$")],
        true,
        "age: age1a\n    mac_only_encrypted: true",
        (
            Some("encrypted_regex ^a$ / unencrypted_suffix _unencrypted"),
            false,
        ),
    );
}
