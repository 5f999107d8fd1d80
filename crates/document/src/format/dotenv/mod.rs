//! dotenv: lines of `KEY=value` and `#comment`, nothing else. Every byte but the values stays.

pub(crate) mod change;
pub(crate) mod emit;
mod escape;
pub(crate) mod metadata;
pub(crate) mod open;
pub(crate) mod read;
pub(crate) mod seal;
#[cfg(test)]
mod tests;

/// A file to begin with.
pub(crate) const EXAMPLE: &str = "\
# A new file. What you leave here is encrypted when you close the editor; leave it as it is, and no file is made.
NAME=value
# The default rule leaves values readable whose key ends like this one's.
note_unencrypted=everybody can read this
";

pub(crate) use escape::told;
