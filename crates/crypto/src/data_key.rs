//! The data key: the 32 bytes that every value of one document is sealed with.
//!
//! Never here: how the key is wrapped for somebody; that needs a vendor.

use std::fmt;

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::error::Error;

/// The AES-256 key of one document, wiped on drop.
///
/// It lives on the heap, so that moving the value moves a pointer and leaves no copy of the key on the stack.
pub struct DataKey {
    bytes: Box<[u8; DataKey::LEN]>,
}

impl DataKey {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// A new random key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Box::new([0; Self::LEN]);
        rng.fill_bytes(&mut *bytes);
        Self { bytes }
    }

    /// The key with these bytes; an error unless there are 32.
    pub fn from_slice(slice: &[u8]) -> Result<Self, Error> {
        if slice.len() != Self::LEN {
            return Err(Error::DataKeyLength { len: slice.len() });
        }
        let mut bytes = Box::new([0; Self::LEN]);
        bytes.copy_from_slice(slice);
        Ok(Self { bytes })
    }

    /// The key's bytes.
    pub fn expose(&self) -> &[u8; Self::LEN] {
        &self.bytes
    }
}

impl Drop for DataKey {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl PartialEq for DataKey {
    /// Takes the same time for all keys.
    fn eq(&self, other: &Self) -> bool {
        self.bytes.ct_eq(&*other.bytes).into()
    }
}

impl Eq for DataKey {}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn only_32_bytes_are_a_key() {
        for len in [0, 16, 31, 33, 64] {
            assert_eq!(
                DataKey::from_slice(&vec![7; len]),
                Err(Error::DataKeyLength { len })
            );
        }
        assert_eq!(DataKey::from_slice(&[7; 32]).unwrap().expose(), &[7; 32]);
    }

    #[test]
    fn generated_keys_differ() {
        let mut rng = StdRng::seed_from_u64(1);
        assert_ne!(DataKey::generate(&mut rng), DataKey::generate(&mut rng));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?}", DataKey::from_slice(&[7; 32]).unwrap()),
            "DataKey(…)"
        );
    }
}
