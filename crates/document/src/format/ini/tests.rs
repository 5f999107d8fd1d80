use selkie_crypto::{Secret, Timestamp};

use crate::path::Path;
use crate::selection::{Selector, SelectorFields};
use crate::testing::{header, key, rng};
use crate::{Error, Format, Nonces, Opened, Plain, Sealed, Value, open, seal, set, unset};

fn read(text: &[u8]) -> Result<Plain, Error> {
    Plain::read(Format::Ini, Secret::from(text.to_vec()))
}

fn sealed_with(text: &[u8], selector: &SelectorFields, layout: bool) -> Vec<u8> {
    let mut header = header(selector);
    header.layout = layout;
    let plain = read(text).unwrap();
    seal(plain, &key(), header, &Nonces::none(), &mut rng(1))
        .unwrap()
        .bytes
}

fn sealed(text: &[u8]) -> Vec<u8> {
    sealed_with(text, &SelectorFields::default(), true)
}

fn open_text(bytes: &[u8]) -> Result<Opened, Error> {
    open(Sealed::read(Format::Ini, bytes.to_vec())?, &key())
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Keys and values as SOPS has them, a line each.
fn data(text: &str) -> Vec<String> {
    let tree = read(text.as_bytes()).unwrap().tree;
    (1..tree.nodes.len() as u32)
        .map(|index| format!("{}={}", tree.path_text(index), shown(tree.value(index))))
        .collect()
}

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
fn no_secret_stays_behind() {
    let texts: &[&str] = &[
        "a=secret\na=x\n",
        "; secret\na=x\na=y\n",
        "a=x ; secret\n",
        "a=\"\"\"x\n\"\"\" ; secret\n",
        "; c\na=\"\"\"x\n\"\"\" ; secret\n",
        "a=`x` secret\n",
        "a=x\\\nsecret\n",
        "a=x\n; secret\n",
        "a=x\n; one\n; secret\n",
        "; one\n[s] ; secret\n",
        "; one\na=x ; secret\n",
        "a=\"x;secret\"\n",
        "; secret",
    ];
    for text in texts {
        let bytes = shown(&sealed(text.as_bytes()));
        assert!(!bytes.contains("secret"), "{text}\n{bytes}");
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

#[test]
fn data_are_what_sops_reads() {
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(data(text), expected, "{text}");
    }
    check("a=1", &[r#"["DEFAULT"]="#, r#"["DEFAULT"]["a"]=1"#]);
    check(
        "b=1\na=2\nb=3 ; c\n[s]\n-=x\n- = y\n",
        &[
            r#"["DEFAULT"]="#,
            r#"["DEFAULT"]["b"]=3"#,
            r#"["DEFAULT"]["a"]=2"#,
            r#"["s"]="#,
            r##"["s"]["#1"]=x"##,
            r##"["s"]["#2"]=y"##,
        ],
    );
    check(
        "[DEFAULT]\n[s]",
        &[r#"["DEFAULT"]="#, r#"["DEFAULT"]="#, r#"["s"]="#],
    );
}

/// With the metadata behind them they would begin a value of several lines; a token in their place does not.
#[test]
fn three_quotes_at_the_end_stay_only_if_they_are_sealed() {
    for text in [&b"a=\"\"\""[..], b"[s]\na=1\nb=2\na=\"\"\""] {
        let opened = open_text(&sealed(text)).unwrap();
        assert_eq!(shown(opened.plain.source()), shown(text));
    }
    for text in [
        &b"a_unencrypted=\"\"\""[..],
        b"[s]\na_unencrypted=1\nb=2\na_unencrypted=\"\"\"",
    ] {
        let header = header(&SelectorFields::default());
        let result = seal(
            read(text).unwrap(),
            &key(),
            header,
            &Nonces::none(),
            &mut rng(1),
        );
        let refused = matches!(
            result,
            Err(Error::Refused {
                reason: crate::Refusal::OpenQuotes,
                ..
            })
        );
        assert!(refused, "{}", shown(text));
    }
}

#[test]
fn what_sops_refuses_is_refused() {
    #[track_caller]
    fn check(text: &str, line: usize) {
        assert!(
            matches!(read(text.as_bytes()), Err(Error::Syntax { line: at, .. }) if at == line),
            "{text:?}"
        );
    }
    check("a", 1);
    check("a=1\nb\n", 2);
    check("[]\n", 1);
    check("\n[s\n", 2);
    check("=x\n", 1);
    check("`a=x\n", 1);
    check("a=`x\n\n", 1);
    check("a=\"\"\"x", 1);
    assert!(matches!(
        read(b"a=1\n[sops]\n"),
        Err(Error::AlreadyEncrypted { line: 2 })
    ));
    let twice = [sealed(b"a=1\n"), b"[sops]\n".to_vec()].concat();
    assert!(matches!(
        Sealed::read(Format::Ini, twice),
        Err(Error::Syntax { .. })
    ));
}

#[test]
fn a_comment_is_only_ever_a_comment() {
    use selkie_crypto::{Cipher, Kind, Nonce};
    let token = Cipher::new(&key()).seal(
        Kind::Comment,
        b"one\nevil=1\n[x]",
        b"DEFAULT:",
        &Nonce::generate(&mut rng(9)),
    );
    let bytes = shown(&sealed(b"a=1\n"));
    let above = format!("  ; {token}\n{bytes}");
    assert_eq!(
        shown(open_text(above.as_bytes()).unwrap().plain.source()),
        "  ; one\n  ; evil=1\n  ; [x]\na=1\n"
    );
    let behind = bytes.replacen("str]\n", &format!("str] # {token}\n"), 1);
    let text = shown(open_text(behind.as_bytes()).unwrap().plain.source());
    assert_eq!(data(&text), data("a=1\n"), "{text}");
}

#[test]
fn a_copied_value_is_no_comment() {
    let text = shown(&sealed(b"[s]\na=secret\nb=x\n"));
    let token = text.lines().nth(1).unwrap().strip_prefix("a=").unwrap();
    let forged = text.replacen("\nb=", &format!("\n; {token}\nb="), 1);
    assert!(matches!(
        open_text(forged.as_bytes()),
        Err(Error::Forgery { line: 3 })
    ));
}

#[test]
fn values_are_set_and_taken_out() {
    #[track_caller]
    fn check(text: &str, path: &str, value: Option<Value>, after: &str) {
        let file = Sealed::read(Format::Ini, sealed(text.as_bytes())).unwrap();
        let (path, now) = (
            Path::parse(path).unwrap(),
            Timestamp::from_unix(1_800_000_000),
        );
        let changed = match value {
            Some(value) => set(file, &key(), &path, value, now, &mut rng(2)),
            None => unset(file, &key(), &path, now, &mut rng(2)),
        };
        let bytes = changed.unwrap().bytes;
        let opened = open_text(&bytes).unwrap();
        assert_eq!(shown(opened.plain.source()), after, "{}", shown(&bytes));
    }
    let text = |text: &str| Some(Value::Str(Secret::from(text.as_bytes().to_vec())));
    let a = r#"["DEFAULT"]["a"]"#;
    check("a = \n", a, text("2"), "a = 2\n");
    check("a=\n", a, text("2"), "a=2\n");
    check("a = ; c\n", a, text("2"), "a = 2; c\n");
    check("a = 1\n", r#"["DEFAULT"]["a"]"#, text("2"), "a = 2\n");
    check(
        "a = 1\n",
        r#"["DEFAULT"]["b"]"#,
        text("2"),
        "a = 1\nb = 2\n",
    );
    check(
        "[s]\n  a = 1\n\n[t]\n",
        r#"["s"]["b"]"#,
        text("x;y"),
        "[s]\n  a = 1\n  b = `x;y`\n\n[t]\n",
    );
    check(
        "[s]\na = \"1\" ; c\n",
        r#"["s"]["a"]"#,
        text("x y"),
        "[s]\na = \"x y\" ; c\n",
    );
    check(
        "[s]\na = 1 ; c\n",
        r#"["s"]["a"]"#,
        text("x;y"),
        "[s]\n; c\na = `x;y`\n",
    );
    check(
        "[s]\na = 1",
        r#"["n"]["k"]"#,
        text("v"),
        "[s]\na = 1\n\n[n]\nk = v",
    );
    check("", r#"["n"]["k"]"#, text("v"), "[n]\nk = v\n");
    check(
        "; c\n[s]\n",
        r#"["DEFAULT"]["k"]"#,
        text("v"),
        "k = v\n; c\n[s]\n",
    );
    check(
        "[s]\na=1\n; t\n",
        r#"["n"]["k"]"#,
        text("v"),
        "[s]\na=1\n\n[n]\nk = v\n; t\n",
    );
    check(
        "[s]\na=1\nb=2\n",
        r#"["s"]"#,
        Some(Value::Map(vec![("c".into(), Value::Int(3))])),
        "[s]\nc = 3\n",
    );
    check(
        "[s]\n; c\na=1 ; d\nb=2\n",
        r#"["s"]["a"]"#,
        None,
        "[s]\nb=2\n",
    );
    check("[s]\na=1\nb=2\na=3\n", r#"["s"]["a"]"#, None, "[s]\nb=2\n");
    check(
        "a=1\n[s]\nb=2\n[t]\nc=3\n",
        r#"["s"]"#,
        None,
        "a=1\n[t]\nc=3\n",
    );
    check(
        "k_unencrypted=1 ; c\n",
        r#"["DEFAULT"]["k_unencrypted"]"#,
        text("x;y"),
        "; c\nk_unencrypted=`x;y`\n",
    );
    check(
        "k_unencrypted=1\n",
        r#"["DEFAULT"]["k_unencrypted"]"#,
        Some(Value::Bool(true)),
        "k_unencrypted=true\n",
    );
}

#[test]
fn what_has_no_place_is_not_set() {
    #[track_caller]
    fn check(path: &str, value: Value, expected: &str) {
        let file = Sealed::read(Format::Ini, sealed(b"[s]\na=1\n")).unwrap();
        let (path, now) = (
            Path::parse(path).unwrap(),
            Timestamp::from_unix(1_800_000_000),
        );
        let error = set(file, &key(), &path, value, now, &mut rng(2)).unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{error:?}");
    }
    check(r#"["sops"]["x"]"#, Value::Int(1), "AlreadyEncrypted");
    check(r#"["x"]"#, Value::Int(1), "Conversion");
    check(r#"["s"]["a"]"#, Value::Null, "Conversion");
    check(r#"["s"]["a"]["b"]"#, Value::Int(1), "Conversion");
    check(r#"["s"][""]"#, Value::Int(1), "Conversion");
    check(r#"["s"]["-"]"#, Value::Int(1), "Conversion");
}
