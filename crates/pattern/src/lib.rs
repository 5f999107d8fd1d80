//! Regular expressions as Go understands them (RE2's), searched in bytes.
//!
//! Knows neither keys nor paths nor templates. A [`Pattern`] answers whether a text matches: selectors and rules of documents ask no more. A
//! [`Program`] says where, with groups, and accounts for all its work: templates take expressions from anywhere. How Go's dialect differs from that of
//! the `regex` crate stands in `dialect`.

mod dialect;
mod pattern;
mod program;
mod source;
mod subject;
mod walk;

pub use pattern::Pattern;
pub use program::{Groups, Program};
pub use source::{Refused, Source};
pub use subject::Subject;
pub use walk::Walk;
