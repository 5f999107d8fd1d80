//! Keys: where one ends on its line, and how one is written.

use std::ops::Range;

use super::blank::{trim, trim_start};
use super::scan;

/// A key found at the start of a line.
pub(super) struct Key {
    /// The name, in the text that was given.
    pub(super) name: Range<usize>,
    /// Behind the delimiter.
    pub(super) head: usize,
}

/// The key that a line starts with.
///
/// # Errors
/// Why the line has none.
pub(super) fn find(line: &[u8]) -> Result<Key, &'static str> {
    let quote: &[u8] = match line {
        [b'"', b'"', b'"', _, _, _, _, ..] => b"\"\"\"",
        [b'"', ..] => b"\"",
        [b'`', ..] => b"`",
        _ => b"",
    };
    let from = quote.len();
    let (name, behind) = if quote.is_empty() {
        (0..0, 0)
    } else {
        let len = line[from..]
            .windows(from)
            .position(|it| it == quote)
            .ok_or("the quote around the key is not closed")?;
        (from..from + len, from + len + from)
    };
    let delimiter = line[behind..]
        .iter()
        .position(|byte| matches!(byte, b'=' | b':'))
        .ok_or("a line that is no comment and no section must have an equals sign or a colon")?;
    let name = if quote.is_empty() { 0..delimiter } else { name };
    let text = &line[name.clone()];
    let start = name.start + text.len() - trim_start(text).len();
    let name = start..start + trim(text).len();
    if name.is_empty() {
        return Err("the key is empty");
    }
    let head = behind + delimiter + 1;
    Ok(Key { name, head })
}

/// The key as it is written; none if there is no way to write it. What SOPS prints is taken if it can be read.
pub(super) fn written(key: &[u8]) -> Option<Vec<u8>> {
    let quoted = |quote: &[u8]| [quote, key, quote].concat();
    let first: &[u8] = if key.iter().any(|byte| matches!(byte, b'"' | b'=' | b':')) {
        b"`"
    } else if key.contains(&b'`') {
        b"\"\"\""
    } else {
        b""
    };
    [first, b"", b"`", b"\"\"\"", b"\""]
        .into_iter()
        .map(quoted)
        .find(|text| {
            let line = [text.as_slice(), b" = x\n"].concat();
            let is_key = !matches!(line[0], b'#' | b';' | b'[')
                && !key.contains(&b'\n')
                && trim_start(&line).len() == line.len()
                && scan::mark(&line) == 0;
            is_key
                && key != b"-"
                && find(&line).is_ok_and(|it| &line[it.name] == key && it.head == text.len() + 2)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_as_go_ini_finds_them() {
        #[track_caller]
        fn check(line: &str, expected: Option<(&str, &str)>) {
            let found = find(line.as_bytes()).ok();
            let found = found.map(|it| (&line[it.name], &line[it.head..]));
            assert_eq!(found, expected, "{line}");
        }
        check("a=b", Some(("a", "b")));
        check("a b : c=d", Some(("a b", " c=d")));
        check("`a=b` = c", Some(("a=b", " c")));
        check("\"a:b\"x=c", Some(("a:b", "c")));
        check("\"\"\"a\"b\"\"\"=c", Some(("a\"b", "c")));
        check("` a `=c", Some(("a", "c")));
        check("'a=b'=c", Some(("'a", "b'=c")));
        check("\"\"\"=c", None);
        check("=c", None);
        check(" =c", None);
        check("``=c", None);
        check("`a=c", None);
        check("`a`", None);
        check("abc", None);
    }

    #[test]
    fn keys_are_written_so_that_they_are_found() {
        #[track_caller]
        fn check(key: &str, text: Option<&str>) {
            let found = written(key.as_bytes()).map(|it| String::from_utf8(it).unwrap());
            assert_eq!(found.as_deref(), text, "{key:?}");
        }
        check("a", Some("a"));
        check("a b", Some("a b"));
        check("a=b", Some("`a=b`"));
        check("a:b", Some("`a:b`"));
        check("a\"b", Some("`a\"b`"));
        check("a`b", Some("\"\"\"a`b\"\"\""));
        check("a`=b", Some("\"\"\"a`=b\"\"\""));
        check("#1", Some("`#1`"));
        check("[a]", Some("`[a]`"));
        check("\u{feff}a", Some("`\u{feff}a`"));
        check(" a", None);
        check("", None);
        check("-", None);
        check("a\nb", None);
    }
}
