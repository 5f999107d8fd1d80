//! Looking at the text between tokens: blanks, comments, indicators, line ends. Each function reads forward over a gap
//! once, so that reading stays linear.

use crate::tree::FlowBefore;

/// The first byte from `from` on that is neither blank, line break, comment nor one of `also`.
///
/// The range from `from` to the result must hold no token: there every `#` begins a comment.
pub(super) fn skip(bytes: &[u8], from: u32, also: &[u8]) -> u32 {
    let mut at = from as usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at = line_end(bytes, at),
            0xEF if bytes[at..].starts_with(BOM) => at += BOM.len(),
            _ if also.contains(&byte) => at += 1,
            _ => break,
        }
    }
    at as u32
}

const BOM: &[u8] = "\u{FEFF}".as_bytes();

/// End of the line that holds `at`, its break excluded.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .map_or(bytes.len(), |len| at + len)
}

/// Start of the line behind the one that holds `at`, or the end of the text.
pub(super) fn next_line(bytes: &[u8], at: usize) -> usize {
    let end = line_end(bytes, at);
    end + line_break(&bytes[end..])
}

/// Length of the line break that the text begins with.
pub(super) fn line_break(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Start of the line that holds `at`.
pub(super) fn line_start(bytes: &[u8], at: usize) -> usize {
    let mut start = bytes[..at]
        .iter()
        .rposition(|byte| matches!(byte, b'\n' | b'\r'))
        .map_or(0, |before| before + 1);
    // A document may begin with one; it has no width.
    while bytes[start..at].starts_with(BOM) {
        start += BOM.len();
    }
    start
}

/// Column of `at` in bytes, counted from 0.
pub(super) fn column(bytes: &[u8], at: u32) -> u16 {
    let at = at as usize;
    u16::try_from(at - line_start(bytes, at)).unwrap_or(u16::MAX)
}

/// Whether only blanks stand before `at` in its line.
pub(super) fn begins_line(bytes: &[u8], at: u32) -> bool {
    let at = at as usize;
    bytes[line_start(bytes, at)..at]
        .iter()
        .all(|byte| matches!(byte, b' ' | b'\t'))
}

/// Where the document whose last token ends at `from` ends: at a marker line, or at the end of the text.
pub(super) fn document_end(bytes: &[u8], from: u32) -> u32 {
    let mut at = from as usize;
    if at > 0 && !matches!(bytes[at - 1], b'\n' | b'\r') {
        at = next_line(bytes, at);
    }
    while at < bytes.len() && !is_marker(&bytes[at..]) {
        at = next_line(bytes, at);
    }
    at as u32
}

fn is_marker(line: &[u8]) -> bool {
    (line.starts_with(b"---") || line.starts_with(b"..."))
        && line
            .get(3)
            .is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// The line break that a file uses: that of its first line.
pub(super) fn break_of(bytes: &[u8]) -> &'static str {
    let end = line_end(bytes, 0);
    match &bytes[end..] {
        [b'\r', b'\n', ..] => "\r\n",
        [b'\r', ..] => "\r",
        _ => "\n",
    }
}

/// Whether all line breaks of a text are of one kind.
pub(super) fn has_uniform_breaks(bytes: &[u8]) -> bool {
    if !bytes.contains(&b'\r') {
        return true;
    }
    let first = break_of(bytes).as_bytes();
    let mut at = line_end(bytes, 0);
    while at < bytes.len() {
        let len = line_break(&bytes[at..]);
        if &bytes[at..at + len] != first {
            return false;
        }
        at = line_end(bytes, at + len);
    }
    true
}

/// The header of the block scalar that begins at `start`: the end of its indicators, and the start of the next line.
pub(super) fn block_header(bytes: &[u8], start: u32) -> (u32, u32) {
    let start = start as usize;
    let indicators = bytes[start + 1..]
        .iter()
        .take_while(|byte| matches!(byte, b'+' | b'-' | b'0'..=b'9'))
        .count();
    let end = start + 1 + indicators;
    (end as u32, next_line(bytes, end) as u32)
}

/// Measures the block scalar whose header begins at `header` and whose text ends at `end`, in a container at
/// `container`: the end of its last line with content (of its header, if there is none), and the column of its body.
pub(super) fn block_scalar(bytes: &[u8], header: u32, end: usize, container: u16) -> (u32, u16) {
    let (header_end, body) = block_header(bytes, header);
    let (header, header_end) = (header as usize, header_end as usize);
    let body = (body as usize).min(end.max(header_end));
    let digit = bytes[header..header_end]
        .iter()
        .find(|byte| byte.is_ascii_digit());
    let indent = match digit {
        Some(digit) => container + u16::from(digit - b'0'),
        None => match first_indent(&bytes[body..end.max(body)]) {
            Some(indent) => indent,
            None => return (header_end as u32, 0),
        },
    };
    let mut stop = end.max(body);
    loop {
        while stop > body && matches!(bytes[stop - 1], b'\n' | b'\r') {
            stop -= 1;
        }
        let start = line_start(bytes, stop).max(body);
        let blank = bytes[start..stop].iter().all(|byte| *byte == b' ')
            && stop - start <= usize::from(indent);
        if stop <= body || !blank {
            break;
        }
        stop = start;
    }
    if stop <= body {
        stop = header_end;
    }
    (stop as u32, indent)
}

/// Leading blanks of the first line that is not blank; none if all are.
fn first_indent(body: &[u8]) -> Option<u16> {
    body.split(|byte| matches!(byte, b'\n' | b'\r'))
        .map(|line| (line.iter().take_while(|byte| **byte == b' ').count(), line))
        .find(|(indent, line)| *indent < line.len())
        .map(|(indent, _)| u16::try_from(indent).unwrap_or(u16::MAX))
}

/// Where an entry can be added in brackets behind the one that ends at `last`, and what stands before that place.
pub(super) fn flow_end(bytes: &[u8], last: u32) -> (u32, FlowBefore) {
    let mut at = last;
    let mut next = skip(bytes, at, b"");
    // An empty value's place is behind its colon, and behind a blank or break: `k:,` is another key to go-yaml.
    if bytes.get(next as usize) == Some(&b':') {
        let colon = next;
        next = skip(bytes, colon + 1, b"");
        let behind = bytes.get(colon as usize + 1..).unwrap_or_default();
        let room = behind.starts_with(b" ") && !behind.starts_with(b" #");
        at = if room { colon + 2 } else { next };
    }
    if bytes.get(next as usize) == Some(&b',') {
        (next + 1, FlowBefore::Comma)
    } else {
        (at, FlowBefore::Entry)
    }
}
