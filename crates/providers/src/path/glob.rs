//! Names with `*` and `?`, in time that grows with the product of both lengths and no faster.

/// Whether the whole text is of this form: `*` stands for anything, `?` for one character, a backslash makes the next one literal.
pub(super) fn matches(text: &[u8], pattern: &[u8]) -> bool {
    let (mut t, mut p) = (0, 0);
    // Where to go on if what follows the last star does not fit: the star takes one character more.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        if pattern.get(p) == Some(&b'*') {
            p += 1;
            retry = Some((t, p));
            continue;
        }
        if p == pattern.len() && t == text.len() {
            return true;
        }
        if let Some((next_t, next_p)) = step(text, t, pattern, p) {
            (t, p) = (next_t, next_p);
            continue;
        }
        match retry {
            Some((from, behind)) if from < text.len() => {
                t = from + character(text, from);
                p = behind;
                retry = Some((t, behind));
            }
            _ => return false,
        }
    }
}

/// One character of both, if they fit.
fn step(text: &[u8], t: usize, pattern: &[u8], p: usize) -> Option<(usize, usize)> {
    let wanted = *pattern.get(p)?;
    if t == text.len() {
        return None;
    }
    if wanted == b'?' {
        return Some((t + character(text, t), p + 1));
    }
    let p = if wanted == b'\\' { p + 1 } else { p };
    (pattern.get(p)? == text.get(t)?).then_some((t + 1, p + 1))
}

/// Bytes of the character here; one if it is none.
fn character(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.utf8_chunks()
        .next()
        .and_then(|chunk| chunk.valid().chars().next())
        .map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn forms() {
        let rows = [
            ("", "", true),
            ("", "*", true),
            ("a", "", false),
            ("a", "?", true),
            ("é", "?", true),
            ("ab", "?", false),
            ("abc", "a*", true),
            ("abc", "*c", true),
            ("abc", "a*c", true),
            ("abc", "a*b", false),
            ("abcbc", "a*bc", true),
            ("abc", "**", true),
            ("a*c", "a\\*c", true),
            ("abc", "a\\*c", false),
            ("abc", "abc\\", false),
            ("x", "\\", false),
            ("aéb", "a*?b", true),
        ];
        for (text, pattern, expected) in rows {
            assert_eq!(
                matches(text.as_bytes(), pattern.as_bytes()),
                expected,
                "{text} {pattern}"
            );
        }
    }

    #[test]
    fn many_stars_end() {
        let text = "a".repeat(20_000);
        let pattern = "*a".repeat(200) + "b";
        assert!(!matches(text.as_bytes(), pattern.as_bytes()));
    }
}
