use super::*;

const IV_TEXT: &str = "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=";
const TAG_TEXT: &str = "YNeDDoxCnqXdVpTDsCPQ2A==";

/// A token with these fields, each with its label but for the prefix of the first.
fn token(data: &str, iv: &str, tag: &str, rest: &str) -> String {
    format!("ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:{rest}")
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "rows read better without references"
)]
fn check(text: &str, expected: Result<Kind, Error>) {
    assert_eq!(
        Token::parse(text.as_bytes()).map(|token| token.kind()),
        expected,
        "{text:?}"
    );
}

fn check_end(rest: &str, expected: Result<Kind, Error>) {
    check(&token("ojS9sy1swQ==", IV_TEXT, TAG_TEXT, rest), expected);
}

#[test]
fn every_type_is_found() {
    use Kind::{Bool, Bytes, Comment, Float, Int, Str, Time};
    for kind in [Str, Int, Float, Bool, Bytes, Time, Comment] {
        check_end(&format!("{}]", kind.name()), Ok(kind));
    }
    for name in ["", "string", "STR", "str ", " str", "null"] {
        check_end(&format!("{name}]"), Err(Error::UnknownKind));
    }
}

#[test]
fn what_follows_the_last_bracket_of_the_line_is_ignored() {
    check_end("str] and more", Ok(Kind::Str));
    check_end("str]\nnext line]", Ok(Kind::Str));
    check_end("str]\u{FFFD},iv:x", Ok(Kind::Str));
    check_end("str]]", Err(Error::UnknownKind));
    check_end("str] more]", Err(Error::UnknownKind));
    check_end("str], type:int]", Err(Error::UnknownKind));
    check_end("str", Err(Error::NotAToken));
    check_end("st\nr]", Err(Error::NotAToken));
}

#[test]
fn nothing_stands_before() {
    let whole = token("ojS9sy1swQ==", IV_TEXT, TAG_TEXT, "str]");
    for text in [
        format!(" {whole}"),
        format!("\n{whole}"),
        format!("x{whole}"),
        whole.to_lowercase(),
        whole[1..].into(),
    ] {
        check(&text, Err(Error::NotAToken));
        assert!(!looks_sealed(text.as_bytes()));
    }
    assert!(looks_sealed(whole.as_bytes()));
}

#[test]
fn fields_have_one_order_and_are_not_empty() {
    for text in [
        String::new(),
        "ENC[AES256_GCM,data:".into(),
        "ENC[AES256_GCM,data:]".into(),
        "ENC[AES256_CBC,data:AAAA,iv:AAAA,tag:AAAA,type:str]".into(),
        token("", IV_TEXT, TAG_TEXT, "str]"),
        token("AAAA", "", TAG_TEXT, "str]"),
        token("AAAA", IV_TEXT, "", "str]"),
        format!("ENC[AES256_GCM,iv:{IV_TEXT},data:AAAA,tag:{TAG_TEXT},type:str]"),
        format!("ENC[AES256_GCM,data:AAAA,tag:{TAG_TEXT},iv:{IV_TEXT},type:str]"),
        format!("ENC[AES256_GCM,data:AAAA,iv:{IV_TEXT},type:str,tag:{TAG_TEXT}]"),
        format!("ENC[AES256_GCM,data:AAAA,iv:{IV_TEXT},tag:{TAG_TEXT}]"),
        format!("ENC[AES256_GCM,data:AAAA, iv:{IV_TEXT},tag:{TAG_TEXT},type:str]"),
        format!("ENC[AES256_GCM,data:AA,AA,iv:{IV_TEXT},tag:{TAG_TEXT},type:str]"),
    ] {
        check(&text, Err(Error::NotAToken));
    }
}

#[test]
fn base64_is_strict() {
    let iv = |text: &str| {
        check(
            &token("AAAA", text, TAG_TEXT, "str]"),
            Err(Error::Base64 { field: "iv" }),
        );
    };
    for text in [
        "AA", "AAA", "AA=A", "A===", "====", "AAB=", "AA-_", "AA AA===", "AA==AA==", "AA\r=",
        "AA\n=",
    ] {
        iv(text);
    }
    check(
        &token("AAA", IV_TEXT, TAG_TEXT, "str]"),
        Err(Error::Base64 { field: "data" }),
    );
    // Idle bits of the last character.
    let tag = "YNeDDoxCnqXdVpTDsCPQ2B==";
    check(
        &token("AAAA", IV_TEXT, tag, "str]"),
        Err(Error::Base64 { field: "tag" }),
    );
}

#[test]
fn tag_has_16_bytes() {
    for (tag, len) in [
        ("AAAA", 3),
        ("YNeDDoxCnqXdVpTDsCPQ2AAA", 18),
        ("YNeDDoxCnqXdVpTDsCPQ2AA=", 17),
    ] {
        check(
            &token("AAAA", IV_TEXT, tag, "str]"),
            Err(Error::TagLength { len }),
        );
    }
    check(
        &token("AAAA", IV_TEXT, &"A".repeat(32), "str]"),
        Err(Error::TagLength { len: 24 }),
    );
}

#[test]
fn nonces_of_1_to_64_bytes_are_read() {
    for len in 1..=64 {
        let bytes: Vec<u8> = (0..len).collect();
        let text = token("AAAA", &STANDARD.encode(&bytes), TAG_TEXT, "str]");
        assert_eq!(Token::parse(text.as_bytes()).unwrap().nonce(), bytes);
    }
    for len in [65, 66, 67, 100] {
        let text = token("AAAA", &STANDARD.encode(vec![1; len]), TAG_TEXT, "str]");
        assert!(
            matches!(
                Token::parse(text.as_bytes()),
                Err(Error::NonceTooLong { .. })
            ),
            "{len}"
        );
    }
}

#[test]
fn lengths_are_known_beforehand() {
    for (data, len) in [("AA==", 1), ("AAA=", 2), ("AAAA", 3), ("AAAAAA==", 4)] {
        let text = token(data, IV_TEXT, TAG_TEXT, "comment]");
        assert_eq!(Token::parse(text.as_bytes()).unwrap().plaintext_len(), len);
        assert_eq!(sealed_len(Kind::Comment, len), text.len());
    }
    assert_eq!(
        sealed_len(Kind::Bytes, 9),
        sealed_len(Kind::Str, 9),
        "bytes are written as a string"
    );
}

#[test]
fn the_first_comma_is_found_wherever_it_stands() {
    for before in 0..100 {
        let mut text = vec![b'A'; before];
        assert_eq!(find_comma(&text), None);
        text.extend_from_slice(b",A,");
        assert_eq!(find_comma(&text), Some(before));
        text.extend([b','; 70]);
        assert_eq!(find_comma(&text), Some(before));
    }
}
