//! Sealing an input: a fixed key, fixed randomness, and settings taken from the input's first byte. No law stands here.

use std::sync::LazyLock;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use selkie_crypto::{
    AgeRecipient, DataKey, KeyGroup, Keyring, Recipient, Secret, Timestamp, WrappedKey,
};
use selkie_document::selection::{Selection, Selector, SelectorFields};
use selkie_document::{Comments, Error, Format, Header, Nonces, Plain, SealedText, seal};

/// A text with the settings that it is sealed under.
pub(crate) struct File<'a> {
    pub(crate) header: Header,
    pub(crate) text: &'a [u8],
}

impl<'a> File<'a> {
    /// The first byte holds the settings, the rest is the text. Digits are the plain settings: `0` is the default selector.
    pub(crate) fn new(data: &'a [u8]) -> Option<Self> {
        let (settings, text) = data.split_first()?;
        Some(Self {
            header: header(*settings),
            text,
        })
    }

    /// Seals the text, if it is one that can be sealed.
    ///
    /// # Panics
    /// If it is refused for a reason that the text cannot be to blame for.
    pub(crate) fn seal(&self) -> Option<SealedText> {
        self.seal_as(Format::Yaml)
    }

    /// Seals the text as one of this format.
    pub(crate) fn seal_as(&self, format: Format) -> Option<SealedText> {
        let plain = Plain::read(format, Secret::from(self.text.to_vec())).ok()?;
        self.seal_plain(plain, &Nonces::none(), 1)
    }

    pub(crate) fn seal_plain(&self, plain: Plain, nonces: &Nonces, seed: u8) -> Option<SealedText> {
        match seal(plain, &key(), self.header.clone(), nonces, &mut rng(seed)) {
            Ok(sealed) => Some(sealed),
            Err(error @ (Error::Inconsistent | Error::Unrestorable { .. } | Error::Nonce)) => {
                panic!("not sealed: {error}")
            }
            Err(_) => None,
        }
    }
}

/// The data key of all files.
pub(crate) fn key() -> DataKey {
    DataKey::from_slice(&[5; 32]).expect("32 bytes")
}

/// Randomness; another seed gives other nonces.
pub(crate) fn rng(seed: u8) -> StdRng {
    StdRng::from_seed([seed; 32])
}

/// The time at which all files are sealed.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix(1_700_000_000)
}

fn header(settings: u8) -> Header {
    Header {
        keyring: KEYRING.clone(),
        selection: SELECTIONS[usize::from(settings & 7)].clone(),
        mac_only_encrypted: settings & 0x08 != 0,
        now: now(),
        layout: settings & 0x80 == 0,
        comments: if settings & 0x40 == 0 {
            Comments::Encrypted
        } else {
            Comments::Plain
        },
    }
}

/// Compiled once: that takes longer than most inputs.
static SELECTIONS: LazyLock<[Selection; 8]> = LazyLock::new(|| {
    [
        (Selector::UnencryptedSuffix, "_unencrypted"),
        (Selector::EncryptedSuffix, "d"),
        (Selector::EncryptedRegex, "^[a-m]"),
        (Selector::UnencryptedRegex, "^[a-m]"),
        (Selector::EncryptedCommentRegex, "x"),
        (Selector::UnencryptedCommentRegex, "x"),
        (Selector::EncryptedRegex, "."),
        (Selector::UnencryptedRegex, "."),
    ]
    .map(|(selector, text)| {
        let mut fields = SelectorFields::default();
        fields.set(selector, text.to_owned());
        Selection::from_fields(&fields).expect("one selector that compiles")
    })
});

/// A recipient that nobody has to hold the key of: the data key is handed to `open` as it is.
static KEYRING: LazyLock<Keyring> = LazyLock::new(|| {
    let recipient =
        AgeRecipient::parse("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
            .expect("a recipient");
    let wrapped = WrappedKey {
        recipient: Recipient::Age(recipient),
        ciphertext: "-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n"
            .to_owned(),
        created_at: None,
    };
    Keyring {
        groups: vec![KeyGroup(vec![wrapped])],
        threshold: None,
    }
});
