//! Bytes there and back, by both ways, and what is refused.

use selkie_crypto::Secret;

use super::*;
use crate::metadata::MetadataError;
use crate::path::Path;
use crate::selection::SelectorFields;
use crate::testing::{header, key, rng};
use crate::{Nonces, Plain, Value};

fn sealed_with(content: &[u8], header: Header) -> Vec<u8> {
    let sealed = seal(content.to_vec().into(), &key(), header, &mut rng(1)).unwrap();
    let mut text = Vec::new();
    sealed.write(&mut text).unwrap();
    assert_eq!(text.len(), sealed.len());
    text
}

fn sealed(content: &[u8]) -> Vec<u8> {
    sealed_with(content, header(&SelectorFields::default()))
}

fn read(text: &[u8]) -> Sealed {
    Sealed::read(Format::Binary, text.to_vec()).unwrap()
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index * 7 % 256) as u8).collect()
}

#[test]
fn any_bytes_come_back() {
    let all: Vec<u8> = (0..=255).collect();
    let mut contents: Vec<Vec<u8>> = (0..70).map(bytes).collect();
    contents.extend([12_287, 12_288, 12_289, 24_577, 300_000].map(bytes));
    contents.push(all);
    contents.push(b"\r\nline\r\n\0".to_vec());
    contents.push(b"ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]".to_vec());
    contents.push(b"{\"sops\": {\"mac\": 1}}".to_vec());
    for content in &contents {
        let text = sealed(content);
        let opened = open(read(&text), &key()).unwrap();
        assert!(opened.content.expose() == content, "{}", content.len());
        // What works on trees makes the same of it.
        let tree = crate::open(read(&text), &key()).unwrap();
        assert!(tree.plain.source() == content && tree.exact);
        let plain = Plain::read(Format::Binary, content.clone().into()).unwrap();
        let header = header(&SelectorFields::default());
        let again = crate::seal(plain, &key(), header, &tree.nonces(&key()), &mut rng(2)).unwrap();
        let opened = open(read(&again.bytes), &key()).unwrap();
        assert!(opened.content.expose() == content, "{}", content.len());
        assert_eq!(value(&again.bytes), value(&text), "the nonce is kept");
    }
}

fn value(text: &[u8]) -> Vec<u8> {
    text.split(|byte| *byte == b'\n').nth(1).unwrap().to_vec()
}

#[test]
fn the_text_is_that_of_sops() {
    let text = String::from_utf8(sealed(b"hello\n")).unwrap();
    let mut lines = text.lines();
    let mut begins = |with: &str| {
        let line = lines.next().unwrap();
        assert!(line.starts_with(with), "{line} is not {with}");
    };
    begins("{");
    begins("\t\"data\": \"ENC[AES256_GCM,data:");
    begins("\t\"sops\": {");
    begins("\t\t\"age\": [");
    begins("\t\t\t{");
    begins("\t\t\t\t\"enc\": \"-----BEGIN AGE ENCRYPTED FILE-----\\nAAAA\\n");
    begins("\t\t\t\t\"recipient\": \"age1");
    begins("\t\t\t}");
    begins("\t\t],");
    begins("\t\t\"lastmodified\": \"2023-11-14T22:13:20Z\",");
    begins("\t\t\"mac\": \"ENC[AES256_GCM,data:");
    begins("\t\t\"version\": \"3.13.3\"");
    begins("\t}");
    begins("}");
    assert!(text.ends_with("\n}\n"));
    let empty = String::from_utf8(sealed(b"")).unwrap();
    assert!(empty.starts_with("{\n\t\"data\": \"\",\n\t\"sops\": {\n"));
}

#[test]
fn what_a_binary_file_cannot_have_is_named() {
    let selector = SelectorFields {
        encrypted_regex: Some("^never$".into()),
        ..SelectorFields::default()
    };
    let mut header = header(&selector);
    header.mac_only_encrypted = true;
    let ignored = ["encrypted_regex", "mac_only_encrypted"].map(|field| Warning::Ignored { field });
    let whole = seal(b"x".to_vec().into(), &key(), header.clone(), &mut rng(1)).unwrap();
    assert_eq!(whole.warnings, ignored);
    let plain = Plain::read(Format::Binary, b"x".to_vec().into()).unwrap();
    let tree = crate::seal(plain, &key(), header.clone(), &Nonces::none(), &mut rng(1)).unwrap();
    assert_eq!(tree.warnings, ignored);
    for text in [sealed_with(b"x", header), tree.bytes] {
        let text = String::from_utf8(text).unwrap();
        assert!(
            !text.contains("regex") && !text.contains("mac_only"),
            "{text}"
        );
        assert!(!text.contains("suffix"), "{text}");
        assert_eq!(
            open(read(text.as_bytes()), &key())
                .unwrap()
                .content
                .expose(),
            b"x"
        );
    }
}

/// A file with another text in the place of the value, or of anything else.
fn changed(from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(sealed(b"hello")).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn files_that_are_built_in_another_way_are_opened_too() {
    let text = String::from_utf8(sealed(b"hello")).unwrap();
    let compact: String = text.split(['\n', '\t']).collect();
    let (head, metadata) = text.split_once(",\n\t\"sops\": ").unwrap();
    let metadata = metadata.strip_suffix("\n}\n").unwrap();
    let data = head.strip_prefix("{\n").unwrap();
    let first = format!("{{\"sops\": {metadata}, {data}}}");
    let escaped = changed("AES256", "AES\\u003256");
    let bytes = changed(",type:str]\",\n\t\"sops", ",type:bytes]\",\n\t\"sops");
    let empty_member = changed("{\n", "{\"more\": {}, ");
    for text in [
        compact.into_bytes(),
        first.into_bytes(),
        escaped,
        bytes,
        empty_member,
    ] {
        let shown = String::from_utf8_lossy(&text).into_owned();
        let opened = open(read(&text), &key()).unwrap();
        assert_eq!(opened.content.expose(), b"hello", "{shown}");
    }
}

#[test]
fn a_file_of_another_kind_is_not_taken_for_one() {
    #[track_caller]
    fn check(json: &str, expected: &str) {
        let plain = Plain::read(Format::Json, json.to_owned().into()).unwrap();
        let header = header(&SelectorFields::default());
        let text = crate::seal(plain, &key(), header, &Nonces::none(), &mut rng(1)).unwrap();
        let opened = open(read(&text.bytes), &key());
        match opened {
            Ok(opened) => assert_eq!(opened.content.expose(), expected.as_bytes(), "{json}"),
            Err(error) => assert_eq!(error.to_string(), expected, "{json}"),
        }
    }
    check(r#"{"data": "text"}"#, "text");
    check(r#"{"data": "text", "more": 1}"#, "text");
    check(r#"{"more": 1, "data": "one", "data": "two"}"#, "one");
    check(
        r#"{"data": 7}"#,
        r#"["data"]: a binary file is a text, and this is none"#,
    );
    check(
        r#"{"data": null}"#,
        r#"["data"]: a binary file is a text, and this is none"#,
    );
    check(
        r#"{"data": ["x"]}"#,
        r#"["data"]: a binary file is a text, and this is none"#,
    );
    let lack = "no value `data`, which is all that a binary file is; it may be another format's";
    check(r#"{"datum": "x"}"#, lack);
    check("{}", lack);
}

#[test]
fn every_flipped_bit_is_noticed() {
    let content = b"some bytes to hide";
    let text = sealed(content);
    let end = value(&text).len() + 2;
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut text = text.clone();
            text[at] ^= 1 << bit;
            let opened = Sealed::read(Format::Binary, text).and_then(|it| open(it, &key()));
            match opened {
                // Names, recipients and blanks are nobody's business but the reader's.
                Ok(opened) => {
                    assert_eq!(opened.content.expose(), content, "{at} {bit}");
                    assert!(at == 1 || at == 2 || at >= end - 1, "{at} {bit}");
                }
                Err(error) => {
                    let shown = error.to_string();
                    assert!(!shown.contains("some bytes"), "{shown}");
                }
            }
        }
    }
}

#[test]
fn damage_is_told_for_what_it_is() {
    #[track_caller]
    fn check(text: Vec<u8>, expected: &str) {
        let opened = Sealed::read(Format::Binary, text).and_then(|it| open(it, &key()));
        assert_eq!(opened.unwrap_err().to_string(), expected);
    }
    let other = sealed(b"jello");
    let text = String::from_utf8(sealed(b"hello")).unwrap();
    // The value of another file of the same key.
    let spliced = text.replacen(
        std::str::from_utf8(&value(text.as_bytes())).unwrap(),
        std::str::from_utf8(&value(&other)).unwrap(),
        1,
    );
    let mismatch = "the MAC does not match: values were changed, moved, added or removed outside of an encrypting tool";
    check(spliced.into_bytes(), mismatch);
    let mut emptied = text.clone();
    let range = emptied.find("ENC[").unwrap()..emptied.find(",type:str]").unwrap() + 10;
    emptied.replace_range(range.clone(), "");
    check(emptied.into_bytes(), mismatch);
    let mut plain = text.clone();
    plain.replace_range(range.clone(), "hello");
    check(
        plain.into_bytes(),
        "line 2: cannot decrypt [\"data\"]: it must be encrypted, but is plain",
    );
    check(changed("\"mac\"", "\"max\""), "the file has no MAC");
    check(changed("22:13:20Z", "22:13:21Z"), "cannot decrypt the MAC");
    check(
        changed(",iv:", ",iv:A"),
        "line 2: cannot decrypt [\"data\"]: field iv of encrypted token is not valid base64",
    );
    let cut = &text.as_bytes()[..text.len() / 2];
    assert!(Sealed::read(Format::Binary, cut.to_vec()).is_err());
    let mut unverified = text.clone();
    unverified = unverified.replacen("\"mac\"", "\"max\"", 1);
    let opened = open_unverified(read(unverified.as_bytes()), &key()).unwrap();
    assert_eq!(opened.content.expose(), b"hello");
}

#[test]
fn what_is_no_envelope_is_refused() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = Sealed::read(Format::Binary, text.as_bytes().to_vec()).unwrap_err();
        assert_eq!(error.to_string(), expected, "{text}");
    }
    check(
        "{\"data\": \"x\"}",
        "sops metadata not found: the file is not encrypted",
    );
    check(
        "data: x\nsops:\n    mac: x\n",
        "line 1, column 1: only an object can stand at the top level",
    );
    check("", "line 1, column 1: there is no JSON in the file");
    let missing = Error::Metadata(MetadataError::NoKeys).to_string();
    check("{\"data\": \"x\", \"sops\": {}}", &missing);
}

#[test]
fn a_sealed_file_is_changed_like_any_other() {
    let now = header(&SelectorFields::default()).now;
    let path = Path::parse("[\"data\"]").unwrap();
    let set = |value: &str| {
        let value = Value::Str(value.to_owned().into());
        crate::set(
            read(&sealed(b"hello")),
            &key(),
            &path,
            value,
            now,
            &mut rng(3),
        )
        .unwrap()
    };
    assert_eq!(
        open(read(&set("other").bytes), &key())
            .unwrap()
            .content
            .expose(),
        b"other"
    );
    assert_eq!(value(&set("hello").bytes), value(&sealed(b"hello")));

    let other = DataKey::generate(&mut rng(4));
    let keyring = header(&SelectorFields::default()).keyring;
    let rotated = crate::rotate(
        read(&sealed(b"\xFF\0hello")),
        &key(),
        &other,
        keyring,
        now,
        &mut rng(5),
    )
    .unwrap();
    let opened = open(read(&rotated.bytes), &other).unwrap();
    assert_eq!(opened.content.expose(), b"\xFF\0hello");

    let plain = crate::open(read(&sealed(b"hello")), &key()).unwrap().plain;
    assert_eq!(plain.extract(&path).unwrap().expose(), b"hello");
    assert!(plain.extract(&Path::parse("[\"date\"]").unwrap()).is_err());
}

#[test]
fn other_formats_show_the_key() {
    let plain = |content: &[u8]| Plain::read(Format::Binary, content.to_vec().into()).unwrap();
    let text = |content: &[u8], format| plain(content).text_as(format).unwrap();
    assert_eq!(
        text(b"a\nb", Format::Json).expose(),
        b"{\n\t\"data\": \"a\\nb\"\n}\n"
    );
    assert_eq!(text(b"5", Format::Yaml).expose(), b"data: \"5\"\n");
    assert_eq!(
        text(b"\xFF\0", Format::Yaml).expose(),
        b"data: !!binary /wA=\n"
    );
    assert!(
        plain(b"\xFF").text_as(Format::Json).is_err(),
        "JSON has no bytes"
    );
    let yaml = |text: &str| Plain::read(Format::Yaml, text.to_owned().into()).unwrap();
    let back = yaml("data: x\nmore: 1\n").text_as(Format::Binary).unwrap();
    assert_eq!(back, Secret::from(b"x".to_vec()));
    let several = yaml("data: x\n---\ndata: y\n").text_as(Format::Binary);
    assert!(several.is_err());
}
