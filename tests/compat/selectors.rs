//! The six selectors and `mac_only_encrypted`: the same values and comments are encrypted by both, and each opens the other's file.

use selkie_crypto::Secret;
use selkie_document::selection::{Selection, Selector, SelectorFields};
use selkie_document::{Format, Nonces, Plain, seal};
use selkie_tests::{Party, seeded};

use crate::sops::{Peer, VERSIONS, same_data};

/// As sops spells it, so that both sealed files can be compared line by line.
const TEXT: &str = "\
# top
plain: 1
secret: two
# encrypt this
after: 3
next: 4
tree:
    # inside
    secret_key: a
    open_key: b
    deeper:
        list:
            - one
            # leave this
            - two
            - three
        other: true
    # encrypt this too
    governed:
        x: 1.5
        w:
            - 2
            - null
last: \"\"
empty: {}
";

pub(crate) const CASES: [(Selector, &str); 12] = [
    (Selector::UnencryptedSuffix, "_key"),
    (Selector::UnencryptedSuffix, "tree"),
    (Selector::EncryptedSuffix, "_key"),
    (Selector::EncryptedSuffix, "t"),
    (Selector::UnencryptedRegex, "^(plain|deep)"),
    (Selector::UnencryptedRegex, "e"),
    (Selector::EncryptedRegex, "secret"),
    (Selector::EncryptedRegex, "^(list|governed)$"),
    (Selector::UnencryptedCommentRegex, "leave"),
    (Selector::UnencryptedCommentRegex, "inside|top"),
    (Selector::EncryptedCommentRegex, "encrypt"),
    (Selector::EncryptedCommentRegex, "inside"),
];

/// The lines in front of the metadata, every token reduced to its type.
fn shape(sealed: &[u8]) -> String {
    let text = String::from_utf8(sealed.to_vec()).unwrap();
    let body = text.split("\nsops:").next().unwrap();
    body.lines()
        .map(|line| match line.split_once("ENC[") {
            Some((before, token)) => {
                let kind = token.rsplit("type:").next().unwrap().trim_end_matches(']');
                // sops writes a comment of a list as an item.
                let before = before.replace("- ", "").replace('#', "");
                let before = if kind == "comment" {
                    before.as_str()
                } else {
                    line.split_once("ENC[").unwrap().0
                };
                format!("{before}<{kind}>\n")
            }
            None => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn selectors_choose_the_same_on_both_sides() {
    let party = Party::new();
    for peer in VERSIONS.map(Peer::new) {
        for (selector, text) in CASES {
            for mac_only in [false, true] {
                check(&peer, &party, selector, text, mac_only).unwrap_or_else(|complaint| {
                    panic!(
                        "{} {} {text} {mac_only}: {complaint}",
                        peer.name,
                        selector.name()
                    )
                });
            }
        }
    }
}

fn check(
    peer: &Peer,
    party: &Party,
    selector: Selector,
    value: &str,
    mac_only: bool,
) -> Result<(), String> {
    let flag = format!("--{}", selector.name().replace('_', "-"));
    let mut flags = vec![flag.as_str(), value];
    if mac_only {
        flags.push("--mac-only-encrypted");
    }
    let theirs = peer.encrypt_with(party, &flags, TEXT.as_bytes())?;

    let mut fields = SelectorFields::default();
    fields.set(selector, value.to_owned());
    let rng = &mut seeded(8);
    let (key, mut header) = party.header(rng);
    header.selection = Selection::from_fields(&fields).map_err(|error| error.to_string())?;
    header.mac_only_encrypted = mac_only;
    let plain = Plain::read(Format::Yaml, Secret::from(TEXT.as_bytes().to_vec())).unwrap();
    let ours = seal(plain, &key, header, &Nonces::none(), rng)
        .map_err(|error| error.to_string())?
        .bytes;

    let (one, other) = (shape(&ours), shape(&theirs));
    if one != other {
        return Err(format!(
            "other values are encrypted\n--- ours\n{one}\n--- sops\n{other}"
        ));
    }
    let reference = peer.data(party, &theirs)?;
    same_data(&peer.data(party, &ours)?, &reference)?;
    let opened = party.open(&theirs).map_err(|error| error.to_string())?;
    if opened.plain.source() != TEXT.as_bytes() {
        return Err(format!(
            "opened by us:\n{}",
            String::from_utf8_lossy(opened.plain.source())
        ));
    }
    Ok(())
}
