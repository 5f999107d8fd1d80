//! The lines of the metadata: `sops_…`, appended behind everything else, but read wherever they stand.

use crate::metadata::Field;
use crate::metadata::flatten::flatten;
use crate::splice::Edit;
use crate::token::Put;
use crate::tree::Tree;

const PREFIX: &str = "sops_";

/// The metadata's own name of a key that is one of its names.
pub(super) fn name(key: &[u8]) -> Option<&[u8]> {
    key.strip_prefix(PREFIX.as_bytes())
}

/// Runs of metadata lines with their line ends. A run that ends a text without a final line break takes the break before it
/// along: so it came there.
pub(super) fn ranges(source: &[u8]) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    let mut start = 0;
    for line in source.split_inclusive(|byte| *byte == b'\n') {
        let stop = start + line.len();
        if line.starts_with(PREFIX.as_bytes()) {
            match ranges.last_mut() {
                Some(last) if last.1 as usize == start => last.1 = stop as u32,
                _ => ranges.push((start as u32, stop as u32)),
            }
        }
        start = stop;
    }
    if let Some(last) = ranges.last_mut()
        && last.1 as usize == source.len()
        && !source.ends_with(b"\n")
        && last.0 > 0
    {
        last.0 -= 1;
    }
    ranges
}

/// The metadata of a text that has none.
pub(crate) fn edits(tree: &Tree, fields: &[(String, Field)]) -> Vec<Edit<Put>> {
    let source = tree.source();
    let at = source.len() as u32;
    let text = block(fields, source.is_empty() || source.ends_with(b"\n"));
    vec![Edit {
        start: at,
        stop: at,
        put: Put::Text(text),
    }]
}

/// All lines; behind an unfinished line they bring its line break, and have none at the end themselves.
fn block(fields: &[(String, Field)], on_new_line: bool) -> Vec<u8> {
    let lines: Vec<String> = flatten(fields)
        .into_iter()
        .map(|(name, text)| format!("{PREFIX}{name}={text}"))
        .collect();
    let lines = lines.join("\n");
    let text = if on_new_line {
        format!("{lines}\n")
    } else {
        format!("\n{lines}")
    };
    text.into_bytes()
}

/// Prints the metadata anew, all in the last place where some stood.
pub(crate) fn reprint(tree: &Tree, fields: &[(String, Field)]) -> Vec<Edit<Vec<u8>>> {
    let source = tree.source();
    let ranges = ranges(source);
    let last = ranges.len().saturating_sub(1);
    let edit = |(number, (start, stop)): (usize, (u32, u32))| {
        // The break before them stays: a change of the last entry may replace it.
        let broken = source[start as usize] == b'\n';
        Edit {
            start: start + u32::from(broken),
            stop,
            put: if number == last {
                block(fields, !broken)[usize::from(broken)..].to_vec()
            } else {
                Vec::new()
            },
        }
    };
    ranges.into_iter().enumerate().map(edit).collect()
}
