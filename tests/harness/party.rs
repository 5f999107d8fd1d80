//! Somebody with a key, who seals and opens through our libraries. Time is fixed; randomness comes from the caller.

use rand::rngs::StdRng;
use selkie_crypto::{AgeRecipient, DataKey, Recipient, Secret, Timestamp};
use selkie_document::selection::Selection;
use selkie_document::{
    Comments, Error, Format, Header, Nonces, Opened, Plain, Sealed, SealedText, open, seal,
};
use selkie_keys::age::{AgeSource, Content, Separator, generate};
use selkie_keys::{Credentials, DecryptionOrder, KeyService, recover, wrap_all};

/// 2026-01-02T03:04:05Z, in seconds.
pub const NOW: i64 = 1_767_323_045;

/// A throw-away age identity and what it is good for.
#[derive(Debug)]
pub struct Party {
    /// `AGE-SECRET-KEY-1…`, as `SOPS_AGE_KEY` takes it.
    pub identity: String,
    /// `age1…`
    pub recipient: String,
    services: Vec<KeyService>,
}

impl Default for Party {
    fn default() -> Self {
        Self::new()
    }
}

impl Party {
    /// Somebody new.
    ///
    /// # Panics
    /// If an identity were not text.
    #[expect(clippy::expect_used, reason = "an identity is text")]
    pub fn new() -> Self {
        let generated = generate();
        let identity =
            String::from_utf8(generated.identity.expose().to_vec()).expect("an identity is text");
        let content = Content::Held(Ok(Secret::from(identity.clone())));
        let age = vec![AgeSource::new("test", content, Separator::Line)];
        let credentials = Credentials {
            age,
            ..Credentials::default()
        };
        Self {
            identity,
            recipient: generated.recipient,
            services: vec![KeyService::Local(credentials)],
        }
    }

    /// A new data key and a header that wraps it for this party: default selector, layout record, encrypted comments.
    ///
    /// # Panics
    /// If age does not wrap.
    #[expect(
        clippy::expect_used,
        reason = "wrapping for a fresh X25519 recipient does not fail"
    )]
    pub fn header(&self, rng: &mut StdRng) -> (DataKey, Header) {
        let key = DataKey::generate(rng);
        let recipient = AgeRecipient::parse(&self.recipient).expect("a generated recipient is one");
        let groups = [vec![Recipient::Age(recipient)]];
        let keyring = wrap_all(&self.services, &groups, None, &key, rng).expect("age wraps");
        let header = Header {
            keyring,
            selection: Selection::default(),
            mac_only_encrypted: false,
            now: Timestamp::from_unix(NOW),
            layout: true,
            comments: Comments::Encrypted,
        };
        (key, header)
    }

    /// Seals YAML text.
    pub fn seal(&self, text: &[u8], rng: &mut StdRng) -> Result<SealedText, Error> {
        self.seal_as(Format::Yaml, text, rng)
    }

    /// Seals text.
    pub fn seal_as(
        &self,
        format: Format,
        text: &[u8],
        rng: &mut StdRng,
    ) -> Result<SealedText, Error> {
        let plain = Plain::read(format, Secret::from(text.to_vec()))?;
        let (key, header) = self.header(rng);
        seal(plain, &key, header, &Nonces::none(), rng)
    }

    /// Opens sealed YAML text, with the key that its metadata wraps for this party.
    ///
    /// # Panics
    /// If it is not wrapped for this party.
    pub fn open(&self, sealed: &[u8]) -> Result<Opened, Error> {
        self.open_as(Format::Yaml, sealed)
    }

    /// Opens sealed text, with the key that its metadata wraps for this party.
    ///
    /// # Panics
    /// If it is not wrapped for this party.
    pub fn open_as(&self, format: Format, sealed: &[u8]) -> Result<Opened, Error> {
        let sealed = Sealed::read(format, sealed.to_vec())?;
        let key = self.key(&sealed);
        open(sealed, &key)
    }

    /// The data key that a file's metadata wraps for this party.
    ///
    /// # Panics
    /// If it is not wrapped for this party.
    pub fn key(&self, sealed: &Sealed) -> DataKey {
        recover(
            &self.services,
            &sealed.metadata().keyring,
            &DecryptionOrder::default(),
        )
        .unwrap_or_else(|report| panic!("the data key cannot be recovered: {report:?}"))
    }
}
