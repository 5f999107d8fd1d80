//! Names of algorithms, attributes and extensions: object identifiers as the content of their DER elements.

/// Algorithms of keys and signatures.
pub(in crate::functions) const RSA: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 1, 1];
pub(in crate::functions) const SHA256_WITH_RSA: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 1, 11];
pub(in crate::functions) const ELLIPTIC_CURVE: &[u8] = &[42, 134, 72, 206, 61, 2, 1];
pub(in crate::functions) const ECDSA_WITH_SHA256: &[u8] = &[42, 134, 72, 206, 61, 4, 3, 2];
pub(in crate::functions) const ECDSA_WITH_SHA384: &[u8] = &[42, 134, 72, 206, 61, 4, 3, 3];
pub(in crate::functions) const ECDSA_WITH_SHA512: &[u8] = &[42, 134, 72, 206, 61, 4, 3, 4];
pub(in crate::functions) const X25519: &[u8] = &[43, 101, 110];
pub(in crate::functions) const ED25519: &[u8] = &[43, 101, 112];
pub(in crate::functions) const DSA: &[u8] = &[42, 134, 72, 206, 56, 4, 1];
pub(in crate::functions) const P224: &[u8] = &[43, 129, 4, 0, 33];
pub(in crate::functions) const P256: &[u8] = &[42, 134, 72, 206, 61, 3, 1, 7];
pub(in crate::functions) const P384: &[u8] = &[43, 129, 4, 0, 34];
pub(in crate::functions) const P521: &[u8] = &[43, 129, 4, 0, 35];

/// Extensions of certificates.
pub(in crate::functions) const SUBJECT_KEY_ID: &[u8] = &[85, 29, 14];
pub(in crate::functions) const KEY_USAGE: &[u8] = &[85, 29, 15];
pub(in crate::functions) const SUBJECT_ALTERNATIVE_NAME: &[u8] = &[85, 29, 17];
pub(in crate::functions) const BASIC_CONSTRAINTS: &[u8] = &[85, 29, 19];
pub(in crate::functions) const AUTHORITY_KEY_ID: &[u8] = &[85, 29, 35];
pub(in crate::functions) const NAME_CONSTRAINTS: &[u8] = &[85, 29, 30];
pub(in crate::functions) const REVOCATION_LISTS: &[u8] = &[85, 29, 31];
pub(in crate::functions) const POLICIES: &[u8] = &[85, 29, 32];
pub(in crate::functions) const POLICY_MAPPINGS: &[u8] = &[85, 29, 33];
pub(in crate::functions) const POLICY_CONSTRAINTS: &[u8] = &[85, 29, 36];
pub(in crate::functions) const ANY_POLICY_INHIBITION: &[u8] = &[85, 29, 54];
pub(in crate::functions) const AUTHORITY_INFORMATION: &[u8] = &[43, 6, 1, 5, 5, 7, 1, 1];
pub(in crate::functions) const EXTENDED_KEY_USAGE: &[u8] = &[85, 29, 37];
pub(in crate::functions) const ANY_EXTENDED_KEY_USAGE: &[u8] = &[85, 29, 37, 0];
pub(in crate::functions) const SERVER_AUTHENTICATION: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 1];
pub(in crate::functions) const CLIENT_AUTHENTICATION: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 2];

/// Attributes of names.
pub(in crate::functions) const COMMON_NAME: &[u8] = &[85, 4, 3];
