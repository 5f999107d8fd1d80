//! What the crate's own tests share: a keyring, a header, a data key and a seeded generator.

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use selkie_crypto::{
    AgeRecipient, DataKey, KeyGroup, Keyring, Recipient, Secret, Timestamp, WrappedKey,
};

use crate::selection::{Selection, SelectorFields};
use crate::{Comments, Format, Header, Nonces, Plain, Sealed, open, seal};

/// A generator; another seed gives other nonces.
pub(crate) fn rng(seed: u8) -> StdRng {
    StdRng::from_seed([seed; 32])
}

pub(crate) fn key() -> DataKey {
    DataKey::from_slice(&[5; 32]).unwrap()
}

pub(crate) fn header(selection: &SelectorFields) -> Header {
    let recipient =
        AgeRecipient::parse("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
            .unwrap();
    let wrapped = WrappedKey {
        recipient: Recipient::Age(recipient),
        ciphertext: "-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n"
            .to_owned(),
        created_at: None,
    };
    Header {
        keyring: Keyring {
            groups: vec![KeyGroup(vec![wrapped])],
            threshold: None,
        },
        selection: Selection::from_fields(selection).unwrap(),
        mac_only_encrypted: false,
        now: Timestamp::from_unix(1_700_000_000),
        layout: true,
        comments: Comments::Encrypted,
    }
}

/// Seals a YAML text with the default selector.
pub(crate) fn sealed(text: &str) -> Vec<u8> {
    let plain = Plain::read(Format::Yaml, Secret::from(text.as_bytes().to_vec())).unwrap();
    seal(
        plain,
        &key(),
        header(&SelectorFields::default()),
        &Nonces::none(),
        &mut rng(1),
    )
    .unwrap()
    .bytes
}

/// Opens a sealed YAML text.
pub(crate) fn opened(bytes: &[u8]) -> String {
    let opened = open(Sealed::read(Format::Yaml, bytes.to_vec()).unwrap(), &key()).unwrap();
    String::from_utf8(opened.plain.source().to_vec()).unwrap()
}
