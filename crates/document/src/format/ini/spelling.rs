//! How a value is written so that it is read again as itself. How it is read stands in `value.rs`.

use super::blank::trim;
use crate::tree::Style;

/// Whether a value between quotes of this style, with nothing behind it on its line, reads back as itself.
pub(super) fn fits(value: &[u8], style: Style) -> bool {
    let has = |bytes: &[u8]| value.iter().any(|byte| bytes.contains(byte));
    match style {
        Style::Double => !has(b"\"#;\n"),
        Style::Single => !has(b"'#;\n"),
        Style::Backquote | Style::Triple => closes(value, quote(style)),
        _ => {
            !has(b"#;\n")
                && trim(value).len() == value.len()
                && !is_surrounded(value)
                && !hides(value)
                && !value.ends_with(b"\\")
        }
    }
}

/// Whether the quote behind a value is the one that ends it: of the first line that has any, it is the last one.
fn closes(value: &[u8], quote: &[u8]) -> bool {
    let last = value.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
    !value[..last].windows(quote.len()).any(|it| it == quote)
}

/// Whether a bare value would lose what it begins and ends with.
fn is_surrounded(value: &[u8]) -> bool {
    matches!(
        value,
        [quote @ (b'"' | b'\''), inner @ .., last] if quote == last && !inner.contains(quote)
    )
}

/// The value as SOPS prints it if that can be read, or between other quotes; none if there is no way to write it.
///
/// There is one for every value that was read from an INI file.
pub(super) fn written(value: &[u8]) -> Option<Vec<u8>> {
    let first = if value.iter().any(|byte| matches!(byte, b'\n' | b'`')) {
        Style::Triple
    } else if value.iter().any(|byte| matches!(byte, b'#' | b';')) {
        Style::Backquote
    } else if trim(value).len() == value.len() {
        Style::Plain
    } else {
        Style::Double
    };
    [
        first,
        Style::Backquote,
        Style::Double,
        Style::Single,
        Style::Triple,
    ]
    .into_iter()
    .find(|style| fits(value, *style))
    .map(|style| [quote(style), value, quote(style)].concat())
}

/// Whether SOPS sees nothing behind a value that is written so.
pub(super) fn hides(written: &[u8]) -> bool {
    written.starts_with(b"`") || written.starts_with(b"\"\"\"")
}

/// The quote of a style.
pub(super) fn quote(style: Style) -> &'static [u8] {
    match style {
        Style::Double => b"\"",
        Style::Single => b"'",
        Style::Backquote => b"`",
        Style::Triple => b"\"\"\"",
        _ => b"",
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::tests::read;
    use super::*;

    #[track_caller]
    fn check(value: &str, text: Option<&str>) {
        let found = written(value.as_bytes()).map(|it| String::from_utf8(it).unwrap());
        assert_eq!(found.as_deref(), text, "{value:?}");
    }

    #[test]
    fn values_are_written_so_that_they_are_read() {
        check("", Some(""));
        check("a b", Some("a b"));
        check("a;b", Some("`a;b`"));
        check(" a ", Some("\" a \""));
        check(" \"a\" ", Some("` \"a\" `"));
        check("\"a\"", Some("`\"a\"`"));
        check("a\\", Some("`a\\`"));
        check("a\nb", Some("\"\"\"a\nb\"\"\""));
        check("a`b", Some("\"\"\"a`b\"\"\""));
        check("a\n\"\"\"b", Some("\"\"\"a\n\"\"\"b\"\"\""));
        check("a\"\"\"\nb", Some("`a\"\"\"\nb`"));
        check("\"\"\"\n`", Some("`\"\"\"\n``"));
        check("`\"\"\"", Some("\"\"\"`\"\"\"\"\"\""));
        check("\n`\"\"\"", Some("\"\"\"\n`\"\"\"\"\"\""));
        check("\n`\"\"\"\n", None);
        check("\"\"\"", Some("`\"\"\"`"));
        check("\"", Some("\""));
    }

    /// All short values of the characters that mean something, in every style: what fits is read, what does not is not.
    #[test]
    fn a_style_fits_if_and_only_if_it_is_read() {
        const STYLES: [Style; 5] = [
            Style::Plain,
            Style::Single,
            Style::Double,
            Style::Backquote,
            Style::Triple,
        ];
        const PIECES: [&str; 9] = ["\"\"\"", "\"", "'", "`", "\n", "\\", ";", " ", "a"];
        let mut values = vec![String::new()];
        let mut from = 0;
        for _ in 0..5 {
            let to = values.len();
            for at in from..to {
                for piece in PIECES {
                    values.push([values[at].as_str(), piece].concat());
                }
            }
            from = to;
        }
        for value in values {
            for style in STYLES {
                let quote = std::str::from_utf8(quote(style)).unwrap();
                let found = read(&format!("{quote}{value}{quote}\nb=\n"));
                let is_read = found == Some((value.clone(), None, "b=\n".to_owned()));
                // Behind a bare value there is no telling its blanks and its end from the line's.
                assert_eq!(
                    fits(value.as_bytes(), style),
                    is_read,
                    "{value:?} {style:?}"
                );
            }
        }
    }
}
