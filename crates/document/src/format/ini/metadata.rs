//! The section `[sops]`: appended behind everything else, with a blank line before it.

use super::blank::{trim, trim_start};
use super::spelling;
use crate::metadata::Field;
use crate::metadata::flatten::flatten;
use crate::splice::Edit;
use crate::token::Put;
use crate::tree::Tree;

/// The section's name.
pub(super) const SECTION: &[u8] = b"sops";

/// All that the section accounts for: its lines, the blank line before it, and behind an unfinished line the break that it
/// brought along.
pub(super) fn range(source: &[u8], start: usize, stop: usize) -> (u32, u32) {
    let line = line_start(source, start);
    let mut from = line;
    let before = &source[..line];
    for width in [2, 1] {
        let blank: &[u8] = if width == 2 { b"\r\n" } else { b"\n" };
        if let Some(rest) = before.strip_suffix(blank)
            && (rest.is_empty() || rest.ends_with(b"\n"))
        {
            from = rest.len();
            break;
        }
    }
    let unfinished = stop == source.len() && !source.ends_with(b"\n");
    if unfinished && from < line {
        let before = &source[..from];
        let rest = before
            .strip_suffix(b"\r\n")
            .or_else(|| before.strip_suffix(b"\n"));
        from = rest.map_or(from, <[u8]>::len);
    }
    (from as u32, stop as u32)
}

fn line_start(source: &[u8], at: usize) -> usize {
    let before = source[..at].iter().rposition(|byte| *byte == b'\n');
    before.map_or(0, |at| at + 1)
}

/// The line break that the text uses.
pub(super) fn break_of(source: &[u8]) -> &'static [u8] {
    let first = source.iter().position(|byte| *byte == b'\n');
    let crlf = match first {
        Some(at) => source[..at].ends_with(b"\r"),
        None => source.ends_with(b"\r"),
    };
    // Behind a lone carriage return at the end, a mere line feed would look like one break with it.
    if crlf || source.ends_with(b"\r") {
        b"\r\n"
    } else {
        b"\n"
    }
}

/// The metadata of a text that has none. Behind an unfinished line it brings the line's break, and has none at the end itself.
pub(crate) fn edits(tree: &Tree, fields: &[(String, Field)]) -> Vec<Edit<Put>> {
    let source = tree.source();
    let line_break = break_of(source);
    let finished = source.is_empty() || source.ends_with(b"\n");
    let before = match (source.is_empty(), finished) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };
    let text = [
        line_break.repeat(before),
        section(fields, line_break),
        line_break.repeat(usize::from(finished)),
    ];
    let at = source.len() as u32;
    vec![Edit {
        start: at,
        stop: at,
        put: Put::Text(text.concat()),
    }]
}

/// The section's lines, without a break behind the last.
fn section(fields: &[(String, Field)], line_break: &[u8]) -> Vec<u8> {
    let pairs = flatten(fields);
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut lines = vec![b"[sops]".to_vec()];
    for (name, text) in pairs {
        let text = spelling::written(text.as_bytes()).unwrap_or_else(|| text.into_bytes());
        lines.push([format!("{name:width$} = ").as_bytes(), &text].concat());
    }
    lines.join(line_break)
}

/// Prints the section anew where it stands: nothing but its lines, since a change may be written right before them.
pub(crate) fn reprint(tree: &Tree, fields: &[(String, Field)]) -> Vec<Edit<Vec<u8>>> {
    let source = tree.source();
    let range = tree.documents.first().and_then(|it| it.metadata);
    let edit = |(start, stop): (u32, u32)| {
        let lines = trim(&source[start as usize..stop as usize]);
        let behind = trim_start(&source[start as usize..stop as usize]).len() as u32;
        let start = stop - behind;
        Edit {
            start,
            stop: start + lines.len() as u32,
            put: section(fields, break_of(&source[..stop as usize])),
        }
    };
    range.into_iter().map(edit).collect()
}
