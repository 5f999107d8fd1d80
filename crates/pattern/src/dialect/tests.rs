//! Patterns that the two dialects read differently, and patterns that neither or only one reads.

use crate::Pattern;

/// What each row expects was taken from Go's `regexp.MatchString`.
#[test]
fn means_what_go_means() {
    #[track_caller]
    fn check(pattern: &str, found_in: &[&str], not_in: &[&str]) {
        let compiled = Pattern::compile(pattern).unwrap();
        for text in found_in {
            assert!(compiled.is_match(text.as_bytes()), "{pattern} in {text}");
        }
        for text in not_in {
            assert!(
                !compiled.is_match(text.as_bytes()),
                "{pattern} not in {text}"
            );
        }
    }
    // ASCII alone, where the `regex` crate would take all of Unicode.
    check(r"^\w+$", &["a_1"], &["größe", ""]);
    check(r"^\W$", &["ö", "-"], &["a"]);
    check(r"^\d$", &["7"], &["٣"]);
    check(r"^\D$", &["٣"], &["7"]);
    check(r"^\s$", &[" ", "\t"], &["\u{a0}", "\x0b"]);
    check(r"^[^\S]$", &[" "], &["\u{a0}", "a"]);
    check(r"\bs", &["ßs", "a s"], &["as"]);
    check(r"a\Bb", &["ab"], &["a b"]);
    check(r"^[\d\w-]+$", &["a-1"], &["ü"]);
    check(r"^[\W]$", &["ü", "-"], &["a"]);
    // Unicode where Go has it.
    check("^gr.ße$", &["größe"], &["gre", "gr\u{fffd}"]);
    check(r"^\pL+$", &["größe"], &["a1"]);
    check(r"^\p{^L}$", &["1"], &["a"]);
    check(r"^\P{Greek}$", &["a"], &["α"]);
    check(r"^[\p{Greek}x]$", &["α", "x"], &["a"]);
    check("(?i)^STRASSE|größe$", &["strasse", "GRÖSSE größe"], &["x"]);
    check("(?i)^k$", &["K", "\u{212a}"], &["x"]);
    // Escaped punctuation is itself.
    check(r"^\<\_\-\/\>$", &["<_-/>"], &["_-/"]);
    check(r"^a\.b$", &["a.b"], &["axb"]);
    check(r"^\Qa.b*\E+$", &["a.b*", "a.b**"], &["axb"]);
    check(r"^\Q[x", &["[xyz"], &["x"]);
    check(r"^\x41\x{42}\103\0?$", &["ABC", "ABC\0"], &["ABc"]);
    check(r"^\t\n\v\f\r\a$", &["\t\n\x0b\x0c\r\x07"], &["tnvfra"]);
    // Braces that count nothing.
    check("^a{2}$", &["aa"], &["a"]);
    check("^a{2,}b{1,2}?$", &["aaabb"], &["ab"]);
    check("^a{,2}$", &["a{,2}"], &["aa"]);
    check("^{{ .x }}$", &["{{ .x }}"], &["x"]);
    check("^a{ 2}$", &["a{ 2}"], &["aa"]);
    // Classes hold no classes and no operators.
    check("^[a[b]$", &["[", "a"], &["]", "c"]);
    check("^[a&&b]$", &["&", "a"], &["c"]);
    check("^[a~~b]+$", &["~a"], &["c"]);
    check("^[]a]$", &["]", "a"], &["b"]);
    check("^[^]a]$", &["b", "\n"], &["]", "a"]);
    check("^[a-]$", &["-", "a"], &["b"]);
    check("^[-a]$", &["-", "a"], &["b"]);
    check("^[+--]$", &["+", ",", "-"], &["."]);
    check("^[a-c-e]$", &["b", "-", "e"], &["d"]);
    check(r"^[\]\[\-\\]+$", &[r"][-\"], &["a"]);
    check("^[[:alpha:]_]+$", &["a_"], &["ö", "1"]);
    check("^[[:^digit:]]$", &["a", "ö"], &["1"]);
    check("^[[:x]$", &["[", ":", "x"], &["]"]);
    // Groups, flags and anchors.
    check("^(?:a|b)(?P<n>c)(?<m>d)$", &["acd"], &["ac"]);
    check("(?i:A)b", &["ab"], &["aB"]);
    check("(?s)a.b", &["a\nb"], &["ab"]);
    check("a.b", &["axb"], &["a\nb"]);
    check("(?m)^b$", &["a\nb\nc"], &["ab"]);
    check("^b$", &["b"], &["a\nb", "b\n"]);
    check(r"\Ab\z", &["b"], &["b\n"]);
    check("^(?U)a+?$", &["aa"], &["b"]);
    check("(?i-i:a)b", &["ab"], &["Ab"]);
    check("(?ii)a(?)", &["A"], &["b"]);
    check("^(?P<1>a)(?P<1>b)$", &["ab"], &["a"]);
    // Code points that are no characters.
    check(r"^\x{D800}$", &[], &["\u{fffd}", ""]);
    check(r"^[\x{D800}]$", &[], &["\u{fffd}", ""]);
    check(r"^[^\x{DFFF}]$", &["a"], &[""]);
    check(r"^[\x{D000}-\x{E001}]$", &["\u{e000}"], &["\u{e002}"]);
    // Nothing matches within a character.
    check(r"^a\B", &[], &["aé"]);
    check(r"\B{3}|\P{Ll}", &["bÉa"], &["a"]);
    check("a??b*?c+?", &["bc"], &["ab"]);
    check("]}", &["]}"], &["]"]);
    check("", &["", "a"], &[]);
}

#[test]
fn refuses_what_go_refuses() {
    for pattern in [
        "(",
        ")",
        "[",
        "[a",
        "[]",
        "[^]",
        r"a\",
        r"[\",
        "*",
        "a**",
        "a*+",
        "a{2}{3}",
        "a{1001}",
        "a{2,1}",
        "(a{100}){11}",
        "(?x)a",
        "(?i-)a",
        "(?--i)a",
        "(?P<>a)",
        "(?P<a-b>a)",
        r"\p{Alphabetic}",
        "(?u)a",
        "(?=a)",
        "(?!a)",
        "(?P=n)",
        r"\1",
        r"\8",
        r"\c",
        r"\E",
        r"\Z",
        r"\h",
        r"\é",
        r"\x4",
        r"\x{}",
        r"\x{110000}",
        r"\p{Nonsense}",
        r"\p{L",
        r"\p",
        "[b-a]",
        "[[:nonsense:]]",
        r"[\b]",
        r"[\Qa\E]",
        "(?i",
        r"\u0041",
        r"\<a(",
    ] {
        assert!(Pattern::compile(pattern).is_err(), "{pattern}");
    }
}

#[test]
fn reasons_are_one_line() {
    for pattern in ["(", "[b-a]", "a**", r"\1", r"\p{Nonsense}"] {
        let reason = Pattern::compile(pattern).unwrap_err();
        assert!(!reason.is_empty() && !reason.contains('\n'), "{reason}");
    }
}
