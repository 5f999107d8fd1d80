//! Blocks of PEM as Go finds and writes them: any text may stand around them, and what looks like a block but is none is passed over.

use std::collections::BTreeMap;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::error::Failure;
use crate::value::Text;

/// Standard base64 that does not mind bits after the last byte, as Go's.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";
const LINE: usize = 64;

/// The header that is written before all others.
const FIRST_HEADER: &[u8] = b"Proc-Type";

/// One block.
pub(in crate::functions) struct Block {
    pub(in crate::functions) kind: Vec<u8>,
    headers: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(in crate::functions) content: Zeroizing<Vec<u8>>,
}

/// The first block in `text` and what follows it; `None` if there is none.
pub(in crate::functions) fn decode(text: &[u8]) -> Option<(Block, &[u8])> {
    let mut start = 0;
    loop {
        let end = start + find(text.get(start..)?, END)?;
        let resume = end + END.len();
        match block(text, start, end, resume) {
            Attempt::Found(block, rest) => return Some((block, rest)),
            Attempt::Broken => start = resume,
            Attempt::Nothing => return None,
        }
    }
}

enum Attempt<'a> {
    Found(Block, &'a [u8]),
    /// The search goes on behind the `END` that was seen.
    Broken,
    /// The headers run past that `END`: Go gives up then.
    Nothing,
}

/// Reads the block that begins last between `start` and the line of `END` at `end`, whose label is at `label`.
fn block(text: &[u8], start: usize, end: usize, label: usize) -> Attempt<'_> {
    let Some(begin) = find_last(&text[start..end], BEGIN).map(|at| start + at) else {
        return Attempt::Broken;
    };
    if begin > start && text[begin - 1] != b'\n' {
        return Attempt::Broken;
    }
    let (line, mut position) = line(text, begin + BEGIN.len());
    let Some(kind) = line.strip_suffix(DASHES) else {
        return Attempt::Broken;
    };
    let mut headers = BTreeMap::new();
    loop {
        if position >= text.len() {
            return Attempt::Nothing;
        }
        let (line, next) = self::line(text, position);
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            break;
        };
        headers.insert(trim(&line[..colon]), trim(&line[colon + 1..]));
        position = next;
    }
    if !headers.is_empty() && position > end {
        return if position > label {
            Attempt::Nothing
        } else {
            Attempt::Broken
        };
    }
    let trailer = &text[label..];
    let Some(after) = trailer.get(kind.len() + DASHES.len()..) else {
        return Attempt::Broken;
    };
    if !trailer.starts_with(kind)
        || !trailer[..kind.len() + DASHES.len()].ends_with(DASHES)
        || !self::line(after, 0).0.is_empty()
    {
        return Attempt::Broken;
    }
    let Some(content) = text.get(position..end).map_or_else(
        || Some(Zeroizing::default()),
        |body| {
            let body: Zeroizing<Vec<u8>> = Zeroizing::new(
                body.iter()
                    .copied()
                    .filter(|byte| !matches!(byte, b' ' | b'\t'))
                    .collect(),
            );
            from_base64(&body)
        },
    ) else {
        return Attempt::Broken;
    };
    let rest = self::line(text, label).1;
    Attempt::Found(
        Block {
            kind: kind.to_vec(),
            headers,
            content,
        },
        &text[rest..],
    )
}

/// The line at `start` without blanks at its end, and where the next one starts.
fn line(text: &[u8], start: usize) -> (&[u8], usize) {
    let rest = &text[start..];
    let (line, next) = match rest.iter().position(|byte| *byte == b'\n') {
        Some(0) => (&rest[..0], 1),
        Some(end) if rest[end - 1] == b'\r' => (&rest[..end - 1], end + 1),
        Some(end) => (&rest[..end], end + 1),
        None => (rest, rest.len()),
    };
    let blanks = line
        .iter()
        .rev()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    (&line[..line.len() - blanks], start + next)
}

fn trim(bytes: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim().into(),
        Err(_) => bytes.trim_ascii().to_vec(),
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

fn find_last(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).rposition(|window| window == what)
}

impl Block {
    /// The block as Go writes it.
    ///
    /// # Errors
    /// If the name of a header has a colon.
    pub(in crate::functions) fn encode(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let mut text = Zeroizing::new(Vec::with_capacity(length(
            self.kind.len(),
            self.content.len(),
        )));
        begin(&mut text, &self.kind);
        if !self.headers.is_empty() {
            let (first, others): (Vec<_>, Vec<_>) = self
                .headers
                .iter()
                .partition(|(name, _)| *name == FIRST_HEADER);
            for (name, value) in first.into_iter().chain(others) {
                if name.contains(&b':') {
                    return Err(Failure::new("a PEM header's name has a colon"));
                }
                text.extend_from_slice(name);
                text.extend_from_slice(b": ");
                text.extend_from_slice(value);
                text.push(b'\n');
            }
            text.push(b'\n');
        }
        finish(&mut text, &self.kind, &self.content);
        Ok(text)
    }
}

/// A block without headers.
pub(in crate::functions) fn encode(kind: &str, content: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(length(kind.len(), content.len())));
    begin(&mut text, kind.as_bytes());
    finish(&mut text, kind.as_bytes(), content);
    text
}

/// The same as a text of templates.
pub(in crate::functions) fn text(kind: &str, content: &[u8]) -> Text {
    Text::from(std::mem::take(&mut *encode(kind, content)))
}

/// Length of a block without headers, so that it never moves while it is written.
fn length(kind: usize, content: usize) -> usize {
    let encoded = content.div_ceil(3) * 4;
    BEGIN.len() + END.len() + 2 * (kind + DASHES.len()) + 1 + encoded + encoded.div_ceil(LINE)
}

fn begin(text: &mut Vec<u8>, kind: &[u8]) {
    text.extend_from_slice(BEGIN);
    text.extend_from_slice(kind);
    text.extend_from_slice(b"-----\n");
}

fn finish(text: &mut Vec<u8>, kind: &[u8], content: &[u8]) {
    let encoded = Zeroizing::new(BASE64.encode(content));
    for line in encoded.as_bytes().chunks(LINE) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(&END[1..]);
    text.extend_from_slice(kind);
    text.extend_from_slice(b"-----\n");
}

/// What standard base64 stands for, line ends aside; `None` if it is none.
pub(in crate::functions) fn from_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text: Zeroizing<Vec<u8>> = Zeroizing::new(
        text.iter()
            .copied()
            .filter(|byte| !matches!(byte, b'\r' | b'\n'))
            .collect(),
    );
    BASE64.decode(&*text).ok().map(Zeroizing::new)
}

/// Standard base64.
pub(in crate::functions) fn to_base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<String> {
        let mut rest = text.as_bytes();
        let mut kinds = Vec::new();
        while let Some((block, next)) = decode(rest) {
            kinds.push(String::from_utf8(block.kind).unwrap());
            rest = next;
        }
        kinds
    }

    #[test]
    fn blocks_are_found_among_other_text() {
        for (text, expected) in [
            ("", &[][..]),
            ("-----BEGIN A-----\n-----END A-----\n", &["A"]),
            ("-----BEGIN A-----\nAAAA\n-----END A-----", &["A"]),
            (
                "junk\n-----BEGIN A-----\nAA==\n-----END A-----\njunk",
                &["A"],
            ),
            ("junk-----BEGIN A-----\nAA==\n-----END A-----\n", &[]),
            ("-----BEGIN A-----\nAA==\n-----END B-----\n", &[]),
            (
                "-----BEGIN A-----\n!\n-----END A-----\n-----BEGIN B-----\n-----END B-----\n",
                &["B"],
            ),
            (
                "-----BEGIN A-----\n-----BEGIN B-----\nAA==\n-----END B-----\n",
                &["B"],
            ),
            (
                "-----BEGIN A-----\r\nk: v\r\n\r\nA A\tA=\r\n-----END A----- \t\r\n",
                &["A"],
            ),
            ("-----BEGIN A-----\nk: v\n-----END A-----\n", &[]),
            ("-----BEGIN A-----\nk: v\n", &[]),
            ("-----BEGIN A-----\nAA==\n-----END A-----x\n", &[]),
        ] {
            assert_eq!(kinds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_block_is_written_with_sorted_headers_and_lines_of_64() {
        let text = "-----BEGIN A-----\nb: 2\nProc-Type: 4\na: 1\n\nAAAA\n-----END A-----\n";
        let (block, rest) = decode(text.as_bytes()).unwrap();
        assert!(rest.is_empty());
        assert_eq!(
            std::str::from_utf8(&block.encode().unwrap()).unwrap(),
            "-----BEGIN A-----\nProc-Type: 4\na: 1\nb: 2\n\nAAAA\n-----END A-----\n"
        );
        let long = encode("A", &[0; 49]);
        assert_eq!(
            std::str::from_utf8(&long).unwrap(),
            format!(
                "-----BEGIN A-----\n{}\nAA==\n-----END A-----\n",
                "A".repeat(64)
            )
        );
        assert_eq!(long.len(), length(1, 49));
    }
}
