//! Words and patterns of the cases.

/// Splits at blanks; single quotes hold a word together, double quotes too.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in text.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// Whether a line is as expected; `…` stands for any text.
pub fn fits(expected: &str, line: &str) -> bool {
    let mut parts = expected.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Whether all lines are as expected, in order; a `…` alone stands for any number of lines.
pub fn all_fit(expected: &[String], lines: &[&str]) -> bool {
    match (expected, lines) {
        ([], []) => true,
        ([any, rest @ ..], _) if any == "…" => {
            (0..=lines.len()).any(|skipped| all_fit(rest, &lines[skipped..]))
        }
        ([one, rest @ ..], [line, others @ ..]) => fits(one, line) && all_fit(rest, others),
        _ => false,
    }
}

#[cfg(test)]
#[test]
fn words_and_patterns() {
    assert_eq!(words("a 'b c'  \"d 'e\" ''"), ["a", "b c", "d 'e", ""]);
    for (expected, line, fit) in [
        ("abc", "abc", true),
        ("abc", "abcd", false),
        ("a…", "abcd", true),
        ("…d", "abcd", true),
        ("a…c…", "abcd", true),
        ("a…x…", "abcd", false),
        ("", "", true),
    ] {
        assert_eq!(fits(expected, line), fit, "{expected} {line}");
    }
}
