//! The JSON object of a sealed binary file, before and behind the text of its value.

use selkie_crypto::Secret;

use crate::error::Error;
use crate::format::json;
use crate::metadata::Field;
use crate::selection::Selection;
use crate::splice::{splice, spliced_len};

/// What stands before the value, its quote included.
pub(crate) const HEAD: &str = "{\n\t\"data\": \"";
/// What stands behind it without any metadata.
const TAIL: &str = "\",\n\t\"sops\": {}\n}\n";

/// What stands behind the value, its quote included, as SOPS prints it. The default selector is not
/// written: SOPS writes none.
pub(crate) fn tail(fields: &[(String, Field)]) -> Result<Vec<u8>, Error> {
    let default = Selection::default();
    let (selector, text) = default.field();
    let is_default = |name: &str, field: &Field| name == selector && *field == Field::from(text);
    let fields: Vec<_> = fields
        .iter()
        .filter(|(name, field)| !is_default(name, field))
        .cloned()
        .collect();
    let empty = Secret::from([HEAD, TAIL].concat());
    let tree = json::read::read(empty, false)?.tree;
    let edits = json::metadata::reprint(&tree, &fields);
    let mut text = vec![0; spliced_len(tree.source(), &edits, &tree)];
    splice(tree.source(), &edits, &tree, &mut text);
    Ok(text.split_off(HEAD.len()))
}
