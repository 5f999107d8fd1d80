//! YAML as sops prints it, reduced to its data: comments and the blank lines about them are left out, since sops moves them
//! when it prints. Values are never touched: what looks like a comment inside of quotes or of a block scalar stays.

/// The text without its comments.
pub(crate) fn data(text: &str) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(printed) = lines.next() {
        let line = without_comment(printed);
        let words = line.trim_start_matches(' ');
        if words.is_empty() {
            continue;
        }
        match kept.last_mut() {
            // A comment inside of empty braces was printed on a line of its own.
            Some(last) if closes(last, words) => last.push_str(words),
            // A comment before the first entry of an item was printed behind the item's dash.
            Some(last) if last.ends_with("- ") => last.push_str(words),
            _ if is_dashes(line) && line.len() < printed.len() => kept.push(format!("{line} ")),
            _ => kept.push(line.to_owned()),
        }
        if let Some((column, header)) = block(line) {
            let body = kept.len();
            while let Some(inside) = lines
                .next_if(|it| is_blank(it) || it.len() - it.trim_start_matches(' ').len() > column)
            {
                kept.push(inside.to_owned());
            }
            // Blank lines behind a value that does not keep them stand there for a comment.
            while !header.contains('+')
                && kept.len() > body
                && kept.last().is_some_and(|it| is_blank(it))
            {
                kept.pop();
            }
        }
    }
    kept.join("\n")
}

fn is_blank(line: &str) -> bool {
    line.trim_matches(' ').is_empty()
}

/// Whether nothing but the dashes of items stands in a line.
fn is_dashes(line: &str) -> bool {
    line.split(' ').all(|word| matches!(word, "" | "-"))
}

fn closes(open: &str, line: &str) -> bool {
    (open.ends_with('{') && line == "}") || (open.ends_with('[') && line == "]")
}

/// A line up to its comment: the first `#` behind a blank that no quotes enclose.
fn without_comment(line: &str) -> &str {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        at = match bytes[at] {
            b'#' if before == b' ' => return line[..at].trim_end_matches(' '),
            // Quotes enclose only where a scalar begins; taken for more, they would hide a comment, never a value.
            quote @ (b'"' | b'\'') if matches!(before, b' ' | b'{' | b'[' | b',') => {
                quoted_end(bytes, at, quote).unwrap_or(at + 1)
            }
            _ => at + 1,
        };
    }
    line
}

/// Behind the quote that closes the one at `start`.
fn quoted_end(line: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 1;
    loop {
        let (byte, next) = (*line.get(at)?, line.get(at + 1));
        match byte {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && next == Some(&b'\'') => at += 2,
            _ if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// The header of a block scalar that a line ends with, and the column that all lines of its body are beyond.
fn block(line: &str) -> Option<(usize, &str)> {
    let header = line.rsplit(' ').next()?;
    let indicators = header.strip_prefix(['|', '>'])?;
    if !indicators
        .chars()
        .all(|it| it.is_ascii_digit() || matches!(it, '+' | '-'))
    {
        return None;
    }
    let mut rest = line.trim_start_matches(' ');
    loop {
        let column = line.len() - rest.len();
        match rest
            .strip_prefix(['-', '?', ':'])
            .filter(|it| it.starts_with(' '))
        {
            Some(inner) if inner.trim_start_matches(' ') != header => {
                rest = inner.trim_start_matches(' ');
            }
            _ => return Some((column, header)),
        }
    }
}

#[test]
fn comments_go_and_values_stay() {
    let cases = [
        // Comments, wherever they stand.
        ("a: 1 #x\n# y\nb: e #ENC[z]\n", "a: 1\nb: e"),
        (
            "l:\n    - \"y\":\n        0': null\n\n#-\n",
            "l:\n    - \"y\":\n        0': null",
        ),
        ("a: {\n    # x\n    }\nb: [\n# y\n]\n", "a: {}\nb: []"),
        (
            "- # x\n  a: 1\n  b: 2\n- # y\n  - h # i\n",
            "- a: 1\n  b: 2\n- - h",
        ),
        (
            "a: \"x\" # y\n'b # c': 'it''s # d' # e\n",
            "a: \"x\"\n'b # c': 'it''s # d'",
        ),
        ("- -- # x\n- - # y\n  - z\n", "- --\n- - - z"),
        // What only looks like one.
        (
            "\"a # b\": \"\\\" # c\"\nd: [\"# e\", '# f']\n",
            "\"a # b\": \"\\\" # c\"\nd: [\"# e\", '# f']",
        ),
        ("a: b#c\nd: e'f #g\n", "a: b#c\nd: e'f"),
        (
            "a: |\n    # x\n\n    y # z\n# foot\nb: 1\n",
            "a: |\n    # x\n\n    y # z\nb: 1",
        ),
        (
            "- k: |-\n    # x\n  # y\n  o: 1 # z\n",
            "- k: |-\n    # x\n  o: 1",
        ),
        ("- |4-\n\n      # b\n- c\n", "- |4-\n\n      # b\n- c"),
        ("- - |\n    # x\n  - y # z\n", "- - |\n    # x\n  - y"),
        // Blank lines count where a value keeps them, and nowhere else.
        ("a: |+\n    x\n\n\n    \n# y\n", "a: |+\n    x\n\n\n    "),
        ("a: |\n    x\n\n\n# y\n", "a: |\n    x"),
        ("a: |+\n\n---\n{}\n", "a: |+\n\n---\n{}"),
    ];
    for (printed, expected) in cases {
        assert_eq!(data(printed), expected, "{printed:?}");
    }
}
