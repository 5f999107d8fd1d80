//! What Go does besides templates, for other rooms that must do as Go does. Pure as the rest, and within limits.

use selkie_crypto::Secret;

use crate::budget::{Budget, Limits};
use crate::error::Failure;
use crate::json::{self, Layout};
use crate::number;
use crate::value::{Map, Value};

pub use crate::functions::{Part, parse_duration, parts};
pub use crate::unicode::{is_letter, is_number};

/// The map that a JSON text holds, as `json.Unmarshal` makes it: numbers are floats, the last of equal names counts, and `null` is an empty map. `None`
/// if Go would refuse it.
///
/// # Errors
/// If it goes over a limit.
pub fn json_map(text: &[u8], limits: Limits) -> Result<Option<Map>, Failure> {
    let read = json::read(&mut Budget::new(limits), text)?;
    let value = read.filter(|read| !read.overflow).map(|read| read.value);
    Ok(match value {
        Some(Value::Map(map)) => Some(map),
        Some(Value::Nil) => Some(Map::any([].into())),
        _ => None,
    })
}

/// A value as `json.Marshal` writes it, with `<`, `>` and `&` escaped or, `raw`, as they stand. `None` if there is no JSON for it.
///
/// # Errors
/// If it goes over a limit.
pub fn json_text(value: &Value, raw: bool, limits: Limits) -> Result<Option<Secret>, Failure> {
    let layout = if raw { Layout::Raw } else { Layout::Compact };
    let text = json::write(&mut Budget::new(limits), value, layout)?;
    Ok(text.map(|text| {
        let mut copy = Secret::with_capacity(text.len());
        copy.extend_from_slice(text.bytes());
        copy
    }))
}

/// A float in as many digits as tell it from others, never with an exponent: `strconv.FormatFloat` of form `f`.
pub fn float_text(float: f64) -> Secret {
    Secret::from(std::mem::take(&mut *number::float(float, 'f', None)))
}
