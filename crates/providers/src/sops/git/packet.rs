//! Lines of Git's protocol, each behind its length in four hex digits.

use std::fmt::Write as _;

use selkie_api::Cause;

use crate::Failure;

/// A line, or one of the marks between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packet<'a> {
    /// A line, its end of line included where it has one.
    Line(&'a [u8]),
    /// The end of a message.
    Flush,
    /// The end of a part of one.
    Delimiter,
}

impl<'a> Packet<'a> {
    /// Its text, without the end of line.
    pub(super) fn text(&self) -> Option<&'a str> {
        let Self::Line(line) = self else { return None };
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        std::str::from_utf8(line).ok()
    }
}

/// The lines and marks of an answer, up to the first that is none.
#[derive(Clone, Debug)]
pub(super) struct Packets<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Packets<'a> {
    type Item = Result<Packet<'a>, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let Some((packet, rest)) = split(self.0) else {
            self.0 = &[];
            return Some(Err(malformed()));
        };
        self.0 = rest;
        Some(Ok(packet))
    }
}

fn split(bytes: &[u8]) -> Option<(Packet<'_>, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(4)?;
    // The standard library would take a sign.
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let length = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    match length {
        0 => Some((Packet::Flush, rest)),
        1 => Some((Packet::Delimiter, rest)),
        // The end of a connection without state, which HTTP needs no word for.
        2 | 3 => None,
        _ => {
            let (line, rest) = rest.split_at_checked(length - 4)?;
            Some((Packet::Line(line), rest))
        }
    }
}

/// A message: a command with its capabilities, and its arguments.
pub(super) fn message(command: &[String], arguments: &[String]) -> Vec<u8> {
    let lines = |lines: &[String]| {
        lines.iter().fold(String::new(), |mut all, line| {
            // Writing to a text cannot fail.
            let _ = writeln!(all, "{:04x}{line}", line.len() + 5);
            all
        })
    };
    format!("{}0001{}0000", lines(command), lines(arguments)).into_bytes()
}

/// The server does not speak Git's protocol.
pub(super) fn malformed() -> Failure {
    Failure::new(
        Cause::ProviderError,
        "the answer of the Git server is malformed",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_nothing_else() {
        use Packet::{Delimiter, Flush, Line};
        let rows: [(&[u8], &[Packet<'_>], bool); 13] = [
            (b"", &[], true),
            (b"0000", &[Flush], true),
            (b"0001", &[Delimiter], true),
            (b"0004", &[Line(b"")], true),
            (b"0006a\n0000", &[Line(b"a\n"), Flush], true),
            (b"000Aabcdef0005x", &[Line(b"abcdef"), Line(b"x")], true),
            (b"0006a\n00", &[Line(b"a\n")], false),
            (b"0002", &[], false),
            (b"0003", &[], false),
            (b"0009abc", &[], false),
            (b"+00aabcdef", &[], false),
            (b"<html>", &[], false),
            (b"\xff\xff\xff\xff", &[], false),
        ];
        for (bytes, expected, whole) in rows {
            let read: Vec<_> = Packets(bytes).collect();
            let lines: Vec<_> = read.iter().filter_map(|it| it.clone().ok()).collect();
            assert_eq!(lines, expected, "{}", bytes.escape_ascii());
            let failed = read.iter().any(Result::is_err);
            assert_eq!(failed, !whole, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_message_is_lines_between_marks() {
        let written = message(&["command=ls-refs".to_owned()], &["peel".to_owned()]);
        assert_eq!(written, b"0014command=ls-refs\n00010009peel\n0000");
        assert_eq!(Packet::Line(b"a b\n").text(), Some("a b"));
        assert_eq!(Packet::Line(b"\xff\n").text(), None);
        assert_eq!(Packet::Flush.text(), None);
    }
}
