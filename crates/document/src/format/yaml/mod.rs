//! YAML: read with exact places, written only by replacing slots. The text is never printed anew, except by the fallback
//! emitter.

mod block;
pub(crate) mod change;
mod comments;
pub(crate) mod emit;
mod events;
mod keys;
pub(crate) mod metadata;
pub(crate) mod open;
pub(crate) mod read;
mod render;
mod resolve;
mod scan;
pub(crate) mod seal;

/// A file to begin with.
pub(crate) const EXAMPLE: &str = "\
# A new file. What you leave here is encrypted when you close the editor; leave it as it is, and no file is made.
name: value
list:
    - first
    - second
number: 1234
# The default rule leaves values readable whose key ends like this one's.
note_unencrypted: everybody can read this
";
