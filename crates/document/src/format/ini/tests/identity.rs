//! Texts come back byte for byte, under every selector; without the layout record the data do.

use super::{data, open_text, sealed, sealed_with, shown};
use crate::selection::{Selector, SelectorFields};

/// Texts that SOPS reads, from tame to wild.
const TEXTS: &[&[u8]] = &[
    b"",
    b"\n",
    b"a=1",
    b"a=1\n",
    b"a=1\n\n\n",
    b"\xef\xbb\xbfa=1\n",
    b"\xef\xbb\xbf",
    b"a = 1\r\nb: 2\r\n\r\n[s]\r\nc=3\r\n",
    b"a=1\r",
    b"[s]\na=1\n[s]\na=2\n[DEFAULT]\nx=y\n",
    b"[s]\n[t]\n  a = 1\n\tb = 2\n",
    b"; top\n; second\na=1\n\n# section\n[s] ; inline\n# key\nb=2 # behind\nc=3 ; only behind\n",
    b"[s]\n  ; one\n  ; two\n  a = 1\n",
    b"[s]\n; one\n\n; two\n   ; three   \na = 1\n",
    b"a=1\n; trailing\n\n  ; comments\n",
    b"[s]\na=1\n; trailing",
    b"; alone",
    b"a = \"quoted\" ; c\nb = 'single'\nc = `back;tick`\nd = \"\"\"triple\"\"\"\n",
    b"a = \"x;y\"\nb = c#d\n",
    b"a = `x` junk ; lost\nb = \"\"\"x\"\"\" junk\n",
    b"a = \"\"\"one\ntwo\n\"\"\"\nb = `one\n\n two`\n",
    b"; above\na = \"\"\"one\ntwo\"\"\" ; behind\nb = `one\ntwo` # only behind\n",
    b"a = one \\\n  two \\\n three\nb = x\\\n\nc = y\\",
    b"a=1\na=2\n; c\na = secret ; d\nb=3\na=last\n",
    b"; c\na=1\na=2\n[s]\nk=x\nk=x\n",
    b"- = 1\n- = 2\n[s]\n- = 3\n`#1` = x\n",
    b"`a=b` = 1\n\"c:d\" = 2\n\"\"\"e`f\"\"\" = 3\n",
    b"a=\nb=''\nc=\"\"\nd=;c\ne=\"\"\"\"\"\"\nf=``\n",
    b"a = `b`c`\nb = \"\"\"x\"\"\"\"\nc = \"\nd = '\n",
    b"[a]b] ; see\nx=1\n[#]\ny=2\n",
    b";\n;;; \n; ;x\n#\ta\na=1\n",
    b"#\n# b\na=1\n",
    b"\xff = \xfe\n[\xfd]\nk = \xfc \\\n \xfb\n; \xfa\n   ; \xf9\nl = x\n",
    "ä = ö\u{a0}\n[\u{3000}]\nk = \u{2028}v\u{85}\n".as_bytes(),
    b"\x00 = \x00 \\\n x\n",
    b"a=# \na=\nb = \nb = \n",
    b";\nx=;\t\nd:",
    b"k_unencrypted = plain \\\n more\nk_unencrypted = \"x\" ; c\n; y\nl_unencrypted = `a\nb` ; c\n",
    // Without the comment behind it, a backslash would take the next line along.
    b"#\n_unencrypted=\\;",
    b"; c\nk_unencrypted = x \\ ; d\nl=y\n",
    b"; c\nk_unencrypted = \"\"\"x\ny\"\"\" \\ ; d\nl=y\n",
    b"; c\nk_unencrypted = `x\ny` z ; d\nl=y\n",
    b"a=\\#\nb_unencrypted=\\;\n",
    // Three quotes that end the text open nothing, as long as nothing is behind them.
    b"a=\"\"\"",
    b"[s]\na=1\nb=2\na=\"\"\"",
    b"a_unencrypted=\"\"\"",
    b"[s]\na_unencrypted=1\nb=2\n; c\na_unencrypted= \"\"\"",
    // Of the first line that has the quote, the last one ends the value.
    b"c:`\n\"\"\"``",
    b"a:`\"\"\"\n``\nb=1\n",
    b"D=\"\"\"\n\"\"\"`\"\"\"",
    b"s=\"\"\"`\n\"\"\"\"\"\"\n",
    b"\xef\xbb\xbf-=",
    b"\"\"\";\"\"\"=",
    b"\xef\xbb\xbf\xef\xbb\xbfa=1\n",
    b"\xff\xfea=1\n",
    b"[s]\n; o\x98e\n\x0b; acgAnd\na=\x0f\x00\x00\x00=\"\"\x92d= \\;c\ne=b='=''\n",
];

#[test]
fn every_byte_comes_back() {
    for text in TEXTS {
        let bytes = sealed(text);
        let opened = open_text(&bytes)
            .unwrap_or_else(|error| panic!("{}\n{}\n{error}", shown(text), shown(&bytes)));
        assert_eq!(
            shown(opened.plain.source()),
            shown(text),
            "{}",
            shown(&bytes)
        );
        assert!(opened.plain.source() == *text);
        assert!(
            opened.exact && opened.warnings.is_empty(),
            "{}",
            shown(text)
        );
    }
}

#[test]
fn every_byte_comes_back_under_every_selector() {
    let selectors = [
        (Selector::EncryptedRegex, "^[a-k]$"),
        (Selector::UnencryptedRegex, "s"),
        (Selector::EncryptedCommentRegex, "^[co]"),
        (Selector::UnencryptedCommentRegex, "^(t|second|c$)"),
        (Selector::EncryptedSuffix, "a"),
    ];
    for (selector, pattern) in selectors {
        let mut fields = SelectorFields::default();
        fields.set(selector, pattern.to_owned());
        for text in TEXTS {
            let bytes = sealed_with(text, &fields, true);
            let opened = open_text(&bytes).unwrap_or_else(|error| {
                panic!("{selector:?} {}\n{}\n{error}", shown(text), shown(&bytes))
            });
            assert_eq!(
                shown(opened.plain.source()),
                shown(text),
                "{selector:?}\n{}",
                shown(&bytes)
            );
        }
    }
}

#[test]
fn without_the_record_the_data_stay() {
    for text in TEXTS.iter().filter(|it| it.is_ascii()) {
        let bytes = sealed_with(text, &SelectorFields::default(), false);
        let opened = open_text(&bytes)
            .unwrap_or_else(|error| panic!("{}\n{}\n{error}", shown(text), shown(&bytes)));
        assert_eq!(
            data(&shown(opened.plain.source())),
            data(&shown(text)),
            "{}",
            shown(&bytes)
        );
    }
}

#[test]
fn the_record_is_written_only_where_it_is_needed() {
    #[track_caller]
    fn check(text: &str, needed: bool) {
        assert_eq!(
            shown(&sealed(text.as_bytes())).contains("\nlayout "),
            needed,
            "{text}"
        );
    }
    check(
        "; a\n; b\na = 1 \n\n; c\n[s]\n\tb: \"x\" ; d\n  ; e\n  ; f\n  c=`;`\n; g\n",
        false,
    );
    check("d = \"\"\"x\n`y`\"\"\"\n", false);
    check("a = x\\\ny\n", true);
    check("[s] ; c\n", true);
    check("; a\nb=c ; d\n", true);
}
