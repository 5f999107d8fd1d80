//! Reading of age files: wrapped keys, and identity files that are encrypted themselves.

use std::io::Read;

use age::armor::ArmoredReader;
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor};
use selkie_crypto::Secret;
use zeroize::Zeroizing;

use super::AgeError;

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

    /// What is inside, if one of these identities can open it.
    pub(super) fn open(
        &self,
        identities: &[age::x25519::Identity],
    ) -> Result<Option<Secret>, AgeError> {
        let identities = identities
            .iter()
            .map(|identity| identity as &dyn age::Identity);
        match self.decryptor()?.decrypt(identities) {
            Ok(reader) => read_all(reader).map(Some).ok_or_else(|| self.damaged()),
            Err(DecryptError::NoMatchingKeys) => Ok(None),
            Err(_) => Err(self.damaged()),
        }
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
    let passphrase = ask().map_err(|reason| AgeError::NoPassphrase { reason })?;
    let passphrase =
        std::str::from_utf8(passphrase.expose()).map_err(|_| AgeError::WrongPassphrase)?;
    let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase));
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
