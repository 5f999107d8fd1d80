//! What is secret and how it is sealed: data keys, typed leaves, the token of a sealed value, the cipher, the MAC.
//!
//! This crate knows no file format and no vendor. It is pure: time and randomness are arguments; it reads no clock, no
//! environment, no file and no network, and has no global state, so all of it can be tested with fixed inputs. Secrets
//! are wiped when dropped, redacted when printed and compared in constant time; errors never carry them.

mod cipher;
mod data_key;
mod error;
mod leaf;
mod mac;
mod sealed;
mod secret;
mod timestamp;

pub use cipher::{Cipher, Nonce};
pub use data_key::DataKey;
pub use error::Error;
pub use leaf::{Kind, bool_text, canonical, float_text, int_text};
pub use mac::{Mac, MacText};
pub use sealed::{MAX_NONCE_LEN, Token, looks_sealed, sealed_len};
pub use secret::Secret;
pub use timestamp::Timestamp;
