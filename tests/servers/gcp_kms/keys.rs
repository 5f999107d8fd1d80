//! Symmetric keys with versions, as Cloud KMS keeps them.

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use super::Refusal;

/// How a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Whoever has an account may use it.
    Enabled,
    /// Its primary version is disabled.
    Disabled,
    /// Only this account may use it.
    Of(String),
}

/// All keys, by resource name.
#[derive(Debug, Default)]
pub struct Keys(BTreeMap<String, Key>);

#[derive(Debug)]
struct Key {
    state: State,
    /// From version 1 on; the last is the primary.
    versions: Vec<RandomizedNonceKey>,
}

impl Keys {
    pub(super) fn set(&mut self, name: &str, state: State) {
        let key = self.0.entry(name.to_owned()).or_insert_with(|| Key {
            state: State::Enabled,
            versions: vec![new_version()],
        });
        key.state = state;
    }

    pub(super) fn rotate(&mut self, name: &str) {
        if let Some(key) = self.0.get_mut(name) {
            key.versions.push(new_version());
        }
    }

    /// The version and what it made: its number, the nonce, and what was sealed for this key's name.
    pub(super) fn encrypt(
        &self,
        name: &str,
        email: &str,
        plaintext: &[u8],
    ) -> Result<(usize, Vec<u8>), Refusal> {
        let key = self.usable(name, email)?;
        let version = key.versions.len();
        let mut sealed = plaintext.to_vec();
        let nonce = key.versions[version - 1]
            .seal_in_place_append_tag(Aad::from(name), &mut sealed)
            .map_err(|_| (500, "INTERNAL", "Internal error encountered."))?;
        let number = u8::try_from(version).unwrap_or(u8::MAX);
        Ok((
            version,
            [&[number][..], &nonce.as_ref()[..], &sealed].concat(),
        ))
    }

    /// Whether the primary version had made it, and what is inside.
    pub(super) fn decrypt(
        &self,
        name: &str,
        email: &str,
        ciphertext: &[u8],
    ) -> Result<(bool, Vec<u8>), Refusal> {
        const INVALID: Refusal = (
            400,
            "INVALID_ARGUMENT",
            "Decryption failed: verify that 'name' refers to the correct CryptoKey.",
        );
        let key = self.usable(name, email)?;
        let (number, rest) = ciphertext.split_first().ok_or(INVALID)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN).ok_or(INVALID)?;
        let version = usize::from(*number);
        let version_key = version
            .checked_sub(1)
            .and_then(|index| key.versions.get(index));
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| INVALID)?;
        let mut sealed = sealed.to_vec();
        let plaintext = version_key
            .ok_or(INVALID)?
            .open_in_place(nonce, Aad::from(name), &mut sealed)
            .map_err(|_| INVALID)?;
        Ok((version == key.versions.len(), plaintext.to_vec()))
    }

    fn usable(&self, name: &str, email: &str) -> Result<&Key, Refusal> {
        let key = self.0.get(name);
        let key = key.ok_or((404, "NOT_FOUND", "CryptoKey not found."))?;
        match &key.state {
            State::Enabled => Ok(key),
            State::Disabled => Err((
                400,
                "FAILED_PRECONDITION",
                "The CryptoKeyVersion is not enabled, current state is: DISABLED.",
            )),
            State::Of(owner) if owner == email => Ok(key),
            State::Of(_) => Err((
                403,
                "PERMISSION_DENIED",
                "Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource (or it may not exist).",
            )),
        }
    }
}

#[expect(clippy::expect_used, reason = "a suite cannot go on without a key")]
fn new_version() -> RandomizedNonceKey {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system has random bytes");
    RandomizedNonceKey::new(&AES_256_GCM, &bytes).expect("the length is that of the cipher")
}

/// The sum that Google's interfaces carry; by a table, so that a mistake of ours is not made twice.
pub(in crate::servers) fn crc32c(bytes: &[u8]) -> u32 {
    let table: Vec<u32> = (0..256_u32)
        .map(|byte| {
            (0..8).fold(byte, |sum, _| match sum & 1 {
                1 => (sum >> 1) ^ 0x82F6_3B78,
                _ => sum >> 1,
            })
        })
        .collect();
    let step = |sum: u32, byte: &u8| table[((sum ^ u32::from(*byte)) & 0xFF) as usize] ^ (sum >> 8);
    !bytes.iter().fold(u32::MAX, step)
}
