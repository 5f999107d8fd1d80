//! Keys without the characters that no Secret's key can have.

use std::collections::btree_map::Entry;
use std::fmt::Write as _;

use selkie_api::ConversionStrategy;

use super::error::{Error, Names};
use super::keys::allows;
use crate::data::SecretData;

/// The same pairs under converted keys. Two that become one are an error: none of them may win.
pub(super) fn keys(strategy: ConversionStrategy, data: SecretData) -> Result<SecretData, Error> {
    let mut converted = SecretData::new();
    for (key, value) in data {
        match converted.entry(key_of(strategy, &key)) {
            Entry::Vacant(place) => {
                place.insert(value);
            }
            Entry::Occupied(taken) => return Err(Error::Collision(Names::Shown.of(taken.key()))),
        }
    }
    Ok(converted)
}

fn key_of(strategy: ConversionStrategy, key: &str) -> String {
    let mut converted = String::with_capacity(key.len());
    for character in key.chars() {
        match strategy {
            _ if allows(character) => converted.push(character),
            ConversionStrategy::Default => converted.push('_'),
            ConversionStrategy::Unicode => {
                // Writing into a text cannot fail.
                let _ = write!(converted, "_U{:04x}_", u32::from(character));
            }
        }
    }
    converted
}
