//! Writing one value into a slot, in the way the slot is written.
//!
//! This is the canonical spelling: what opening writes where no layout record says otherwise. Sealing calls it too, to
//! find out which values need a record.

use std::fmt::Write as _;

use base64::Engine as _;
use selkie_crypto::Kind;
use zeroize::Zeroizing;

use super::resolve::{Value, is_old_typed, resolve};
use super::scan;
use crate::tree::Style;

/// Columns by which the body is indented where a value that stood on one line has become a block scalar.
pub(super) const STEP: u16 = 2;

/// A slot as it is written while the value is sealed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
    pub(super) style: Style,
    pub(super) in_flow: bool,
    /// Column of the container's entries; for block scalars, of the body.
    pub(super) indent: u16,
    /// Columns by which the body of a new block scalar is indented.
    pub(super) step: u16,
    /// The header of a block scalar: its indicators.
    pub(super) header: &'a [u8],
    pub(super) line_break: &'static str,
}

/// The text for a slot.
pub(super) enum Rendered {
    /// The value's own bytes, as they are.
    Same,
    /// In the place of the whole slot.
    Whole(Zeroizing<String>),
    /// In the place of a block scalar's body, from behind its header line to the end of its last line.
    Body(Zeroizing<String>),
}

/// Writes a value in canonical spelling.
pub(super) fn render(slot: Slot<'_>, kind: Kind, value: &[u8]) -> Rendered {
    let Ok(text) = std::str::from_utf8(value) else {
        return whole(format!(
            "!!binary {}",
            base64::engine::general_purpose::STANDARD.encode(value)
        ));
    };
    match kind {
        Kind::Int | Kind::Time => Rendered::Same,
        Kind::Float => whole(float(text)),
        Kind::Bool => whole(text.to_ascii_lowercase()),
        Kind::Str | Kind::Bytes | Kind::Comment => string(slot, text),
    }
}

fn whole(text: String) -> Rendered {
    Rendered::Whole(Zeroizing::new(text))
}

/// A float that reads back as one: SOPS prints `1` for `1.0`, which its next reader takes for an integer.
pub(super) fn float(text: &str) -> String {
    match text {
        "+Inf" => ".inf".to_owned(),
        "-Inf" => "-.inf".to_owned(),
        "NaN" => ".nan".to_owned(),
        text if text.contains('.') => text.to_owned(),
        text => format!("{text}.0"),
    }
}

fn string(slot: Slot<'_>, text: &str) -> Rendered {
    match slot.style {
        Style::Single if is_printable_line(text) => {
            whole(format!("'{}'", text.replace('\'', "''")))
        }
        Style::Single | Style::Double => whole(double_quoted(text)),
        Style::Literal | Style::Folded => {
            block_body(slot, text).map_or_else(|| whole(double_quoted(text)), Rendered::Body)
        }
        _ => plain(slot, text),
    }
}

fn plain(slot: Slot<'_>, text: &str) -> Rendered {
    if is_plain(text, slot.in_flow) {
        return Rendered::Same;
    }
    if !slot.in_flow
        && text.contains('\n')
        && let Some(block) = literal(text, slot.indent, slot.step, slot.line_break)
    {
        return whole(block);
    }
    if is_printable_line(text)
        && !text.is_empty()
        && resolve(text) == Value::Str
        && !is_old_typed(text)
        && !slot.in_flow
    {
        return whole(format!("'{}'", text.replace('\'', "''")));
    }
    whole(double_quoted(text))
}

/// The body of a block scalar whose header stays, or none if that header cannot give this value.
fn block_body(slot: Slot<'_>, text: &str) -> Option<Zeroizing<String>> {
    let content = text.trim_end_matches('\n');
    let chomped = text.len() - content.len();
    let fits = match (slot.header.contains(&b'-'), slot.header.contains(&b'+')) {
        (true, _) => chomped == 0,
        (_, true) => true,
        _ => chomped <= 1,
    };
    let explicit = slot.header.iter().any(u8::is_ascii_digit);
    let one_line = !content.contains('\n');
    let folded_ok = slot.style == Style::Literal || (one_line && !content.starts_with([' ', '\t']));
    if content.is_empty() || !fits || !folded_ok || !is_block_text(content, explicit) {
        return None;
    }
    Some(indented(content, slot.indent, slot.line_break))
}

/// A whole literal block scalar, its body `step` columns right of its container, or none if the text cannot be
/// written as one.
pub(super) fn literal(text: &str, container: u16, step: u16, line_break: &str) -> Option<String> {
    let content = text.trim_end_matches('\n');
    if content.is_empty() {
        return None;
    }
    let spaces_first =
        content.trim_start_matches('\n').starts_with(' ') || content.starts_with('\n');
    if !is_block_text(content, true) {
        return None;
    }
    let trailing = text.len() - content.len();
    let mut block = String::from("|");
    if spaces_first {
        block.push_str(&step.to_string());
    }
    block.push_str(match trailing {
        0 => "-",
        1 => "",
        _ => "+",
    });
    block.push_str(line_break);
    block.push_str(&indented(content, container + step, line_break));
    for _ in 1..trailing {
        block.push_str(line_break);
    }
    Some(block)
}

fn indented(content: &str, indent: u16, line_break: &str) -> Zeroizing<String> {
    let lines = content.matches('\n').count() + 1;
    let mut body = Zeroizing::new(String::with_capacity(
        content.len() + lines * (usize::from(indent) + 2),
    ));
    for (index, line) in content.split('\n').enumerate() {
        if index > 0 {
            body.push_str(line_break);
        }
        if !line.is_empty() {
            body.extend(std::iter::repeat_n(' ', usize::from(indent)));
            body.push_str(line);
        }
    }
    body
}

/// Whether the lines can stand in a block scalar; without an explicit indentation the first must not begin blank.
fn is_block_text(content: &str, explicit: bool) -> bool {
    let first = content.trim_start_matches('\n');
    (explicit || !first.starts_with([' ', '\t']))
        && !content.starts_with('\t')
        && content
            .split('\n')
            .all(|line| line.chars().all(|char| char == '\t' || is_printable(char)))
        && content
            .split('\n')
            .all(|line| line.is_empty() || !line.bytes().all(|byte| byte == b' '))
}

/// A double-quoted scalar on one line.
pub(super) fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{B}' => out.push_str("\\v"),
            '\u{C}' => out.push_str("\\f"),
            '\u{1B}' => out.push_str("\\e"),
            '\u{85}' => out.push_str("\\N"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            char if is_printable(char) => out.push(char),
            char if (char as u32) < 0x100 => _ = write!(out, "\\x{:02X}", char as u32),
            char if (char as u32) < 0x1_0000 => _ = write!(out, "\\u{:04X}", char as u32),
            char => _ = write!(out, "\\U{:08X}", char as u32),
        }
    }
    out.push('"');
    out
}

/// Whether a string can be written bare so that every reader takes it for the same string.
pub(super) fn is_plain(text: &str, in_flow: bool) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    let indicator = match first {
        b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
        | b'"' | b'%' | b'@' | b'`' | b' ' => true,
        b'-' | b'?' | b':' => bytes
            .get(1)
            .is_none_or(|next| matches!(next, b' ' | b',' | b'[' | b']' | b'{' | b'}')),
        _ => false,
    };
    if indicator
        || matches!(last, b' ' | b':')
        || text.starts_with("---")
        || text.starts_with("...")
    {
        return false;
    }
    let mut previous = 0;
    for &byte in bytes {
        let special = match byte {
            0..=0x1F | 0x7F => true,
            b'#' => previous == b' ',
            b' ' => previous == b':',
            b',' | b'[' | b']' | b'{' | b'}' | b':' | b'?' => in_flow,
            _ => false,
        };
        if special {
            return false;
        }
        previous = byte;
    }
    (text.is_ascii() || text.chars().all(is_printable))
        && resolve(text) == Value::Str
        && !is_old_typed(text)
}

fn is_printable_line(text: &str) -> bool {
    text.chars().all(is_printable)
}

/// Characters that YAML takes bare and that break no line for any reader.
fn is_printable(char: char) -> bool {
    !matches!(char, '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The header of the block scalar that begins at `start`: its indicators.
pub(super) fn header(source: &[u8], start: u32) -> &[u8] {
    &source[start as usize..scan::block_header(source, start).0 as usize]
}
