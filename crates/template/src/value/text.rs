//! Text: bytes as Go's strings have them, shared, and wiped when the last holder lets go.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

use selkie_crypto::Secret;

/// A Go string. It need not be UTF-8: several functions cut by bytes.
#[derive(Clone)]
pub struct Text(Rc<Secret>);

impl Text {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.expose()
    }

    /// Its characters, each byte that is no UTF-8 as U+FFFD, as Go's `range` over a string gives them.
    pub fn characters(&self) -> impl Iterator<Item = char> + '_ {
        self.bytes().utf8_chunks().flat_map(|chunk| {
            let broken = chunk.invalid().len();
            chunk
                .valid()
                .chars()
                .chain(std::iter::repeat_n(char::REPLACEMENT_CHARACTER, broken))
        })
    }

    /// As Rust's text, if it is UTF-8.
    pub fn utf8(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()).ok()
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<u8>> for Text {
    /// Takes the buffer over; it is wiped in the end.
    fn from(bytes: Vec<u8>) -> Self {
        Self(Rc::new(Secret::from(bytes)))
    }
}

impl From<String> for Text {
    /// Takes the buffer over; it is wiped in the end.
    fn from(text: String) -> Self {
        Self(Rc::new(Secret::from(text)))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        Self::from(bytes.to_vec())
    }
}

impl From<Secret> for Text {
    fn from(secret: Secret) -> Self {
        Self(Rc::new(secret))
    }
}

impl Borrow<[u8]> for Text {
    /// Its bytes, by which it is compared: so that bytes find a key.
    fn borrow(&self) -> &[u8] {
        self.bytes()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(redacted)")
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    /// By bytes, as Go compares strings.
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes().cmp(other.bytes())
    }
}
