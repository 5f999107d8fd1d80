//! AES-256-GCM with nonces of 32 bytes, straight from and to the text of a token.
//!
//! Never here: a choice of nonce. A nonce that is used for two different plaintexts under one key gives both away and
//! lets anyone forge; who may reuse one is decided where the document's nonces are kept.

mod large;

use std::fmt;

use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::array::typenum::U32;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand_core::CryptoRng;

use crate::data_key::DataKey;
use crate::error::Error;
use crate::leaf::Kind;
use crate::sealed::{self, NONCE_LEN, Token};
use crate::secret::Secret;

pub use self::large::SealedBuffer;

/// Plaintext bytes that are encrypted at a time on the stack; a multiple of 3, so that base64 pads at the end only.
const CHUNK: usize = 768;

/// The number that makes two tokens of one plaintext differ: 32 bytes, as SOPS writes it. Not secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Nonce([u8; NONCE_LEN]);

impl Nonce {
    /// A new random nonce.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; NONCE_LEN];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The nonce of these bytes.
    pub const fn from_bytes(bytes: [u8; NONCE_LEN]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; NONCE_LEN] {
        &self.0
    }
}

/// Seals and opens the values of one document; holds the expanded key, wiped on drop.
///
/// It has no state that changes: any number of threads may use one by reference.
pub struct Cipher {
    /// On the heap, so that moving the cipher leaves no copy of the key behind.
    keyed: Box<Keyed>,
}

struct Keyed {
    gcm: AesGcm<Aes256, U32>,
    /// For nonces of other lengths, each of which is a type of its own.
    block: Aes256,
}

impl Cipher {
    /// Expands the key, once for all values.
    pub fn new(key: &DataKey) -> Self {
        let key = key.expose().into();
        Self {
            keyed: Box::new(Keyed {
                gcm: AesGcm::new(key),
                block: Aes256::new(key),
            }),
        }
    }

    /// Writes the token of `plaintext` into `out`, which has exactly [`sealed_len`](crate::sealed_len) bytes.
    ///
    /// `aad` binds the token to its place in the document. Bytes are written as a string (`type:bytes` makes SOPS
    /// crash). An empty string is never sealed: its token would be one that no reader accepts. Nothing is allocated, and
    /// no plaintext ever stands in `out`.
    ///
    /// # Panics
    /// If `out` has another length, or the plaintext is empty.
    pub fn seal_into(
        &self,
        kind: Kind,
        plaintext: &[u8],
        aad: &[u8],
        nonce: &Nonce,
        out: &mut [u8],
    ) {
        assert_eq!(
            out.len(),
            sealed::sealed_len(kind, plaintext.len()),
            "length of the token's buffer"
        );
        assert!(!plaintext.is_empty(), "an empty plaintext is never sealed");
        let out = write(out, sealed::PREFIX);
        let (data, out) = out.split_at_mut(sealed::base64_len(plaintext.len()));
        let tag = if plaintext.len() <= CHUNK {
            let mut chunk = [0; CHUNK];
            let ciphertext = &mut chunk[..plaintext.len()];
            let tag = self.encrypt(plaintext, aad, nonce, ciphertext);
            encode(ciphertext, data);
            tag
        } else {
            // Base64 grows by a third, so the ciphertext fits into the end of its own text and is encoded from there.
            let start = data.len() - plaintext.len();
            let tag = self.encrypt(plaintext, aad, nonce, &mut data[start..]);
            encode_from_end(data, start);
            tag
        };
        let out = write(out, sealed::IV);
        let (iv, out) = out.split_at_mut(sealed::base64_len(NONCE_LEN));
        encode(nonce.as_bytes(), iv);
        let out = write(out, sealed::TAG);
        let (text, out) = out.split_at_mut(sealed::base64_len(sealed::TAG_LEN));
        encode(&tag, text);
        let out = write(out, sealed::TYPE);
        let out = write(out, sealed::written_kind(kind).name().as_bytes());
        write(out, sealed::END);
    }

    /// The token of `plaintext` as a text of its own; see [`Cipher::seal_into`].
    ///
    /// # Panics
    /// If the plaintext is empty.
    pub fn seal(&self, kind: Kind, plaintext: &[u8], aad: &[u8], nonce: &Nonce) -> String {
        let mut out = vec![0; sealed::sealed_len(kind, plaintext.len())];
        self.seal_into(kind, plaintext, aad, nonce, &mut out);
        #[expect(
            clippy::expect_used,
            reason = "a token is labels, base64 and a type's name, all ASCII"
        )]
        String::from_utf8(out).expect("a token is ASCII")
    }

    /// Appends the plaintext of `token` to `out`, and gives its nonce if that can be written again.
    ///
    /// Nothing is appended unless the tag is right. The plaintext is raw: what it means as a value of its type says
    /// [`canonical`](crate::canonical). A nonce of another length than 32 bytes yields `None`: SOPS reads such tokens of
    /// other writers, but crashes when it has to write one.
    pub fn open(
        &self,
        token: &Token<'_>,
        aad: &[u8],
        out: &mut Secret,
    ) -> Result<Option<Nonce>, Error> {
        let start = out.len();
        let result = self.open_at_end(token, aad, out);
        if result.is_err() {
            out.truncate(start);
        }
        result
    }

    fn open_at_end(
        &self,
        token: &Token<'_>,
        aad: &[u8],
        out: &mut Secret,
    ) -> Result<Option<Nonce>, Error> {
        let room = token.data().len() / 4 * 3;
        let start = out.len();
        let buffer = out.grow(room);
        let len = STANDARD
            .decode_slice(token.data(), buffer)
            .map_err(|_| Error::Base64 { field: "data" })?;
        out.truncate(start + len);
        let ciphertext = InOutBuf::from(&mut out.expose_mut()[start..]);
        self.decrypt(token.nonce(), token.tag(), aad, ciphertext)
    }

    /// Decrypts once the tag is right, and gives the nonce if it is one that can be written again.
    fn decrypt(
        &self,
        nonce: &[u8],
        tag: &[u8; sealed::TAG_LEN],
        aad: &[u8],
        ciphertext: InOutBuf<'_, '_, u8>,
    ) -> Result<Option<Nonce>, Error> {
        if let Ok(bytes) = <&[u8; NONCE_LEN]>::try_from(nonce) {
            self.keyed
                .gcm
                .decrypt_inout_detached(bytes.into(), aad, ciphertext, tag.into())
                .map_err(|_| Error::Authentication)?;
            return Ok(Some(Nonce(*bytes)));
        }
        decrypt_with_other_nonce(&self.keyed.block, nonce, tag, aad, ciphertext)?;
        Ok(None)
    }

    fn encrypt(
        &self,
        plaintext: &[u8],
        aad: &[u8],
        nonce: &Nonce,
        ciphertext: &mut [u8],
    ) -> [u8; sealed::TAG_LEN] {
        #[expect(
            clippy::expect_used,
            reason = "the caller gives a buffer of the plaintext's length"
        )]
        let buffer = InOutBuf::new(plaintext, ciphertext).expect("buffers of one length");
        self.encrypt_buffer(buffer, aad, nonce)
    }

    fn encrypt_buffer(
        &self,
        buffer: InOutBuf<'_, '_, u8>,
        aad: &[u8],
        nonce: &Nonce,
    ) -> [u8; sealed::TAG_LEN] {
        #[expect(
            clippy::expect_used,
            reason = "GCM's limit of 64 GiB is above every document that fits into memory"
        )]
        let tag = self
            .keyed
            .gcm
            .encrypt_inout_detached(nonce.as_bytes().into(), aad, buffer)
            .expect("within limits");
        tag.into()
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher(…)")
    }
}

/// Decrypts under a nonce of 1 to 64 bytes.
///
/// The cipher's type carries the nonce's length, hence one arm, and one copy of the code, for each.
fn decrypt_with_other_nonce(
    block: &Aes256,
    nonce: &[u8],
    tag: &[u8; sealed::TAG_LEN],
    aad: &[u8],
    ciphertext: InOutBuf<'_, '_, u8>,
) -> Result<(), Error> {
    use aes_gcm::aead::array::typenum;
    macro_rules! by_length {
        ($($length:ident)*) => {
            match nonce.len() {
                $(<typenum::$length as typenum::Unsigned>::USIZE => {
                    let nonce = nonce.try_into().map_err(|_| Error::NotAToken)?;
                    AesGcm::<Aes256, typenum::$length>::from(block.clone())
                        .decrypt_inout_detached(nonce, aad, ciphertext, tag.into())
                        .map_err(|_| Error::Authentication)
                })*
                len => Err(Error::NonceTooLong { len }),
            }
        };
    }
    by_length! {
        U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 U15 U16 U17 U18 U19 U20 U21 U22 U23 U24 U25 U26 U27 U28 U29 U30
        U31 U32 U33 U34 U35 U36 U37 U38 U39 U40 U41 U42 U43 U44 U45 U46 U47 U48 U49 U50 U51 U52 U53 U54 U55 U56 U57 U58
        U59 U60 U61 U62 U63 U64
    }
}

/// Copies `text` to the start of `out` and gives the rest.
fn write<'a>(out: &'a mut [u8], text: &[u8]) -> &'a mut [u8] {
    let (head, rest) = out.split_at_mut(text.len());
    head.copy_from_slice(text);
    rest
}

/// Fills `out`, which has the right length, with the base64 text of `bytes`.
fn encode(bytes: &[u8], out: &mut [u8]) {
    let written = STANDARD.encode_slice(bytes, out);
    debug_assert_eq!(
        written.ok(),
        Some(sealed::base64_len(bytes.len())),
        "buffer for base64"
    );
}

/// Replaces the bytes that stand from `start` to the end by their base64 text, which fills the buffer.
///
/// After `k` bytes the text has `4k/3` and the bytes still to be read begin at `start + k`; `start` is at least a third
/// of all bytes, so the text never reaches them.
fn encode_from_end(buffer: &mut [u8], start: usize) {
    let mut chunk = [0; CHUNK];
    let mut read = start;
    let mut written = 0;
    while read < buffer.len() {
        let len = CHUNK.min(buffer.len() - read);
        chunk[..len].copy_from_slice(&buffer[read..read + len]);
        let text = sealed::base64_len(len);
        encode(&chunk[..len], &mut buffer[written..written + text]);
        read += len;
        written += text;
    }
}

#[cfg(test)]
mod tests;
