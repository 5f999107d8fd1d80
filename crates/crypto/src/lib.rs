//! What is secret and how it is sealed: data keys, typed leaves, the token of a sealed value, the cipher, the MAC, key
//! groups.
//!
//! This crate knows no file format and no vendor. It is pure: time and randomness are arguments; it reads no clock, no
//! environment, no file and no network, and has no global state, so all of it can be tested with fixed inputs. Secrets
//! are wiped when dropped, redacted when printed and compared in constant time; errors never carry them.
//!
//! ```
//! use selkie_crypto::{Cipher, DataKey, Kind, Nonce, Secret, Token};
//!
//! # fn main() -> Result<(), selkie_crypto::Error> {
//! let cipher = Cipher::new(&DataKey::from_slice(&[7; 32])?);
//! let text = cipher.seal(Kind::Str, b"hunter2", b"database:password:", &Nonce::from_bytes([9; 32]));
//!
//! let token = Token::parse(text.as_bytes())?;
//! let mut plaintext = Secret::new();
//! cipher.open(&token, b"database:password:", &mut plaintext)?;
//! assert_eq!(plaintext.expose(), b"hunter2");
//!
//! assert!(cipher.open(&token, b"elsewhere:", &mut plaintext).is_err());
//! # Ok(())
//! # }
//! ```

mod cipher;
mod data_key;
mod error;
mod keyring;
mod leaf;
mod mac;
mod recipient;
mod sealed;
mod secret;
mod shamir;
mod timestamp;

#[cfg(test)]
mod real_file;

pub use cipher::{Cipher, Nonce, SealedBuffer};
pub use data_key::DataKey;
pub use error::Error;
pub use keyring::{KeyGroup, Keyring, WrappedKey, recover, shares};
pub use leaf::{Kind, bool_text, canonical, float_text, int_text};
pub use mac::{Mac, MacText};
pub use recipient::{
    AgeRecipient, AwsKmsRecipient, AzureKeyVaultRecipient, GcpKmsRecipient, HuaweiKmsRecipient,
    PgpRecipient, Recipient, VaultTransitRecipient, parse_encryption_context,
};
pub use sealed::{MAX_NONCE_LEN, Token, looks_sealed, sealed_len};
pub use secret::Secret;
pub use shamir::{combine, split};
pub use timestamp::Timestamp;
