//! YAML 1.1 as `sigs.k8s.io/yaml` writes and reads it, which goes through JSON in both directions.

mod block;
mod check;
mod keys;
mod mend;
mod order;
mod read;
mod resolve;
mod scalar;
mod strict;
mod tag;
mod timestamp;
mod tree;
mod words;
mod write;

use std::collections::BTreeMap;
use std::fmt;

use crate::budget::Budget;
use crate::error::Failure;
use crate::number;
use crate::value::{Map, Value};

pub use keys::keys_and_values;
pub(crate) use write::write;

/// Why a text holds no value: in words that nothing of it gets into.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Broken {
    /// A byte or character that YAML does not allow.
    Characters,
    /// What the syntax lacks, and a line. go-yaml counts lines from zero or one by turns, and does not tell line zero.
    Syntax(&'static str, usize),
    /// Aliases that contain themselves, or that are nearly everything.
    Aliases,
    /// A merge of something that is no map.
    Merge,
    /// A scalar that is not what its tag says.
    Tag,
    /// A key that is no text, number or truth value.
    Key,
    /// A number that JSON has not.
    Number(f64),
    /// Not a map, but what Go calls by this name.
    Not(&'static str),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Not(name) = self {
            return write!(
                f,
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {name} into Go value of type map[string]interface {{}}"
            );
        }
        f.write_str("error converting YAML to JSON: ")?;
        match self {
            Self::Characters => f.write_str("yaml: control characters are not allowed"),
            Self::Syntax(words, 0) => write!(f, "yaml: {words}"),
            Self::Syntax(words, line) => write!(f, "yaml: line {line}: {words}"),
            Self::Aliases => f.write_str("yaml: document contains excessive aliasing"),
            Self::Merge => {
                f.write_str("yaml: map merge requires map or sequence of maps as the value")
            }
            Self::Tag => f.write_str("yaml: cannot decode a scalar as its tag says"),
            Self::Key => f.write_str("unsupported map key"),
            Self::Number(value) => write!(
                f,
                "json: unsupported value: {}",
                &**number::float(*value, 'g', None)
            ),
            Self::Not(_) => Ok(()),
        }
    }
}

/// The map that the first document in `text` holds: numbers as floats, keys as text.
pub(crate) fn map(budget: &mut Budget, text: &[u8]) -> Result<Result<Map, Broken>, Failure> {
    let item = match read::read(budget, text)? {
        Ok(Some(item)) => item,
        Ok(None) => return Ok(Ok(Map::any(BTreeMap::new()))),
        Err(broken) => return Ok(Err(broken)),
    };
    Ok(match item.into_value() {
        Err(broken) => Err(broken),
        Ok(Value::Map(map)) => Ok(map),
        Ok(Value::Nil) => Ok(Map::any(BTreeMap::new())),
        Ok(Value::Bool(_)) => Err(Broken::Not("bool")),
        Ok(Value::Float(_)) => Err(Broken::Not("number")),
        Ok(Value::List(_)) => Err(Broken::Not("array")),
        Ok(_) => Err(Broken::Not("string")),
    })
}

#[cfg(test)]
mod tests;
