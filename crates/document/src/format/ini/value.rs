//! Values: how far one reaches, and what it is. How one is written stands in `spelling.rs`.

use std::ops::Range;

use selkie_crypto::Secret;

use super::blank::{trim, trim_end, trim_start};
use crate::tree::Style;

/// A value found behind a delimiter. Ranges are of the whole text.
pub(super) struct Value {
    /// All of it: with its quotes, and with what SOPS skips behind a closing quote.
    pub(super) slot: Range<usize>,
    pub(super) style: Style,
    pub(super) content: Content,
    /// A comment behind it, from its marker on.
    pub(super) inline: Option<Range<usize>>,
    /// Where the next line begins.
    pub(super) next: usize,
}

/// What a value is.
pub(super) enum Content {
    /// The very text between the quotes.
    Verbatim(Range<usize>),
    /// Put together from several lines.
    Joined(Secret),
}

/// The value behind a delimiter, in a line that ends before `next`.
///
/// # Errors
/// Why there is none.
pub(super) fn find(source: &[u8], head: usize, next: usize) -> Result<Value, &'static str> {
    let line = trim_start(&source[head..next]);
    if line.is_empty() {
        return Ok(empty(head, None, next));
    }
    let start = next - line.len();
    let quote: &[u8] = match line {
        [b'"', b'"', b'"', _, ..] => b"\"\"\"",
        [b'`', ..] => b"`",
        _ => b"",
    };
    if quote.is_empty() {
        Ok(bare(source, head, start, next))
    } else {
        quoted(source, start, next, quote)
    }
}

/// An empty value stands directly behind the delimiter, whatever blanks and comment follow.
fn empty(head: usize, inline: Option<Range<usize>>, next: usize) -> Value {
    Value {
        slot: head..head,
        style: Style::Plain,
        content: Content::Verbatim(head..head),
        inline,
        next,
    }
}

fn bare(source: &[u8], head: usize, start: usize, next: usize) -> Value {
    let text = trim_end(&source[start..next]);
    if text.ends_with(b"\\") {
        return continued(source, start, start + text.len(), next);
    }
    let comment = text.iter().position(|byte| matches!(byte, b'#' | b';'));
    let inline = comment.map(|at| start + at..start + text.len());
    let text = trim(&text[..comment.unwrap_or(text.len())]);
    if text.is_empty() {
        return empty(head, inline, next);
    }
    let slot = start..start + text.len();
    let (style, content) = match text {
        [quote @ (b'"' | b'\''), inner @ .., last] if quote == last && !inner.contains(quote) => {
            let style = if *quote == b'"' {
                Style::Double
            } else {
                Style::Single
            };
            (style, slot.start + 1..slot.end - 1)
        }
        _ => (Style::Plain, slot.clone()),
    };
    Value {
        slot,
        style,
        content: Content::Verbatim(content),
        inline,
        next,
    }
}

/// A value that a backslash continues on the next lines. Nothing in it is a comment.
fn continued(source: &[u8], start: usize, end: usize, mut next: usize) -> Value {
    let mut value = Secret::from(source[start..end - 1].to_vec());
    let mut slot = start..end;
    loop {
        let after = line_end(source, next);
        let line = &source[next..after];
        let text = trim(line);
        let at = after - trim_start(line).len();
        next = after;
        if text.is_empty() {
            break;
        }
        slot.end = at + text.len();
        value.extend_from_slice(text);
        if !text.ends_with(b"\\") {
            break;
        }
        let len = value.len() - 1;
        value.truncate(len);
    }
    Value {
        slot,
        style: Style::Plain,
        content: Content::Joined(value),
        inline: None,
        next,
    }
}

fn quoted(
    source: &[u8],
    start: usize,
    mut next: usize,
    quote: &[u8],
) -> Result<Value, &'static str> {
    let from = start + quote.len();
    let mut line = from;
    let mut inline = None;
    let style = if quote.len() == 1 {
        Style::Backquote
    } else {
        Style::Triple
    };
    let end = loop {
        let found = source[line..next]
            .windows(quote.len())
            .rposition(|it| it == quote);
        if let Some(at) = found {
            let end = line + at;
            // go-ini 1.67.0, in SOPS 3.11.0, ends the value here; 1.67.3, in 3.13.3, goes on to the next line.
            if line > from && trim_end(&source[end..next]).ends_with(b"\\") {
                return Err(
                    "a backslash behind the closing quote reads differently in two releases of sops",
                );
            }
            // Only behind a value of several lines does a comment count.
            if line > from
                && let Some(marker) = source[end..next]
                    .iter()
                    .position(|byte| matches!(byte, b'#' | b';'))
            {
                let text = trim_end(&source[end + marker..next]);
                inline = Some(end + marker..end + marker + text.len());
            }
            break end;
        }
        if next == source.len() {
            return Err("the quote around the value is not closed");
        }
        (line, next) = (next, line_end(source, next));
    };
    let stop = match &inline {
        Some(inline) => {
            end + quote.len() + trim_end(&source[end + quote.len()..inline.start]).len()
        }
        None => end + trim_end(&source[end..next]).len(),
    };
    Ok(Value {
        slot: start..stop,
        style,
        content: Content::Verbatim(from..end),
        inline,
        next,
    })
}

/// Where the line behind the one at `from` begins.
pub(super) fn line_end(source: &[u8], from: usize) -> usize {
    let len = source[from..].iter().position(|byte| *byte == b'\n');
    len.map_or(source.len(), |len| from + len + 1)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The value of a line, the comment behind it, and the lines behind that.
    pub(in super::super) fn read(text: &str) -> Option<(String, Option<String>, String)> {
        let source = text.as_bytes();
        let value = find(source, 0, line_end(source, 0)).ok()?;
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let content = match &value.content {
            Content::Verbatim(range) => shown(&source[range.clone()]),
            Content::Joined(text) => shown(text.expose()),
        };
        let inline = value.inline.map(|range| shown(&source[range]));
        Some((content, inline, shown(&source[value.next..])))
    }

    #[test]
    fn values_are_read_as_go_ini_reads_them() {
        #[track_caller]
        fn check(text: &str, value: &str, inline: Option<&str>, rest: &str) {
            let (found, comment, behind) = read(text).unwrap();
            assert_eq!(
                (found.as_str(), comment.as_deref(), behind.as_str()),
                (value, inline, rest),
                "{text:?}"
            );
        }
        check(" a \nx", "a", None, "x");
        check("", "", None, "");
        check(" ; c\n", "", Some("; c"), "");
        check("a#b\n", "a", Some("#b"), "");
        check("\"a\" ; c\n", "a", Some("; c"), "");
        check("\"a;b\"\n", "\"a", Some(";b\""), "");
        check("'it''s'\n", "'it''s'", None, "");
        check("''\n", "", None, "");
        check("\"\n", "\"", None, "");
        check("`a;b` junk ; c\n", "a;b", None, "");
        check("`a`b`\n", "a`b", None, "");
        check("\"\"\"a\"\"\"\n", "a", None, "");
        check("\"\"\"a\n\nb\"\"\" ; c\nx", "a\n\nb", Some("; c"), "x");
        check("`a\nb` # c\nx", "a\nb", Some("# c"), "x");
        check("\"\"\"\nb\"\"\"\n", "\nb", None, "");
        check("\"\"\"", "\"\"\"", None, "");
        check("a \\\n  b ; c\nx", "a b ; c", None, "x");
        check("a\\\n\nx", "a", None, "x");
        check("a\\\nb\\\n\"c\"\nx", "ab\"c\"", None, "x");
        check("a\\", "a", None, "");
        check("a ;\\\nb\nx", "a ;b", None, "x");
        assert!(read("`a\nb\n").is_none());
        assert!(read("\"\"\"a").is_none());
        assert!(read("`a\nb` \\\nc").is_none());
        assert!(read("`a` \\\nc").is_some());
    }
}
