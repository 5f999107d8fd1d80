//! The SOPS document: files whose values are sealed one by one while every other byte stays as it is.
//!
//! *Bytes in → tree → values → edits → bytes out.* A format's reader turns text into a tree whose leaves know their
//! slots; sealing and opening produce edits of those slots; one splice applies them. The crate is pure: keys, time and
//! randomness are arguments, and nothing here touches a file, a clock, the environment or the network.
//!
//! ```
//! use selkie_crypto::{DataKey, Keyring, Secret, Timestamp};
//! use selkie_document::selection::Selection;
//! use selkie_document::{Comments, Format, Header, Nonces, Plain, Sealed, open, seal};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use selkie_crypto::{AgeRecipient, KeyGroup, Recipient, WrappedKey};
//! # let recipient = AgeRecipient::parse("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")?;
//! # let recipient = Recipient::Age(recipient);
//! # let keyring = Keyring {
//! #     groups: vec![KeyGroup(vec![WrappedKey { recipient, ciphertext: "wrapped\n".into(), created_at: None }])],
//! #     threshold: None,
//! # };
//! let text = "database:\n  password: 'hunter2'   # rotate me\n";
//! let mut rng = rand::rngs::StdRng::from_seed([7; 32]);
//! # use rand::SeedableRng as _;
//! let key = DataKey::generate(&mut rng);
//! let header = Header {
//!     keyring,
//!     selection: Selection::default(),
//!     mac_only_encrypted: false,
//!     now: Timestamp::from_unix(1_700_000_000),
//!     layout: true,
//!     comments: Comments::Encrypted,
//! };
//! let plain = Plain::read(Format::Yaml, Secret::from(text.as_bytes().to_vec()))?;
//! let sealed = seal(plain, &key, header, &Nonces::none(), &mut rng)?;
//!
//! let opened = open(Sealed::read(Format::Yaml, sealed.bytes)?, &key)?;
//! assert_eq!(opened.plain.source(), text.as_bytes());
//! # Ok(())
//! # }
//! ```

mod alignment;
pub mod binary;
mod check;
mod comment_items;
mod compare;
mod convert;
mod edit;
mod environment;
mod error;
mod extract;
mod format;
mod layout;
pub mod metadata;
mod nonces;
mod open;
pub mod path;
mod plain;
mod proof;
mod reseal;
mod rewrite;
pub mod rules;
mod seal;
pub mod selection;
mod splice;
#[cfg(test)]
mod testing;
mod texts;
mod token;
mod tree;
mod tree_edit;
mod unseal;
mod walk;
mod warning;

pub use check::{Exposed, Finding, Problem, check, exposed};
pub use edit::{Rewriting, Value, set, unset};
pub use environment::Variable;
pub use error::{Error, Refusal};
pub use format::Format;
pub use nonces::Nonces;
pub use open::{Opened, open, open_as, open_unverified, open_unverified_as};
pub use plain::{Plain, Sealed};
pub use reseal::{Reseal, reseal};
pub use rewrite::{rekey, rotate};
pub use seal::{Comments, Header, SealedText, seal};
pub use warning::Warning;
