//! Reading of age files: wrapped keys, and identity files that are encrypted themselves.

use std::cell::RefCell;
use std::io::Read;

use age::armor::ArmoredReader;
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor};
use age_core::format::Stanza;
use selkie_crypto::Secret;
use zeroize::Zeroizing;

use super::AgeError;
use super::identity::{Found, Identity, Trial};
use super::source::Help;

/// What the programs agree to spend on one passphrase: the limit of the reference implementation, 2^22.
const MAX_WORK_FACTOR: u8 = 22;

/// A wrapped key that was found to be an age file.
pub(super) struct File<'a> {
    text: &'a str,
    recipient: &'a str,
}

impl<'a> File<'a> {
    /// Checks the outer form, so that damage is told apart from a missing identity even if there is none.
    pub(super) fn read(text: &'a str, recipient: &'a str) -> Result<Self, AgeError> {
        let file = Self { text, recipient };
        file.decryptor().map(|_| file)
    }

    /// What is inside, if one of these identities can open it; and why others could not be used that were tried before.
    pub(super) fn open(
        &self,
        identities: &[Identity],
        help: &Help<'_>,
    ) -> Result<(Option<Secret>, Vec<AgeError>), AgeError> {
        let mut failures = Vec::new();
        for identity in identities {
            let trial = Trial::new(identity, help);
            match self.decryptor()?.decrypt(std::iter::once(&trial as _)) {
                Ok(reader) => {
                    let secret = read_all(reader).ok_or_else(|| self.damaged())?;
                    return Ok((Some(secret), failures));
                }
                Err(DecryptError::NoMatchingKeys) => failures.extend(trial.failure()),
                Err(_) => return Err(self.damaged()),
            }
        }
        Ok((None, failures))
    }

    fn decryptor(&self) -> Result<Decryptor<impl Read + use<'a>>, AgeError> {
        Decryptor::new(ArmoredReader::new(self.text.as_bytes())).map_err(|_| self.damaged())
    }

    fn damaged(&self) -> AgeError {
        AgeError::Damaged {
            what: self.recipient.to_owned(),
        }
    }
}

/// The stanzas of a file, if it is one.
pub(super) fn stanzas(armored: &str) -> Option<Vec<Stanza>> {
    struct Reader(RefCell<Option<Vec<Stanza>>>);
    impl age::Identity for Reader {
        fn unwrap_stanza(&self, _: &Stanza) -> Found {
            None
        }

        fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Found {
            self.0.replace(Some(stanzas.iter().map(copy).collect()));
            None
        }
    }
    let reader = Reader(RefCell::new(None));
    let decryptor = Decryptor::new(ArmoredReader::new(armored.as_bytes())).ok()?;
    // Nothing is decrypted: the library shows stanzas to identities alone.
    let _ = decryptor.decrypt(std::iter::once(&reader as _));
    reader.0.into_inner()
}

fn copy(stanza: &Stanza) -> Stanza {
    Stanza {
        tag: stanza.tag.clone(),
        args: stanza.args.clone(),
        body: stanza.body.clone(),
    }
}

/// Whether an identity source is an age file, binary or armoured.
pub(super) fn is_age_file(content: &[u8]) -> bool {
    content.starts_with(b"age-encryption.org/")
        || content.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

/// The content of an age file that a passphrase opens; `ask` is called only when the file is of that kind.
pub(super) fn open_with_passphrase(
    content: &[u8],
    ask: impl FnOnce() -> Result<Secret, String>,
) -> Result<Secret, AgeError> {
    let damaged = || AgeError::Damaged {
        what: "identities".to_owned(),
    };
    let decryptor = Decryptor::new(ArmoredReader::new(content)).map_err(|_| damaged())?;
    if !decryptor.is_scrypt() {
        return Err(AgeError::NotPassphrase);
    }
    let mut identity = age::scrypt::Identity::new(passphrase(ask())?);
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let reader = decryptor
        .decrypt(std::iter::once(&identity as &dyn age::Identity))
        .map_err(|error| match error {
            DecryptError::ExcessiveWork { .. } => AgeError::ExcessiveWork,
            DecryptError::DecryptionFailed
            | DecryptError::KeyDecryptionFailed
            | DecryptError::NoMatchingKeys => AgeError::WrongPassphrase,
            _ => damaged(),
        })?;
    read_all(reader).ok_or_else(damaged)
}

/// What somebody answered, as the library takes it.
pub(super) fn passphrase(answer: Result<Secret, String>) -> Result<SecretString, AgeError> {
    let answer = answer.map_err(|reason| AgeError::NoPassphrase { reason })?;
    let text = std::str::from_utf8(answer.expose()).map_err(|_| AgeError::WrongPassphrase)?;
    Ok(SecretString::from(text))
}

fn read_all(mut reader: impl Read) -> Option<Secret> {
    let mut secret = Secret::new();
    let mut chunk = Zeroizing::new([0_u8; 4096]);
    loop {
        match reader.read(&mut chunk[..]).ok()? {
            0 => return Some(secret),
            read => secret.extend_from_slice(&chunk[..read]),
        }
    }
}
