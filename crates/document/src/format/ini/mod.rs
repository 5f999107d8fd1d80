//! INI as SOPS reads it: sections of keys and values, comments, quotes, values over several lines. Every byte but the
//! values and comments stays.

mod blank;
pub(crate) mod change;
pub(crate) mod emit;
mod key;
pub(crate) mod metadata;
pub(crate) mod open;
mod places;
pub(crate) mod read;
mod remark;
mod scan;
pub(crate) mod seal;
mod spelling;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use remark::lines as comment_lines;

/// A file to begin with.
pub(crate) const EXAMPLE: &str = "\
; A new file. What you leave here is encrypted when you close the editor; leave it as it is, and no file is made.
[section]
name = value
; The default rule leaves values readable whose key ends like this one's.
note_unencrypted = everybody can read this
";
