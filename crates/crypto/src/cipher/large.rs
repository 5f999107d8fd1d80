//! One large value, sealed and opened in the buffer in which it lies.
//!
//! A binary file is a single value that may have a gigabyte, and its token is a third longer. So it is encrypted where it
//! stands and its token is encoded while it is written; on the way back its text is decoded and decrypted where it
//! stands. Each direction holds the file once. Never here: what stands around the token.

use std::fmt;
use std::io::{self, Write};
use std::ops::Range;

use aes_gcm::aead::inout::InOutBuf;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::{Cipher, Nonce};
use crate::error::Error;
use crate::leaf::Kind;
use crate::sealed::{self, TAG_LEN, Token};
use crate::secret::Secret;

/// Characters of base64 that are made or read at a time, on the stack.
const TEXT: usize = 16 * 1024;
/// The bytes that they stand for.
const BYTES: usize = TEXT / 4 * 3;

/// A value that was sealed in its own buffer, waiting to be written as a token.
pub struct SealedBuffer {
    kind: Kind,
    ciphertext: Vec<u8>,
    nonce: Nonce,
    tag: [u8; TAG_LEN],
}

impl SealedBuffer {
    /// Length of the token in bytes.
    pub fn token_len(&self) -> usize {
        sealed::sealed_len(self.kind, self.ciphertext.len())
    }

    /// Writes the token, piece by piece while it is encoded.
    pub fn write_token(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(sealed::PREFIX)?;
        write_base64(&self.ciphertext, out)?;
        out.write_all(sealed::IV)?;
        write_base64(self.nonce.as_bytes(), out)?;
        out.write_all(sealed::TAG)?;
        write_base64(&self.tag, out)?;
        out.write_all(sealed::TYPE)?;
        out.write_all(sealed::written_kind(self.kind).name().as_bytes())?;
        out.write_all(sealed::END)
    }
}

impl fmt::Debug for SealedBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedBuffer(…)")
    }
}

impl Cipher {
    /// Encrypts a value where it lies; see [`Cipher::seal_into`] for what a token is bound to.
    ///
    /// # Panics
    /// If the plaintext is empty.
    pub fn seal_buffer(
        &self,
        kind: Kind,
        mut plaintext: Secret,
        aad: &[u8],
        nonce: &Nonce,
    ) -> SealedBuffer {
        assert!(!plaintext.is_empty(), "an empty plaintext is never sealed");
        let tag = self.encrypt_buffer(InOutBuf::from(plaintext.expose_mut()), aad, nonce);
        SealedBuffer {
            kind,
            ciphertext: plaintext.into_public(),
            nonce: *nonce,
            tag,
        }
    }

    /// Opens the token that stands in a part of `text` and leaves nothing but its plaintext, in the same memory.
    ///
    /// The text is one that anybody can read, hence not wiped. The plaintext is raw, as with [`Cipher::open`]; nothing is decrypted unless the tag is right.
    ///
    /// # Errors
    /// As [`Token::parse`] and [`Cipher::open`].
    ///
    /// # Panics
    /// If the part is not one of the text.
    pub fn open_buffer(
        &self,
        text: Secret,
        token: Range<usize>,
        aad: &[u8],
    ) -> Result<Secret, Error> {
        let mut text = text.into_public();
        let start = token.start + sealed::PREFIX.len();
        let token = Token::parse(&text[token])?;
        let data = start..start + token.data().len();
        let (nonce, tag) = (token.nonce().to_vec(), *token.tag());
        let len = decode_to_front(&mut text, data)?;
        // What stood behind was the text of a sealed value: nothing to wipe.
        text.truncate(len);
        let mut content = Secret::from(text);
        self.decrypt(&nonce, &tag, aad, InOutBuf::from(content.expose_mut()))?;
        Ok(content)
    }
}

fn write_base64(bytes: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let mut text = [0; TEXT];
    for part in bytes.chunks(BYTES) {
        let text = &mut text[..sealed::base64_len(part.len())];
        super::encode(part, text);
        out.write_all(text)?;
    }
    Ok(())
}

/// Decodes a part of the buffer to its beginning and gives the length of what was decoded.
///
/// What is written never reaches what is still to be read, because decoding shortens.
fn decode_to_front(buffer: &mut [u8], text: Range<usize>) -> Result<usize, Error> {
    let failed = |_| Error::Base64 { field: "data" };
    // One place for all parts; the last one may count two more, for its padding.
    let mut bytes = [0; BYTES + 2];
    let mut written = 0;
    let mut read = text.start;
    while read < text.end {
        let stop = text.end.min(read + TEXT);
        let part = &buffer[read..stop];
        // Padding ends the text, so it cannot stand in any part but the last.
        let len = if stop < text.end {
            STANDARD_NO_PAD.decode_slice(part, &mut bytes)
        } else {
            STANDARD.decode_slice(part, &mut bytes)
        }
        .map_err(failed)?;
        buffer[written..written + len].copy_from_slice(&bytes[..len]);
        written += len;
        read = stop;
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_key::DataKey;
    use crate::sealed::NONCE_LEN;

    const NONCE: Nonce = Nonce::from_bytes([9; NONCE_LEN]);

    fn cipher() -> Cipher {
        Cipher::new(&DataKey::from_slice(&[7; 32]).unwrap())
    }

    fn bytes(len: usize) -> Vec<u8> {
        (0..len).map(|index| (index * 7 % 251) as u8).collect()
    }

    fn written(buffer: &SealedBuffer) -> Vec<u8> {
        let mut text = Vec::new();
        buffer.write_token(&mut text).unwrap();
        assert_eq!(text.len(), buffer.token_len());
        text
    }

    /// Lengths around blocks of the cipher, groups of base64 and the pieces that are worked on at a time.
    fn lengths() -> impl Iterator<Item = usize> {
        let around = |middle: usize| middle - 3..=middle + 3;
        (1..=50)
            .chain(around(BYTES))
            .chain(around(2 * BYTES))
            .chain(around(TEXT))
            .chain([5 * BYTES])
    }

    #[test]
    fn a_value_sealed_where_it_lies_has_the_same_token() {
        for len in lengths() {
            let plaintext = bytes(len);
            let expected = cipher().seal(Kind::Str, &plaintext, b"data:", &NONCE);
            let sealed = cipher().seal_buffer(Kind::Str, plaintext.into(), b"data:", &NONCE);
            assert!(written(&sealed) == expected.as_bytes(), "{len}");
        }
    }

    #[test]
    fn it_opens_where_its_token_lies() {
        for len in lengths() {
            let plaintext = bytes(len);
            let token = cipher().seal(Kind::Str, &plaintext, b"data:", &NONCE);
            for (before, behind) in [("", ""), ("{\"data\": \"", "\", \"more\": 1]}")] {
                let text = format!("{before}{token}{behind}").into_bytes();
                let place = before.len()..before.len() + token.len();
                let opened = cipher()
                    .open_buffer(text.clone().into(), place.clone(), b"data:")
                    .unwrap();
                assert!(opened.expose() == plaintext, "{len}");
                let elsewhere = cipher().open_buffer(text.into(), place, b"date:");
                assert_eq!(elsewhere, Err(Error::Authentication), "{len}");
            }
        }
    }

    #[test]
    fn what_is_not_exactly_a_token_is_refused() {
        #[track_caller]
        fn check(data: &str, error: &Error) {
            let token = cipher().seal(Kind::Str, b"0123456789", b"", &NONCE);
            let start = token.find("data:").unwrap() + 5;
            let stop = token.find(",iv:").unwrap();
            let text = format!("{}{data}{}", &token[..start], &token[stop..]).into_bytes();
            let place = 0..text.len();
            let opened = cipher().open_buffer(text.into(), place, b"");
            assert_eq!(opened.as_ref(), Err(error), "{}", data.len());
        }
        let base64 = Error::Base64 { field: "data" };
        check("", &Error::NotAToken);
        check("AAA", &base64);
        check("AA==", &Error::Authentication);
        check("AB==", &base64);
        check("====", &base64);
        check("AA==AAAA", &base64);
        check("AA\nA", &base64);
        // Padding at the end of a piece that is not the last.
        let full = "A".repeat(TEXT - 4);
        check(&format!("{full}AAA="), &Error::Authentication);
        check(&format!("{full}AAA=AAAA"), &base64);
        check(&format!("{full}AA==AAAA"), &base64);
        check(&format!("{full}AAAAAAA="), &Error::Authentication);
    }

    #[test]
    fn nonces_of_other_writers_are_taken() {
        // Made with Python's `cryptography`, nonce of 12 bytes.
        const TOKEN: &str = "ENC[AES256_GCM,data:Apbs2+ba,iv:AQEBAQEBAQEBAQEB,tag:+A7U80QDQHp0dGUCPp7LAQ==,type:str]";
        let opened = cipher()
            .open_buffer(TOKEN.to_owned().into(), 0..TOKEN.len(), b"data:")
            .unwrap();
        assert_eq!(opened.expose(), b"twelve");
    }

    #[test]
    fn a_writer_that_fails_is_told() {
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let taken = bytes.len().min(self.0);
                self.0 -= taken;
                if taken == 0 {
                    Err(io::ErrorKind::StorageFull.into())
                } else {
                    Ok(taken)
                }
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let sealed = cipher().seal_buffer(Kind::Str, bytes(2 * BYTES).into(), b"", &NONCE);
        for room in [0, 30, TEXT, TEXT + 30, sealed.token_len() - 1] {
            let error = sealed.write_token(&mut Full(room)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room}");
        }
        sealed.write_token(&mut Full(sealed.token_len())).unwrap();
    }
}
