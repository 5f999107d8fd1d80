//! What go-yaml reads and the parser, which is of YAML 1.2, refuses: the same text in such a form that the parser reads it too. Lines stay where
//! they are.

use granit_parser::{ErrorKind, ScanError};
use zeroize::Zeroizing;

/// A text to read instead of `text`, in which the parser found `error`; `None` if go-yaml refuses it as well.
pub(super) fn mended(text: &str, error: &ScanError) -> Option<Zeroizing<String>> {
    let at = error.marker().byte_offset()?;
    let (before, rest) = text.split_at_checked(at)?;
    match error.kind() {
        ErrorKind::MissingTagUri | ErrorKind::InvalidTagTerminator => tag(before, rest),
        // A comment needs no blank in front of it.
        ErrorKind::CommentNotSeparated => {
            let is_bare = rest.starts_with('#') && !before.ends_with([' ', '\t']);
            is_bare.then(|| spaced(text, at))
        }
        // What follows a bracket that closes the whole document is not looked at.
        ErrorKind::MisplacedFlowCollectionEnd => {
            let is_whole = before.starts_with('{') && before.trim_ascii_end().ends_with('}');
            is_whole.then(|| Zeroizing::new(before.to_owned()))
        }
        _ => None,
    }
}

/// `text` with a blank put in.
pub(super) fn spaced(text: &str, at: usize) -> Zeroizing<String> {
    let (before, rest) = text.split_at(at);
    Zeroizing::new([before, " ", rest].concat())
}

/// `text` with a blank in place of a sign.
pub(super) fn blanked(text: &str, at: usize) -> Zeroizing<String> {
    let (before, rest) = text.split_at(at);
    Zeroizing::new([before, " ", &rest[1..]].concat())
}

/// The text with another tag at the start of `rest`: characters of it that only go-yaml allows in a tag are changed, which makes it another unknown
/// one.
fn tag(before: &str, rest: &str) -> Option<Zeroizing<String>> {
    let allowed = |character: char| {
        character.is_ascii_alphanumeric() || "_-;/?:@&=+$,.!~*'()[]%".contains(character)
    };
    let end = rest.find(|character| !allowed(character));
    let (tag, behind) = rest.split_at(end.unwrap_or(rest.len()));
    let named = tag.strip_prefix('!')?;
    let word = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    let handle = named.trim_start_matches(word);
    // Behind a handle of two exclamation marks, or of one.
    let suffix = handle.strip_prefix('!').unwrap_or(named);
    let handle = &tag[..tag.len() - suffix.len()];
    let changed = suffix.replace(['!', ',', '[', ']'], "x");
    (changed != suffix).then(|| Zeroizing::new([before, handle, &changed, behind].concat()))
}
