//! Bytes that nobody should see: wiped when dropped, redacted when printed, compared in constant time.
//!
//! What must never be here: a way to copy a secret without saying so (`Clone`), to print it (`Display`) or to
//! serialise it. Whoever wants the bytes calls a method named `expose`, so that a search for that word finds every place.

use std::fmt;

use subtle::ConstantTimeEq;

/// A growable buffer of secret bytes.
///
/// Every allocation it ever held is wiped: on drop, and when the content moves to a larger one. `Vec` alone would leave
/// the smaller one behind with the secret in it. Where the length is known, [`Secret::with_capacity`] avoids the move.
#[derive(Default)]
pub struct Secret {
    bytes: Vec<u8>,
}

impl Secret {
    /// An empty secret that has not allocated.
    pub const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// An empty secret with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(capacity),
        }
    }

    /// The bytes.
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, to be changed in place.
    pub fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Bytes that fit without another allocation.
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Makes room for `additional` more bytes, wiping the old buffer if the content has to move.
    pub fn reserve(&mut self, additional: usize) {
        let needed = self.bytes.len().saturating_add(additional);
        if needed <= self.bytes.capacity() {
            return;
        }
        // Doubling keeps a long series of appends linear.
        let mut larger = Vec::with_capacity(needed.max(self.bytes.capacity().saturating_mul(2)));
        larger.extend_from_slice(&self.bytes);
        wipe(&mut self.bytes);
        self.bytes = larger;
    }

    /// Appends `more`.
    pub fn extend_from_slice(&mut self, more: &[u8]) {
        self.reserve(more.len());
        self.bytes.extend_from_slice(more);
    }

    /// Cuts the secret to `len` bytes and wipes what is cut; does nothing if it is not longer.
    pub fn truncate(&mut self, len: usize) {
        if let Some(tail) = self.bytes.get_mut(len..) {
            wipe(tail);
            self.bytes.truncate(len);
        }
    }

    /// The buffer, not to be wiped any more: for content that was encrypted in it.
    pub(crate) fn into_public(mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Appends `additional` zero bytes and gives them to be written.
    pub(crate) fn grow(&mut self, additional: usize) -> &mut [u8] {
        let start = self.bytes.len();
        self.reserve(additional);
        self.bytes.resize(start + additional, 0);
        &mut self.bytes[start..]
    }
}

impl Drop for Secret {
    /// Bytes behind the end were wiped when they were cut off.
    fn drop(&mut self) {
        wipe(&mut self.bytes);
    }
}

/// Overwrites bytes with zeros as one block, and keeps the compiler from taking that for a useless write. Byte by byte,
/// as `Zeroize` does it, wiping the text of a large file would cost more than decrypting it.
fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    zeroize::optimization_barrier(bytes);
}

impl From<Vec<u8>> for Secret {
    /// Takes the buffer over; nothing is copied.
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }
}

impl From<String> for Secret {
    /// Takes the buffer over; nothing is copied.
    fn from(text: String) -> Self {
        Self {
            bytes: text.into_bytes(),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl PartialEq for Secret {
    /// Takes the same time for all contents of one length; the length itself is not hidden.
    fn eq(&self, other: &Self) -> bool {
        self.bytes.ct_eq(&other.bytes).into()
    }
}

impl Eq for Secret {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_and_keeps_its_content() {
        let mut secret = Secret::with_capacity(3);
        for n in 0..200_u8 {
            secret.extend_from_slice(&[n]);
        }
        assert_eq!(secret.expose(), (0..200).collect::<Vec<u8>>());
        assert!(secret.capacity() < 1000);
    }

    #[test]
    fn truncate_wipes_the_tail() {
        let mut secret = Secret::from(b"abcdef".to_vec());
        secret.truncate(2);
        assert_eq!(secret.expose(), b"ab");
        secret.truncate(5);
        assert_eq!(secret.len(), 2);
        assert_eq!(
            secret.grow(3),
            [0, 0, 0],
            "new bytes are zero, not what stood there"
        );
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?}", Secret::from("hunter2".to_owned())),
            "Secret(…)"
        );
    }

    #[test]
    fn equality_is_by_content() {
        assert_eq!(Secret::from(vec![1, 2]), Secret::from(vec![1, 2]));
        assert_ne!(Secret::from(vec![1, 2]), Secret::from(vec![1, 3]));
        assert_ne!(Secret::from(vec![1, 2]), Secret::from(vec![1, 2, 0]));
        assert!(Secret::new().is_empty());
    }
}
