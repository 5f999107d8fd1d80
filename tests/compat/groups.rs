//! Key groups and a threshold of shares, both ways.

use std::num::NonZeroU8;

use selkie_crypto::{AgeRecipient, Recipient, Secret};
use selkie_document::{Format, Nonces, Plain, Sealed, open, seal};
use selkie_keys::age::{AgeSource, Content, Separator};
use selkie_keys::{Credentials, DecryptionOrder, KeyService, recover, wrap_all};
use selkie_tests::{Party, seeded};

use crate::sops::{Peer, VERSIONS};

const TEXT: &[u8] = b"a: one\nb:\n    - 2\n";

pub(crate) fn service(parties: &[&Party]) -> Vec<KeyService> {
    let identities: Vec<&str> = parties
        .iter()
        .map(|party| party.identity.as_str())
        .collect();
    let content = Content::Held(Ok(Secret::from(identities.join("\n"))));
    let age = vec![AgeSource::new("test", content, Separator::Line)];
    vec![KeyService::Local(Credentials {
        age,
        ..Credentials::default()
    })]
}

/// Pairs and more of the three parties, and whether they reach the threshold of two.
pub(crate) const HOLDERS: [(&[usize], bool); 7] = [
    (&[0, 1], true),
    (&[0, 2], true),
    (&[1, 2], true),
    (&[0, 1, 2], true),
    (&[0], false),
    (&[1], false),
    (&[2], false),
];

#[test]
fn two_of_three_groups_open_either_side_s_file() {
    let parties = [Party::new(), Party::new(), Party::new()];
    let all: Vec<&Party> = parties.iter().collect();
    let groups: Vec<Vec<Recipient>> = parties
        .iter()
        .map(|party| {
            vec![Recipient::Age(
                AgeRecipient::parse(&party.recipient).unwrap(),
            )]
        })
        .collect();
    let rng = &mut seeded(1);
    let (key, mut header) = parties[0].header(rng);
    header.keyring = wrap_all(&service(&all), &groups, NonZeroU8::new(2), &key, rng).unwrap();
    let plain = Plain::read(Format::Yaml, Secret::from(TEXT.to_vec())).unwrap();
    let ours = seal(plain, &key, header, &Nonces::none(), rng)
        .unwrap()
        .bytes;

    for peer in VERSIONS.map(Peer::new) {
        let theirs = peer.encrypt_by(&rules(&parties), TEXT).unwrap();
        for (holders, enough) in HOLDERS {
            let holders: Vec<&Party> = holders.iter().map(|at| &parties[*at]).collect();
            let identities: Vec<&str> = holders
                .iter()
                .map(|party| party.identity.as_str())
                .collect();
            let by_sops = peer.decrypt_as(&identities.join("\n"), &ours);
            assert_eq!(by_sops.is_ok(), enough, "{}: {by_sops:?}", peer.name);
            for file in [&ours, &theirs] {
                let sealed = Sealed::read(Format::Yaml, file.clone()).unwrap();
                let found = recover(
                    &service(&holders),
                    &sealed.metadata().keyring,
                    &DecryptionOrder::default(),
                );
                assert_eq!(found.is_ok(), enough, "{}", peer.name);
                if let Ok(key) = found {
                    assert_eq!(open(sealed, &key).unwrap().plain.source(), TEXT);
                }
            }
        }
    }
}

pub(crate) fn rules(parties: &[Party; 3]) -> String {
    let [one, two, three] = parties.each_ref().map(|party| party.recipient.as_str());
    format!(
        "creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n      - age: [{one}]\n      - age: [{two}]\n      - age: [{three}]\n"
    )
}
