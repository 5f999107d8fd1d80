//! The messages of SOPS's key service, and the sizes that both sides keep to.
//!
//! Source: SOPS's `keyservice.proto`. Written by hand: seven small messages are not worth a compiler in the build.
//! Never here: what is done with them, or over which connection they come.

mod key;

use std::fmt;

use selkie_crypto::Secret;
use zeroize::Zeroize as _;

pub(crate) use key::Key;

/// The methods, as gRPC names them: the service has no package.
pub(crate) const ENCRYPT: &str = "/KeyService/Encrypt";
pub(crate) const DECRYPT: &str = "/KeyService/Decrypt";

/// The longest message that is sent or taken. An age recipient's stanza or an `OpenPGP` message has some kilobytes at most.
pub(crate) const LIMIT: usize = 64 * 1024;

/// Whether a plaintext can be what this protocol is for: a data key, or a share of one with its number.
pub(crate) fn is_key(plaintext: &[u8]) -> bool {
    matches!(plaintext.len(), 32 | 33)
}

/// Asks for a wrapped key.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub(crate) struct EncryptRequest {
    #[prost(message, optional, tag = "1")]
    pub(crate) key: Option<Key>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) plaintext: Vec<u8>,
}

/// A wrapped key: the text of the metadata's `enc`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct EncryptResponse {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) ciphertext: Vec<u8>,
}

/// Asks for what is wrapped.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct DecryptRequest {
    #[prost(message, optional, tag = "1")]
    pub(crate) key: Option<Key>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) ciphertext: Vec<u8>,
}

/// What was wrapped.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub(crate) struct DecryptResponse {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) plaintext: Vec<u8>,
}

impl EncryptRequest {
    /// The secret, taken out.
    pub(crate) fn take(&mut self) -> Secret {
        Secret::from(std::mem::take(&mut self.plaintext))
    }
}

impl DecryptResponse {
    /// The secret, taken out.
    pub(crate) fn take(&mut self) -> Secret {
        Secret::from(std::mem::take(&mut self.plaintext))
    }
}

impl Drop for EncryptRequest {
    fn drop(&mut self) {
        self.plaintext.zeroize();
    }
}

impl Drop for DecryptResponse {
    fn drop(&mut self) {
        self.plaintext.zeroize();
    }
}

impl fmt::Debug for EncryptRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptRequest").finish_non_exhaustive()
    }
}

impl fmt::Debug for DecryptResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptResponse").finish_non_exhaustive()
    }
}
