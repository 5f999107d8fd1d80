//! Comments: all lines before an entry and what stands behind it are one comment to SOPS.

use std::ops::Range;

use selkie_crypto::Secret;

use super::blank::{trim, trim_end};

/// One comment with its places in the text.
pub(super) struct Remark {
    /// From the first marker to the end of the text, without the blanks behind it; without `tail`.
    pub(super) slot: Range<usize>,
    /// Where the text begins, behind the first marker and the blanks that SOPS cuts.
    pub(super) text: usize,
    /// The text, where it is not what stands in the slot.
    pub(super) joined: Option<Secret>,
    /// What stands behind the entry, where lines stand before it as well.
    pub(super) tail: Option<Range<usize>>,
    /// All of it stands behind the entry.
    pub(super) inline: bool,
}

/// Comments on their way to the entry that they belong to.
#[derive(Default)]
pub(super) struct Pending {
    /// Lines without their indentation, with their breaks.
    lines: Vec<Range<usize>>,
}

impl Pending {
    pub(super) fn push(&mut self, line: Range<usize>) {
        self.lines.push(line);
    }

    /// The comment of an entry that ends here, given what stands behind it.
    pub(super) fn take(&mut self, source: &[u8], inline: Option<Range<usize>>) -> Option<Remark> {
        let mut lines = std::mem::take(&mut self.lines).into_iter();
        let Some(first) = lines.next() else {
            return inline.map(|range| Remark {
                text: range.start + marker(&source[range.clone()]),
                slot: range,
                joined: None,
                tail: None,
                inline: true,
            });
        };
        let mut slot = first;
        let mut joined: Option<Secret> = None;
        for line in lines {
            if line.start != slot.end && joined.is_none() {
                joined = Some(Secret::from(source[slot.clone()].to_vec()));
            }
            if let Some(text) = &mut joined {
                text.extend_from_slice(&source[line.clone()]);
            }
            slot.end = line.end;
        }
        if let Some(inline) = &inline {
            let text = joined.get_or_insert_with(|| Secret::from(source[slot.clone()].to_vec()));
            text.extend_from_slice(&source[inline.clone()]);
        }
        slot.end = slot.start + trim_end(&source[slot.clone()]).len();
        let text = slot.start + marker(&source[slot.clone()]);
        let joined = joined.map(|text| {
            let all = trim_end(text.expose());
            Secret::from(all[marker(all)..].to_vec())
        });
        Some(Remark {
            slot,
            text,
            joined,
            tail: inline,
            inline: false,
        })
    }
}

/// Bytes of the marker and the blanks that SOPS cuts with it: it repeats the first one's kind.
pub(super) fn marker(text: &[u8]) -> usize {
    let kind = match text.first() {
        Some(kind @ (b';' | b'#')) => *kind,
        _ => return 0,
    };
    let cut = |byte: &&u8| **byte == kind || **byte == b' ';
    text.iter().take_while(cut).count()
}

/// The lines of a comment without markers and blanks around them, which may have been written in another way.
pub(crate) fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|byte| *byte == b'\n')
        .map(|line| trim(&trim(line)[marker(trim(line))..]))
        .collect()
}

/// An opened comment as it is written behind its first marker: as comment lines, whatever stands in it.
pub(super) fn written(text: &[u8], indent: &[u8], kind: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if number > 0 {
            out.push(b'\n');
            out.extend_from_slice(indent);
            if !matches!(line, [b';' | b'#', ..]) {
                out.extend_from_slice(&[kind, b' ']);
            }
        }
        out.extend_from_slice(line);
    }
    out
}
