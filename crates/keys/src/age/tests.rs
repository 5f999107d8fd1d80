//! Identity sources and age files, as users meet them.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use age::secrecy::{ExposeSecret, SecretString};
use selkie_crypto::Secret;

use super::*;

/// Wrapping needs nothing, but for plugins.
fn wrap(recipient: &str, secret: &[u8]) -> Result<String, AgeError> {
    super::wrap(&Credentials::default(), recipient, secret)
}

/// An identity and its recipient, as text.
fn key() -> (String, String) {
    let made = generate();
    let text = String::from_utf8(made.identity.expose().to_vec()).unwrap();
    (text, made.recipient)
}

fn held(text: &str, separator: Separator) -> AgeSource {
    let content = Content::Held(Ok(Secret::from(text.to_owned())));
    AgeSource::new("SOURCE", content, separator)
}

fn with(sources: Vec<AgeSource>) -> Credentials {
    Credentials {
        age: sources,
        ..Credentials::default()
    }
}

#[test]
fn wrapped_keys_are_armoured_as_sops_does() {
    let (_, recipient) = key();
    let armored = wrap(&recipient, &[7; 32]).unwrap();
    let lines: Vec<&str> = armored.lines().collect();
    assert_eq!(lines[0], "-----BEGIN AGE ENCRYPTED FILE-----");
    assert_eq!(lines[lines.len() - 1], "-----END AGE ENCRYPTED FILE-----");
    let body = &lines[1..lines.len() - 1];
    assert!(body[..body.len() - 1].iter().all(|line| line.len() == 64));
    assert!(body[body.len() - 1].len() <= 64);
    assert!(armored.ends_with("-----\n") && !armored.contains('\r'));
}

#[test]
fn what_is_no_recipient_is_refused() {
    for recipient in [
        "age1pq1qqqq",
        "age1tag1qqqq",
        "age1yubikey1qqqq",
        "age1short",
        "AGE1QQQQ",
        "",
    ] {
        let refused = wrap(recipient, &[0; 32]).unwrap_err().to_string();
        assert_eq!(refused, format!("not an age recipient: {recipient}"));
    }
}

#[test]
fn hardware_keys_with_a_tag_are_encrypted_for() {
    // The recipients of age's own test plugin.
    let tag = "age1tag1qwe0kafsjrar4txm6heqnhpfuggzr0gvznz7fvygxrlq90u5mq2pysxtw6h";
    let wrapped = wrap(tag, b"share").unwrap();
    assert!(wrapped.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));
    let (own, _) = key();
    let credentials = with(vec![held(&own, Separator::Line)]);
    assert_eq!(unwrap(&credentials, tag, &wrapped), Ok(None));
}

/// The identity of a plugin `foobar` that has no data.
const PLUGIN: &str = "AGE-PLUGIN-FOOBAR-1QVHULF";

fn post_quantum() -> String {
    let made = generate_post_quantum();
    String::from_utf8(made.identity.expose().to_vec()).unwrap()
}

#[test]
fn identities_are_read_as_sops_reads_them() {
    use Separator::{Line, WhiteSpace};
    let (own, recipient) = key();
    let (other, _) = key();
    let wrapped = wrap(&recipient, b"share").unwrap();
    let lower = own.to_lowercase();
    // The last column is the sentence that a report shows, where the source gives nothing.
    let rows: &[(String, Separator, Option<&str>)] = &[
        (own.clone(), Line, None),
        (format!("{own}\n"), Line, None),
        (format!("# a comment\r\n\r\n{own}\r\n"), Line, None),
        (format!("{other}\n{own}\n"), Line, None),
        (format!("{other} {own}"), WhiteSpace, None),
        (
            format!("\n  # {other}"),
            WhiteSpace,
            Some("line 2 is not an age identity"),
        ),
        (
            format!("# made by x\n\t {other}\t{own} \n"),
            WhiteSpace,
            None,
        ),
        (format!("{PLUGIN}\n{own}"), Line, None),
        (format!("{}\n{own}", post_quantum()), Line, None),
        (
            format!("{own}\nAGE-PLUGIN-X-1QQ"),
            Line,
            Some("line 2 is not an age identity"),
        ),
        (
            format!("AGE-SECRET-KEY-PQ-1QQ\n{own}"),
            Line,
            Some("line 1 is not an age identity"),
        ),
        (
            format!("{other} {own}"),
            Line,
            Some("line 1 is not an age identity"),
        ),
        (
            format!(" {own}"),
            Line,
            Some("line 1 is not an age identity"),
        ),
        (
            format!("{own}\nnonsense\n"),
            Line,
            Some("line 2 is not an age identity"),
        ),
        (
            format!("{own}\nAGE-SECRET-KEY-1QQQ\n"),
            Line,
            Some("line 2 is not an age identity"),
        ),
        (lower, Line, Some("line 1 is not an age identity")),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----".to_owned(),
            Line,
            Some("line 1 is not an age identity"),
        ),
        (String::new(), Line, Some("no identity in it")),
        ("# nothing\n".to_owned(), Line, Some("no identity in it")),
        (other.clone(), Line, Some("its identity does not fit")),
        (
            format!("{other}\n{other}"),
            Line,
            Some("none of its 2 identities fits"),
        ),
        (
            PLUGIN.to_owned(),
            Line,
            Some("age-plugin-foobar cannot be started: plugins are not used here"),
        ),
    ];
    for (text, separator, expected) in rows {
        let credentials = with(vec![held(text, *separator)]);
        let got = unwrap(&credentials, &recipient, &wrapped).unwrap();
        match expected {
            None => assert_eq!(got.unwrap().expose(), b"share", "{text:?}"),
            Some(sentence) => {
                assert!(got.is_none(), "{text:?}");
                assert_eq!(
                    tried(&credentials, &recipient),
                    [format!("SOURCE: {sentence}")]
                );
            }
        }
    }
}

#[test]
fn a_failing_source_does_not_stop_the_next() {
    let (own, recipient) = key();
    let wrapped = wrap(&recipient, b"share").unwrap();
    let failing = || {
        AgeSource::new(
            "GONE",
            Content::Held(Err("no such file".to_owned())),
            Separator::Line,
        )
    };
    let credentials = with(vec![
        failing(),
        held("nonsense", Separator::Line),
        held(&own, Separator::Line),
    ]);
    assert!(
        unwrap(&credentials, &recipient, &wrapped)
            .unwrap()
            .is_some()
    );

    let credentials = with(vec![failing()]);
    assert!(
        unwrap(&credentials, &recipient, &wrapped)
            .unwrap()
            .is_none()
    );
    assert_eq!(tried(&credentials, &recipient), ["GONE: no such file"]);
    assert_eq!(
        tried(&with(Vec::new()), &recipient),
        ["there is no source of age identities"]
    );
}

#[test]
fn damage_is_told_apart_from_a_missing_identity() {
    let (own, recipient) = key();
    let sound = wrap(&recipient, &[1; 32]).unwrap();
    let credentials = with(vec![held(&own, Separator::Line)]);
    let mut flipped = sound.clone().into_bytes();
    let middle = flipped.len() * 3 / 4;
    flipped[middle] = if flipped[middle] == b'A' { b'B' } else { b'A' };
    for damaged in [
        String::new(),
        "nonsense".to_owned(),
        sound[..80].to_owned(),
        String::from_utf8(flipped).unwrap(),
    ] {
        let error = unwrap(&credentials, &recipient, &damaged).unwrap_err();
        assert_eq!(
            error,
            AgeError::Damaged {
                what: recipient.clone()
            },
            "{damaged}"
        );
    }
}

#[test]
fn a_command_runs_once_per_recipient_and_learns_which() {
    let (own, recipient) = key();
    let (_, stranger) = key();
    let runs = Arc::new(AtomicI32::new(0));
    let counted = Arc::clone(&runs);
    let get = move |asked: &str| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(Secret::from(format!("# for {asked}\n{own}\n")))
    };
    let credentials = with(vec![AgeSource::new(
        "CMD",
        Content::Asked(Box::new(get)),
        Separator::Line,
    )]);
    assert!(
        unwrap(&credentials, &stranger, &wrap(&stranger, b"x").unwrap())
            .unwrap()
            .is_none()
    );
    assert_eq!(
        tried(&credentials, &stranger),
        ["CMD: its identity does not fit"]
    );
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert!(
        unwrap(&credentials, &recipient, &wrap(&recipient, b"x").unwrap())
            .unwrap()
            .is_some()
    );
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

/// A file of identities behind a passphrase, at the least work that the format knows.
fn behind_passphrase(content: &str, passphrase: &str, armored: bool) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase));
    recipient.set_work_factor(2);
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as _)).unwrap();
    let format = if armored {
        age::armor::Format::AsciiArmor
    } else {
        age::armor::Format::Binary
    };
    let armor = age::armor::ArmoredWriter::wrap_output(Vec::new(), format).unwrap();
    let mut writer = encryptor.wrap_output(armor).unwrap();
    writer.write_all(content.as_bytes()).unwrap();
    writer.finish().unwrap().finish().unwrap()
}

#[test]
fn encrypted_identity_files_ask_once() {
    let (own, recipient) = key();
    let wrapped = wrap(&recipient, b"share").unwrap();
    for armored in [true, false] {
        for (answer, expected) in [
            (Ok("right"), None),
            (Ok("wrong"), Some("SOURCE: wrong passphrase")),
            (
                Err("no terminal"),
                Some("SOURCE: it is encrypted, and no passphrase could be asked for: no terminal"),
            ),
        ] {
            let content = behind_passphrase(&own, "right", armored);
            let asked = Arc::new(AtomicI32::new(0));
            let counted = Arc::clone(&asked);
            let credentials = Credentials {
                age: vec![AgeSource::new(
                    "SOURCE",
                    Content::Held(Ok(Secret::from(content))),
                    Separator::Line,
                )],
                ask_passphrase: Some(Box::new(move |what| {
                    assert_eq!(what, "SOURCE");
                    counted.fetch_add(1, Ordering::Relaxed);
                    answer
                        .map(|text| Secret::from(text.to_owned()))
                        .map_err(str::to_owned)
                })),
                ..Credentials::default()
            };
            for _ in 0..2 {
                let got = unwrap(&credentials, &recipient, &wrapped).unwrap();
                assert_eq!(got.is_some(), expected.is_none(), "{answer:?}");
            }
            if let Some(sentence) = expected {
                assert_eq!(tried(&credentials, &recipient), [sentence]);
            }
            assert_eq!(asked.load(Ordering::Relaxed), 1, "{answer:?}");
        }
    }
}

#[test]
fn an_identity_file_for_a_recipient_is_no_passphrase_matter() {
    let (own, recipient) = key();
    let content = wrap(&recipient, own.as_bytes()).unwrap();
    let credentials = with(vec![held(&content, Separator::Line)]);
    assert_eq!(
        tried(&credentials, &recipient),
        ["SOURCE: it is an age file, but not encrypted with a passphrase"]
    );
}

#[test]
fn generated_identities_have_their_recipient() {
    let (own, recipient) = key();
    let parsed: age::x25519::Identity = own.parse().unwrap();
    assert_eq!(parsed.to_public().to_string(), recipient);
    assert_eq!(parsed.to_string().expose_secret(), own);
    let found = recipients(
        &held(&format!("{own}\n"), Separator::Line),
        &Credentials::default(),
    );
    assert_eq!(found, Ok(vec![recipient]));
}
