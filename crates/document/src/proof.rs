//! Whether a sealed text says what was meant: read and opened in memory as anybody would read it, and compared.
//!
//! For texts whose lines were moved, and for formats in which one character more or less on a line decides how the next ones are
//! read. What does not hold is an error of ours, and nothing is written.

use selkie_crypto::{Cipher, DataKey, Secret};

use crate::compare::same_data;
use crate::error::Error;
use crate::format::Format;
use crate::layout::Layout;
use crate::metadata::Metadata;
use crate::open::open;
use crate::plain::Sealed;
use crate::splice::{splice, spliced_len};
use crate::tree::Tree;
use crate::unseal::{Unsealed, unseal, verify_mac};

/// Whether a sealed text holds the data of this tree, under this selector and a right MAC.
///
/// # Errors
/// [`Error::Inconsistent`] if it does not.
pub(crate) fn holds(
    format: Format,
    metadata: &Metadata,
    key: &DataKey,
    tree: &Tree,
    bytes: &[u8],
) -> Result<(), Error> {
    unsealed(format, metadata, key, tree, bytes).map(drop)
}

/// The same; and whether it opens, to the very text of the tree if `exact`.
///
/// # Errors
/// [`Error::Inconsistent`] if not.
pub(crate) fn opens(
    format: Format,
    metadata: &Metadata,
    key: &DataKey,
    tree: &Tree,
    bytes: &[u8],
    exact: bool,
) -> Result<(), Error> {
    let unsealed = unsealed(format, metadata, key, tree, bytes)?;
    let opens = if exact {
        restores(format, metadata, key, &unsealed, tree.source())
    } else {
        Sealed::read(format, bytes.to_vec())
            .and_then(|sealed| open(sealed, key))
            .is_ok_and(|opened| same_data(format, tree, &opened.plain.tree))
    };
    opens.then_some(()).ok_or(Error::Inconsistent)
}

fn unsealed(
    format: Format,
    metadata: &Metadata,
    key: &DataKey,
    tree: &Tree,
    bytes: &[u8],
) -> Result<Unsealed, Error> {
    let cipher = Cipher::new(key);
    let again = Sealed::read(format, bytes.to_vec()).map_err(|_| Error::Inconsistent)?;
    let unsealed = unseal(again.tree, &again.metadata, &cipher).map_err(|_| Error::Inconsistent)?;
    verify_mac(&unsealed.tree, &unsealed.walk, &again.metadata, &cipher)
        .map_err(|_| Error::Inconsistent)?;
    let same =
        again.metadata.selection == metadata.selection && same_data(format, tree, &unsealed.tree);
    same.then_some(unsealed).ok_or(Error::Inconsistent)
}

/// Whether the values written into the sealed text give this one. That it reads as the same data is known then.
fn restores(
    format: Format,
    metadata: &Metadata,
    key: &DataKey,
    unsealed: &Unsealed,
    source: &[u8],
) -> bool {
    let Unsealed { tree, walk, .. } = unsealed;
    let record = metadata.layout.as_deref();
    let record = record.and_then(|it| Layout::open(it, &Cipher::new(key), metadata.last_modified));
    let spellings = record.map(|it| it.fit(tree)).unwrap_or_default();
    let edits = format.open_edits(tree, walk, &spellings);
    let mut text = Secret::from(vec![0; spliced_len(tree.source(), &edits, tree)]);
    splice(tree.source(), &edits, tree, text.expose_mut());
    text.expose() == source
}
