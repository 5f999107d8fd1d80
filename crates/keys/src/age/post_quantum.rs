//! Post-quantum recipients and identities, `age1pq1…`: age's own since its version 1.3, which the library lacks.
//!
//! A stanza `mlkem768x25519` holds the file key under HPKE (RFC 9180) with the hybrid of ML-KEM-768 and X25519 that
//! [`kem`] has, HKDF-SHA256 and ChaCha20-Poly1305.

mod kem;

use std::collections::HashSet;
use std::fmt;

use age_core::format::{FileKey, Stanza};
use age_core::primitives::{bech32_decode, bech32_encode, hpke_open, hpke_seal};
use age_core::secrecy::ExposeSecret as _;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use bech32::Hrp;
use hpke::rand_core::{OsRng, RngCore as _};
use hpke::{Deserializable, HpkeError, Kem as _, Serializable};
use selkie_crypto::Secret;
use zeroize::{Zeroize as _, Zeroizing};

use self::kem::{EncappedKey, MlKem768X25519, PrivateKey, PublicKey};
use super::identity::Found;

/// What stands before the last `1` of a recipient.
pub(super) const NAME: &str = "age1pq";

/// How every identity begins.
pub(super) const IDENTITY_PREFIX: &str = "AGE-SECRET-KEY-PQ-1";

const IDENTITY_NAME: &str = "AGE-SECRET-KEY-PQ-";
const STANZA: &str = "mlkem768x25519";
/// What the derivation of a key is bound to.
const CONTEXT: &[u8] = b"age-encryption.org/mlkem768x25519";
/// All recipients of one age file must say this, or none.
const LABEL: &str = "postquantum";

/// A recipient that a quantum computer would not help against.
#[derive(Debug)]
pub(super) struct PostQuantumRecipient(PublicKey);

impl PostQuantumRecipient {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = decode(text, NAME)?;
        PublicKey::from_bytes(bytes.expose()).ok().map(Self)
    }
}

impl age::Recipient for PostQuantumRecipient {
    fn wrap_file_key(
        &self,
        file_key: &FileKey,
    ) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        let (share, body) =
            hpke_seal::<MlKem768X25519, _>(&self.0, CONTEXT, file_key.expose_secret(), &mut OsRng);
        let stanza = Stanza {
            tag: STANZA.to_owned(),
            args: vec![BASE64_STANDARD_NO_PAD.encode(share.to_bytes())],
            body,
        };
        Ok((vec![stanza], HashSet::from([LABEL.to_owned()])))
    }
}

/// An identity that a quantum computer would not help against.
pub(super) struct PostQuantumIdentity(PrivateKey);

impl fmt::Debug for PostQuantumIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostQuantumIdentity(…)")
    }
}

impl PostQuantumIdentity {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = decode(text, IDENTITY_NAME)?;
        PrivateKey::from_bytes(bytes.expose()).ok().map(Self)
    }

    pub(super) fn generate() -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        OsRng.fill_bytes(&mut seed[..]);
        Self(PrivateKey::from_seed(&seed))
    }

    /// `AGE-SECRET-KEY-PQ-1…`
    pub(super) fn text(&self) -> Secret {
        let mut lower = bech32_encode(Hrp::parse_unchecked(IDENTITY_NAME), self.0.seed());
        lower.make_ascii_uppercase();
        Secret::from(lower)
    }

    /// `age1pq1…`
    pub(super) fn recipient(&self) -> String {
        let public = MlKem768X25519::sk_to_pk(&self.0);
        bech32_encode(Hrp::parse_unchecked(NAME), &public.to_bytes())
    }

    /// The file key, if one of the stanzas is for this identity: which of them, only trying tells.
    pub(super) fn unwrap(&self, stanzas: &[Stanza]) -> Found {
        stanzas
            .iter()
            .filter(|stanza| stanza.tag == STANZA)
            .find_map(|stanza| self.unwrap_one(stanza).transpose())
    }

    fn unwrap_one(&self, stanza: &Stanza) -> Result<Option<FileKey>, age::DecryptError> {
        let damaged = || age::DecryptError::InvalidHeader;
        let [share] = stanza.args.as_slice() else {
            return Err(damaged());
        };
        let share = BASE64_STANDARD_NO_PAD
            .decode(share)
            .map_err(|_| damaged())?;
        let share = EncappedKey::from_bytes(&share).map_err(|_| damaged())?;
        // The length of the body is fixed, so that no body opens with two keys.
        if stanza.body.len() != age_core::format::FILE_KEY_BYTES + 16 {
            return Err(damaged());
        }
        let opened = hpke_open::<MlKem768X25519>(&share, &self.0, CONTEXT, &stanza.body);
        let mut bytes = match opened {
            Ok(bytes) => bytes,
            Err(HpkeError::OpenError) => return Ok(None),
            Err(_) => return Err(damaged()),
        };
        let key = FileKey::init_with_mut(|key| key.copy_from_slice(&bytes));
        bytes.zeroize();
        Ok(Some(key))
    }
}

fn decode(text: &str, name: &str) -> Option<Secret> {
    let is_named = |found: Hrp| (found.as_str() == name).then_some(()).ok_or(());
    bech32_decode(
        text,
        |_| (),
        is_named,
        |_, bytes| {
            let mut secret = Secret::with_capacity(text.len());
            for byte in bytes {
                secret.extend_from_slice(&[byte]);
            }
            Ok(secret)
        },
    )
    .ok()
}

#[cfg(test)]
mod tests;
