//! Go's `text/template` with Sprig and the functions that External Secrets adds: a template and a map of values in, the text that
//! Go would write out, or a refusal that names what was refused.
//!
//! The crate is pure: the time and the seed of all randomness are arguments, and it reads no clock, no environment, no file and no network. A render is
//! bounded by a [`Limits`]; what stops it names the limit. Values stay in buffers that are wiped when they are dropped, and no error carries a
//! value.

mod budget;
mod cast;
mod error;
mod execute;
mod functions;
pub mod go;
mod json;
mod lex;
mod literal;
mod node;

mod number;
mod parse;

mod print;
mod template;
mod unicode;
mod value;
mod yaml;

// The example's protocol, which is written against the public names, serves the tests of the rows too.
#[cfg(test)]
extern crate self as selkie_template;
#[cfg(test)]
#[path = "../examples/render/protocol.rs"]
mod protocol;

pub use budget::{Limit, Limits};
pub use error::{Error, Failure};
pub use functions::{Family, Function, Functions, families, function};
pub use template::{MissingKey, Settings, Syntax, Template};
pub use value::{
    Form, List, Map, Member, Method, Methods, Object, Signed, Text, Type, Unsigned, Value,
};
pub use yaml::keys_and_values;
