//! Names of what PKCS#12 files consist of: object identifiers as the content of their DER elements.

/// Contents.
pub(super) const DATA: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 7, 1];
pub(super) const ENCRYPTED_DATA: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 7, 6];

/// Bags and what is in them.
pub(super) const KEY_BAG: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 12, 10, 1, 1];
pub(super) const SHROUDED_KEY_BAG: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 12, 10, 1, 2];
pub(super) const CERTIFICATE_BAG: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 12, 10, 1, 3];
pub(super) const X509_CERTIFICATE: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 9, 22, 1];

/// Attributes.
pub(super) const FRIENDLY_NAME: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 9, 20];
pub(super) const LOCAL_KEY_ID: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 9, 21];
pub(super) const JAVA_TRUST_STORE: &[u8] = &[96, 134, 72, 1, 134, 249, 102, 173, 202, 123, 1, 1];

/// Encryption from a password.
pub(super) const TRIPLE_DES_192: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 12, 1, 3];
pub(super) const RC2_128: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 12, 1, 5];
pub(super) const RC2_40: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 12, 1, 6];
pub(super) const PBES2: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 5, 13];
pub(super) const PBKDF2: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 5, 12];
pub(super) const PBMAC1: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 5, 14];
pub(super) const AES_128: &[u8] = &[96, 134, 72, 1, 101, 3, 4, 1, 2];
pub(super) const AES_192: &[u8] = &[96, 134, 72, 1, 101, 3, 4, 1, 22];
pub(super) const AES_256: &[u8] = &[96, 134, 72, 1, 101, 3, 4, 1, 42];

/// Hashes, plain and keyed.
pub(super) const SHA1: &[u8] = &[43, 14, 3, 2, 26];
pub(super) const SHA256: &[u8] = &[96, 134, 72, 1, 101, 3, 4, 2, 1];
pub(super) const SHA512: &[u8] = &[96, 134, 72, 1, 101, 3, 4, 2, 3];
pub(super) const HMAC_SHA1: &[u8] = &[42, 134, 72, 134, 247, 13, 2, 7];
pub(super) const HMAC_SHA256: &[u8] = &[42, 134, 72, 134, 247, 13, 2, 9];
pub(super) const HMAC_SHA512: &[u8] = &[42, 134, 72, 134, 247, 13, 2, 11];
