//! What is data and what is a comment, as sops reads it; and that neither stays readable.

use super::{data, open_text, read, sealed, shown};
use crate::testing::{key, rng};
use crate::{Error, Format, Sealed};

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
