//! What an ExternalSecret brings to its target: values by key.
//!
//! Never here: where a value came from, or what becomes of it.

use std::collections::BTreeMap;

use selkie_crypto::Secret;

/// Values by key, in the order of the keys' bytes. The peer's maps have no order; where order decides, ours is this one.
pub type SecretData = BTreeMap<String, Secret>;
