use selkie_crypto::{Secret, Timestamp};

use crate::path::Path;
use crate::selection::SelectorFields;
use crate::testing::{header, key, rng};
use crate::{Error, Format, Nonces, Plain, Sealed, Value, open, seal, set, unset};

fn read(text: &[u8]) -> Result<Plain, Error> {
    Plain::read(Format::Dotenv, Secret::from(text.to_vec()))
}

fn sealed(text: &[u8]) -> Vec<u8> {
    let header = header(&SelectorFields::default());
    let plain = read(text).unwrap();
    seal(plain, &key(), header, &Nonces::none(), &mut rng(1))
        .unwrap()
        .bytes
}

fn opened(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let opened = open(Sealed::read(Format::Dotenv, bytes.to_vec())?, &key())?;
    assert!(opened.exact && opened.warnings.is_empty());
    Ok(opened.plain.source().to_vec())
}

#[test]
fn every_byte_comes_back() {
    #[track_caller]
    fn check(text: &[u8]) {
        let bytes = sealed(text);
        assert_eq!(
            String::from_utf8_lossy(&opened(&bytes).unwrap()),
            String::from_utf8_lossy(text)
        );
        let line = b"\nsops_mac=ENC[";
        assert!(bytes.windows(line.len()).any(|it| it == line));
    }
    check(b"");
    check(b"\n");
    check(b"\n\n\n");
    check(b"A=1");
    check(b"A=1\n");
    check(b"A=1\n\n");
    check(b"A=1\r\nB=2\r\n");
    check(b"A=1\r\nB=2\r");
    check(b"# comment\n#\n## two\nA=1\n#last");
    check(b"A=a\\nb\\\\nc\\n\nB=\\\\\n");
    check(b"A==\nB=a=b\n=x\n = y \n");
    check(b"A=1\nA=2\nA=1\n");
    check(b"A=\nB_unencrypted=a\\nb\nC=c\n");
    check(b"sops=1\nSOPS_A=2\nxsops_a=3\n");
    check(b"\xef\xbb\xbfA=1\n\xff=\xfe\\n\xfd\n#\xfc\n");
    check(b"A=ENC[AES256_GCM,data:x]\n#ENC[\n");
    check(b"A=\x00\n\x01=\x7f\n");
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
    check("A", 1);
    check("A=1\n  # indented\n", 2);
    check("A=1\n \n", 2);
    check("A=1\n\r\n", 2);
    check("export A\n", 1);
}

#[test]
fn metadata_keys_are_not_for_users() {
    for text in ["sops_x=1\n", "A=1\nsops_=\n", "sops_version=3.13.3\n"] {
        assert!(matches!(
            read(text.as_bytes()),
            Err(Error::AlreadyEncrypted { .. })
        ));
    }
    let plain = Sealed::read(Format::Dotenv, b"A=1\n".to_vec());
    assert!(matches!(plain, Err(Error::NotEncrypted)));
}

#[test]
fn metadata_is_read_wherever_it_stands() {
    let bytes = sealed(b"A=1\n#c\nB=2\n");
    let text = String::from_utf8(bytes).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.rotate_left(4);
    let moved = lines.join("\n");
    let again = String::from_utf8(opened(moved.as_bytes()).unwrap()).unwrap();
    let mut found: Vec<&str> = again.lines().collect();
    found.sort_unstable();
    // The data keep their order, or the MAC would not match; the metadata go wherever they stood.
    assert_eq!(found, ["#c", "A=1", "B=2"]);
}

#[test]
fn a_comment_is_only_ever_a_comment() {
    use selkie_crypto::{Cipher, Kind, Nonce};
    let token = Cipher::new(&key()).seal(
        Kind::Comment,
        b"one\nEVIL=1\r\n",
        b":",
        &Nonce::generate(&mut rng(9)),
    );
    let text = format!("#{token}\n{}", String::from_utf8(sealed(b"A=1\n")).unwrap());
    let back = opened(text.as_bytes()).unwrap();
    assert_eq!(back, b"#one\n#EVIL=1\r\n#\nA=1\n");
}

#[test]
fn a_value_that_sops_set_opens_and_its_nonce_is_not_used_again() {
    use selkie_crypto::{Cipher, Kind, Mac, Nonce};
    let seal_as = |kind, text: &[u8], associated: &[u8]| {
        let nonce = Nonce::generate(&mut rng(9));
        Cipher::new(&key()).seal(kind, text, associated, &nonce)
    };
    for (kind, canonical, text) in [
        (Kind::Str, "a\\nb", "a\\nb"),
        (Kind::Bool, "True", "true"),
        (Kind::Float, "1", "1.0"),
    ] {
        let file = String::from_utf8(sealed(b"A=x\n")).unwrap();
        let mut mac = Mac::new(false);
        mac.update(canonical.as_bytes());
        let time = b"2023-11-14T22:13:20Z";
        let token = seal_as(kind, canonical.as_bytes(), b"A:");
        let nonce = token.split(',').find(|it| it.starts_with("iv:")).unwrap();
        let mac = seal_as(Kind::Str, mac.finish().expose(), time);
        let lines = file.lines().map(|line| match line.split_once('=') {
            Some(("A", _)) => format!("A={token}\n"),
            Some(("sops_mac", _)) => format!("sops_mac={mac}\n"),
            _ => format!("{line}\n"),
        });
        let lines: String = lines.collect();
        let file = Sealed::read(Format::Dotenv, lines.into_bytes()).unwrap();
        let opened = open(file, &key()).unwrap();
        assert_eq!(
            String::from_utf8_lossy(opened.plain.source()),
            format!("A={text}\n")
        );
        let nonces = opened.nonces(&key());
        let header = header(&SelectorFields::default());
        let again = seal(opened.plain, &key(), header, &nonces, &mut rng(3)).unwrap();
        assert!(!String::from_utf8_lossy(&again.bytes).contains(nonce));
    }
}

#[test]
fn a_copied_value_is_no_comment() {
    let text = String::from_utf8(sealed(b"A=secret\n#c\n")).unwrap();
    let token = text.lines().next().unwrap().strip_prefix("A=").unwrap();
    let forged = format!("#{token}\n{text}");
    assert!(matches!(
        opened(forged.as_bytes()),
        Err(Error::Forgery { line: 1 })
    ));
}

#[test]
fn values_are_set_and_taken_out() {
    #[track_caller]
    fn check(text: &str, path: &str, value: Option<Value>, after: &str) {
        let before = sealed(text.as_bytes());
        let file = Sealed::read(Format::Dotenv, before.clone()).unwrap();
        let (path, now) = (
            Path::parse(path).unwrap(),
            Timestamp::from_unix(1_800_000_000),
        );
        let changed = match value {
            Some(value) => set(file, &key(), &path, value, now, &mut rng(2)),
            None => unset(file, &key(), &path, now, &mut rng(2)),
        };
        let bytes = changed.unwrap().bytes;
        assert_eq!(String::from_utf8(opened(&bytes).unwrap()).unwrap(), after);
        let changed = String::from_utf8(bytes).unwrap();
        let kept = changed
            .lines()
            .filter(|line| !String::from_utf8_lossy(&before).contains(*line));
        assert!(kept.count() <= 3, "{changed}");
    }
    let text = |text: &str| Some(Value::Str(Secret::from(text.as_bytes().to_vec())));
    check("A=1\nB=2\n", r#"["A"]"#, text("x\ny"), "A=x\\ny\nB=2\n");
    check("A=1\nB=2\n", r#"["C"]"#, text("3"), "A=1\nB=2\nC=3\n");
    check("A=1", r#"["C"]"#, text("3"), "A=1\nC=3");
    check("", r#"["C"]"#, text(""), "C=\n");
    check(
        "#c",
        r#"["C_unencrypted"]"#,
        text("a\nb"),
        "#c\nC_unencrypted=a\\nb",
    );
    check("A=1\nB=2\n", r#"["A"]"#, Some(Value::Int(7)), "A=7\nB=2\n");
    check(
        "A=1\n",
        r#"["b_unencrypted"]"#,
        Some(Value::Bool(true)),
        "A=1\nb_unencrypted=true\n",
    );
    check("A=1\n", r#"["A"]"#, Some(Value::Float(1e6)), "A=1E+06\n");
    check("A=1\nB=2\nC=3\n", r#"["B"]"#, None, "A=1\nC=3\n");
    check("A=1\nB=2", r#"["B"]"#, None, "A=1");
    check("A=1", r#"["A"]"#, None, "");
    check("A=1\nA=2\n", r#"["A"]"#, text("x"), "A=x\nA=2\n");
}

#[test]
fn what_has_no_place_is_not_set() {
    #[track_caller]
    fn check(path: &str, value: Value, expected: &str) {
        let file = Sealed::read(Format::Dotenv, sealed(b"A=1\n")).unwrap();
        let (path, now) = (
            Path::parse(path).unwrap(),
            Timestamp::from_unix(1_800_000_000),
        );
        let error = set(file, &key(), &path, value, now, &mut rng(2)).unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{error:?}");
    }
    check(r#"["sops_x"]"#, Value::Int(1), "AlreadyEncrypted");
    check(r#"["A"]"#, Value::Null, "Conversion");
    let text = Secret::from(b"a\\nb".to_vec());
    check(r#"["A"]"#, Value::Str(text), "Conversion");
    check(r#"["A"]"#, Value::List(vec![]), "Conversion");
    check(r#"["A"]["b"]"#, Value::Int(1), "Conversion");
    check(r##"["#a"]"##, Value::Int(1), "Conversion");
    check(r#"["a=b"]"#, Value::Int(1), "Conversion");
}
