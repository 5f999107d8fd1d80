//! Binary files as a whole: any bytes, sealed and opened where they lie in memory.
//!
//! What [`crate::seal`] and [`crate::open`] do for every format needs room for two texts, and a tree in between. A binary
//! file is one value that may have a gigabyte, so here it is held once: encrypted in place and written while its text is
//! made, decoded and decrypted in place and handed out after its MAC was verified. Files and nonces that are to be used
//! again are not for here.

use std::io::{self, Write};

use rand_core::CryptoRng;
use selkie_crypto::{Cipher, DataKey, Kind, Mac, Nonce, SealedBuffer, Secret, Token, looks_sealed};

use crate::error::Error;
use crate::format::{Format, binary};
use crate::metadata::{FORMAT_VERSION, Metadata};
use crate::open::{self, Opened};
use crate::plain::Sealed;
use crate::seal::{Header, seal_mac};
use crate::tree::{LARGEST, Shape, Text};
use crate::unseal::verify_mac_text;
use crate::walk::Walk;
use crate::warning::Warning;

/// A sealed binary file, waiting to be written.
#[derive(Debug)]
pub struct SealedBinary {
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// None of an empty file.
    value: Option<SealedBuffer>,
    tail: Vec<u8>,
}

impl SealedBinary {
    /// Writes the file piece by piece while it is encoded; the same each time.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(binary::HEAD.as_bytes())?;
        if let Some(value) = &self.value {
            value.write_token(out)?;
        }
        out.write_all(&self.tail)
    }

    fn len(&self) -> usize {
        let value = self.value.as_ref().map_or(0, SealedBuffer::token_len);
        binary::HEAD.len() + value + self.tail.len()
    }
}

/// Seals the bytes of a file. A binary file has no selector and no layout record.
///
/// # Errors
/// [`Error::TooLarge`] for what could not be opened again.
pub fn seal(
    content: Secret,
    key: &DataKey,
    mut header: Header,
    rng: &mut impl CryptoRng,
) -> Result<SealedBinary, Error> {
    let warnings = binary::settle(&mut header);
    let cipher = Cipher::new(key);
    let mut mac = Mac::new(header.mac_only_encrypted);
    mac.update(content.expose());
    let mac = mac.finish();
    let value = (!content.is_empty()).then(|| {
        let path = format!("{}:", binary::KEY);
        cipher.seal_buffer(Kind::Str, content, path.as_bytes(), &Nonce::generate(rng))
    });
    let metadata = Metadata {
        keyring: header.keyring,
        selection: header.selection,
        mac_only_encrypted: header.mac_only_encrypted,
        last_modified: header.now,
        mac: Some(seal_mac(&cipher, &mac, header.now, &Nonce::generate(rng))),
        layout: None,
        version: FORMAT_VERSION.to_owned(),
    };
    let sealed = SealedBinary {
        warnings,
        value,
        tail: binary::tail(&metadata.to_fields())?,
    };
    if sealed.len() > LARGEST {
        return Err(Error::TooLarge);
    }
    Ok(sealed)
}

/// A binary file that was opened.
#[derive(Debug)]
pub struct OpenedBinary {
    /// Its bytes.
    pub content: Secret,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// Opens a file that was read as [`Format::Binary`] and whose MAC must be right.
///
/// # Errors
/// As [`crate::open`], and [`Error::Conversion`] for a file that holds something else.
pub fn open(sealed: Sealed, key: &DataKey) -> Result<OpenedBinary, Error> {
    open_with(sealed, key, true)
}

/// Opens a file without asking for its MAC; its value is still authenticated.
///
/// # Errors
/// As [`open`], without those about the MAC.
pub fn open_unverified(sealed: Sealed, key: &DataKey) -> Result<OpenedBinary, Error> {
    open_with(sealed, key, false)
}

fn open_with(sealed: Sealed, key: &DataKey, verify: bool) -> Result<OpenedBinary, Error> {
    let Some((value, path)) = only_value(&sealed) else {
        let sealed = Sealed {
            format: Format::Binary,
            ..sealed
        };
        let opened = open::open_with(sealed, key, verify, None)?;
        let Opened {
            plain, warnings, ..
        } = opened;
        return Ok(OpenedBinary {
            content: plain.tree.source,
            warnings,
        });
    };
    let Sealed { tree, metadata, .. } = sealed;
    let cipher = Cipher::new(key);
    let line = tree.line(value.start as u32);
    let content = cipher
        .open_buffer(tree.source, value, &path)
        .map_err(|error| Error::Value {
            line,
            path: format!("[{:?}]", binary::KEY),
            reason: error.to_string(),
        })?;
    if verify {
        verify_mac_text(&metadata, &cipher, || {
            let mut mac = Mac::new(metadata.mac_only_encrypted);
            mac.update(content.expose());
            mac.finish()
        })?;
    }
    Ok(OpenedBinary {
        content,
        warnings: Vec::new(),
    })
}

/// Where the token stands in the text, with the path that it is bound to, if the file holds that one string and nothing
/// else. What is built in another way is opened like any other file.
fn only_value(sealed: &Sealed) -> Option<(std::ops::Range<usize>, Vec<u8>)> {
    let tree = &sealed.tree;
    let walk = Walk::new(tree, &sealed.metadata.selection);
    let [visit] = walk.leaves[..] else {
        return None;
    };
    let node = tree.node(visit.node);
    let value = tree.text(node.text);
    let place = node.start as usize + 1..node.stop as usize - 1;
    let alone = tree.nodes.len() == 2 && tree.text(node.key) == binary::KEY.as_bytes();
    // A token that is written with escapes is not in the text as it is read.
    let bare = node.text == Text::in_source(place.start, place.end);
    let is_token = visit.encrypted
        && node.shape == Shape::Leaf(Kind::Str)
        && looks_sealed(value)
        && Token::parse(value).is_ok_and(|token| matches!(token.kind(), Kind::Str | Kind::Bytes));
    let mut path = Vec::new();
    walk.leaf_path(tree, &visit, &mut path);
    (alone && bare && is_token).then_some((place, path))
}

#[cfg(test)]
mod tests;
