//! Keys and values out of a rendered text, for templates that are taken as such.

use selkie_crypto::Secret;
use zeroize::Zeroizing;

use super::Broken;
use super::read::{Entries, Item, read};
use super::resolve::Scalar;
use crate::budget::{Budget, Limits};
use crate::error::Failure;
use crate::number::float_32;
use crate::value::Text;

/// The keys and values that the YAML map in `text` holds, in the order of the keys: each scalar as text, after YAML 1.1, null as the empty text. An
/// empty text holds none.
///
/// # Errors
/// If `text` is no YAML, no map, or a value in it is a list or a map; without anything of `text`.
pub fn keys_and_values(text: &[u8], limits: Limits) -> Result<Vec<(String, Secret)>, Failure> {
    let mut budget = Budget::new(limits);
    let entries = match read(&mut budget, text)? {
        Ok(None | Some(Item::Scalar(Scalar::Nil, _))) => return Ok(Vec::new()),
        Ok(Some(Item::Map(Entries {
            named,
            nameless: false,
        }))) => named,
        Ok(Some(Item::Map(_))) => return Err(Failure::new(Broken::Key.to_string())),
        Ok(Some(_)) => {
            return Err(Failure::new(
                "the text is YAML, but no map of keys to values",
            ));
        }
        Err(broken) => return Err(Failure::new(broken.to_string())),
    };
    let pair = |(key, item): (Text, Item)| {
        let key = key.utf8().unwrap_or_default().to_owned();
        match item {
            Item::Scalar(scalar, text) => Ok((key, plain(scalar, &text))),
            Item::List(_) | Item::Map(_) => Err(Failure::new(
                "a value is a list or a map, where only text can be",
            )),
        }
    };
    entries.into_iter().map(pair).collect()
}

fn plain(scalar: Scalar, text: &Text) -> Secret {
    let written = match scalar {
        Scalar::Nil => String::new(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(number) => number.to_string(),
        Scalar::Large(number) => number.to_string(),
        Scalar::Float(value) => std::mem::take(&mut *float_32(value)),
        Scalar::Timestamp | Scalar::Text => {
            let mut copy = Secret::with_capacity(text.len());
            copy.extend_from_slice(text.bytes());
            return copy;
        }
    };
    Secret::from(std::mem::take(&mut *Zeroizing::new(written)))
}
