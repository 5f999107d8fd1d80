//! Any bytes can be given to the two readers. Nothing is sealed here.

use selkie_crypto::Secret;
use selkie_document::{Format, Plain, Sealed};

/// Both readers take or refuse the bytes.
pub fn parse(data: &[u8]) {
    let plain = Plain::read(Format::Yaml, Secret::from(data.to_vec()));
    let sealed = Sealed::read(Format::Yaml, data.to_vec());
    assert!(
        plain.is_err() || sealed.is_err(),
        "a file is both plain and sealed"
    );
}
