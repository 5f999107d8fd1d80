//! Go's `text/template` with Sprig and the functions that External Secrets adds: a template and a map of values in, the text that
//! Go would write out, or a refusal that names what was refused.
//!
//! The crate is pure: the time and the seed of all randomness are arguments, and it reads no clock, no environment, no file and no network. A render is
//! bounded by a [`Limits`]; what stops it names the limit. Values stay in buffers that are wiped when they are dropped, and no error carries a
//! value.

mod budget;
mod cast;
mod error;
mod functions;
mod json;
#[allow(dead_code, reason = "the engine that calls it is on its way")]
mod number;
#[allow(dead_code, reason = "the engine that calls it is on its way")]
mod print;
mod unicode;
mod value;
mod yaml;

pub use budget::{Limit, Limits};
pub use error::{Error, Failure};
pub use functions::{Family, Function, families, function};
pub use value::{
    Form, List, Map, Member, Method, Methods, Object, Signed, Text, Type, Unsigned, Value,
};
