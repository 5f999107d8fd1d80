//! Binary: any bytes, sealed whole as the one value `data` of a JSON object.
//!
//! A sealed binary file is JSON, and whatever is done to it in that state is done by the room next door. Here is what
//! lies around that: the plain file, which has no grammar at all, and the object that a new sealed file is. Files are
//! sealed and opened by `crate::binary`, which holds them in memory once; these joints let everything else that works on
//! a tree work on them too. Never here: selectors, which such a file does not have.

mod frame;
mod raw;

pub(crate) use frame::{HEAD, tail};
pub(crate) use raw::{emit, metadata_edits, no_text, opened, read, seal_edits};

use crate::Header;
use crate::selection::Selection;
use crate::warning::Warning;

/// The key of the one value.
pub(crate) const KEY: &str = "data";

/// Takes out of a header what a binary file cannot have: it is encrypted as a whole, whatever the selector.
pub(crate) fn settle(header: &mut Header) -> Vec<Warning> {
    let mut ignored = Vec::new();
    let default = Selection::default();
    if header.selection.field() != default.field() {
        ignored.push(header.selection.field().0);
        header.selection = default;
    }
    if header.mac_only_encrypted {
        ignored.push("mac_only_encrypted");
        header.mac_only_encrypted = false;
    }
    let warning = |field| Warning::Ignored { field };
    ignored.into_iter().map(warning).collect()
}

/// A file to begin with.
pub(crate) const EXAMPLE: &str = "\
A new file. What you leave here is encrypted when you close the editor; leave it as it is, and no file is made.
";
