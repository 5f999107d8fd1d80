//! Keys in the formats that ssh-keygen writes, as recipients and as identities.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use super::*;
use crate::Credentials;
use crate::age::{AgeSource, Content, tried, unwrap, wrap};

macro_rules! key {
    ($name:literal) => {
        include_str!(concat!("../../../../../tests/vectors/ssh/", $name))
    };
}

/// A run that has one ssh key, and answers a question for its passphrase; and how often it was asked.
fn with(key: &str, answer: Result<&'static str, &'static str>) -> (Credentials, Arc<AtomicI32>) {
    let asked = Arc::new(AtomicI32::new(0));
    let counted = Arc::clone(&asked);
    let content = Content::Held(Ok(Secret::from(key.to_owned())));
    let credentials = Credentials {
        age: vec![AgeSource::ssh_key("KEY", content)],
        ask_passphrase: Some(Box::new(move |what| {
            assert_eq!(what, "KEY");
            counted.fetch_add(1, Ordering::Relaxed);
            answer
                .map(|text| Secret::from(text.to_owned()))
                .map_err(str::to_owned)
        })),
        ..Credentials::default()
    };
    (credentials, asked)
}

const RIGHT: Result<&str, &str> = Ok("correct horse");

#[test]
fn keys_open_what_is_for_them() {
    let rows = [
        (key!("ed25519"), key!("ed25519.pub"), 0),
        (key!("ed25519-locked"), key!("ed25519-locked.pub"), 1),
        (key!("rsa"), key!("rsa.pub"), 0),
        (key!("rsa-locked"), key!("rsa-locked.pub"), 1),
        (key!("rsa-pem"), key!("rsa-pem.pub"), 0),
    ];
    for (private, public, questions) in rows {
        let recipient = public.trim_end();
        let (credentials, asked) = with(private, RIGHT);
        // Nobody is asked for the passphrase of a key that does not fit, nor twice.
        let other = key!("ed25519-other.pub").trim_end();
        let foreign = wrap(&credentials, other, b"share").unwrap();
        assert_eq!(unwrap(&credentials, other, &foreign), Ok(None));
        assert_eq!(
            tried(&credentials, other),
            ["KEY: its identity does not fit"]
        );
        assert_eq!(asked.load(Ordering::Relaxed), 0);
        for _ in 0..2 {
            let wrapped = wrap(&credentials, recipient, b"share").unwrap();
            let got = unwrap(&credentials, recipient, &wrapped).unwrap();
            assert_eq!(got.unwrap().expose(), b"share", "{recipient}");
        }
        assert_eq!(asked.load(Ordering::Relaxed), questions, "{recipient}");
        // The comment takes no part in the encryption.
        let (bare, _) = recipient.split_at(recipient.rfind(" throw").unwrap());
        let wrapped = wrap(&credentials, bare, b"share").unwrap();
        assert!(unwrap(&credentials, bare, &wrapped).unwrap().is_some());
    }
}

#[test]
fn keys_that_do_not_help_say_why() {
    let ed25519 = key!("ed25519-locked.pub");
    let rsa = key!("rsa.pub");
    let rows = [
        (
            key!("ed25519-locked"),
            Ok("wrong"),
            ed25519,
            "wrong passphrase",
        ),
        (key!("ed25519-locked"), Ok(""), ed25519, "wrong passphrase"),
        (
            key!("rsa-locked"),
            Ok("wrong"),
            key!("rsa-locked.pub"),
            "wrong passphrase",
        ),
        (
            key!("ed25519-locked"),
            Err("no terminal"),
            ed25519,
            "it is encrypted, and no passphrase could be asked for: no terminal",
        ),
        (
            key!("ecdsa"),
            RIGHT,
            rsa,
            "age cannot use ssh keys of the type ecdsa-sha2-nistp256",
        ),
        (
            key!("rsa-pkcs8"),
            RIGHT,
            rsa,
            "an ssh key in an older format, which `ssh-keygen -p -f FILE` rewrites",
        ),
        (
            key!("rsa-pem-locked"),
            RIGHT,
            rsa,
            "an ssh key in an older format, which `ssh-keygen -p -f FILE` rewrites",
        ),
        (key!("rsa.pub"), RIGHT, rsa, "not an ssh private key"),
        ("", RIGHT, rsa, "not an ssh private key"),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n",
            RIGHT,
            rsa,
            "not an ssh private key",
        ),
    ];
    for (private, answer, public, expected) in rows {
        let recipient = public.trim_end();
        let (credentials, _) = with(private, answer);
        let wrapped = wrap(&credentials, recipient, b"share").unwrap();
        for _ in 0..2 {
            assert_eq!(
                unwrap(&credentials, recipient, &wrapped),
                Ok(None),
                "{expected}"
            );
            assert_eq!(tried(&credentials, recipient), [format!("KEY: {expected}")]);
        }
    }
}

#[test]
fn ssh_keys_are_left_alone_for_other_recipients() {
    let made = crate::age::generate();
    let never = || -> Content { Content::Once(Box::new(|| panic!("it is read"))) };
    let credentials = Credentials {
        age: vec![
            AgeSource::ssh_key("NAMED", never()),
            AgeSource::usual_ssh_key("USUAL", never()),
        ],
        ..Credentials::default()
    };
    let wrapped = wrap(&credentials, &made.recipient, b"share").unwrap();
    assert_eq!(unwrap(&credentials, &made.recipient, &wrapped), Ok(None));
    let expected = "NAMED: an ssh key, which is for ssh recipients only";
    assert_eq!(tried(&credentials, &made.recipient), [expected]);
}

#[test]
fn damage_is_no_missing_key() {
    for (private, public) in [
        (key!("ed25519"), key!("ed25519.pub")),
        (key!("rsa"), key!("rsa.pub")),
    ] {
        let recipient = public.trim_end();
        let (credentials, _) = with(private, RIGHT);
        let sound = wrap(&credentials, recipient, &[1; 32]).unwrap();
        let (head, tail) = sound.split_at(sound.len() * 3 / 4);
        let letter = if tail.starts_with('A') { 'B' } else { 'A' };
        let damaged = format!("{head}{letter}{}", &tail[1..]);
        let what = recipient.to_owned();
        assert_eq!(
            unwrap(&credentials, recipient, &damaged),
            Err(AgeError::Damaged { what })
        );
    }
}

/// Of 1024 and of 4104 bits.
const SMALL: &str = "\
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDMQ5C3ldzgRwNQXaRpEjcROukD1FgNM4aG6cmPYGfmG9V8qt39sicGhqKOGrT2XMF+X/sa3U\
/0lHwcDyiDEGCWNHtpsCg3252KP5PFBp8vvLpFShz9742LW5HF7F3w/1D38BX3ycsTBrcOkQkCZSXrF1BsSEyyHrRGe5pHAGYTfw==";
const LARGE: &str = "\
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAACAgCdMxA4mNfOe0/h/dA7hByOGQMKttPJOVh4psIa97UcTkOaDZsIFTyI2uUruCJjvys2wlkKDZ\
w79zdUQA/h/ZoI7l//QUe73bJUZ0uADLmLKRybjSLBdCFnKY3yhhG+TWiRkbd1EQOlShJRitl7WSbcVL1YRCq3z9UwCVh+gUhk+KCS99DOqRu0\
LWgNG6BpcEHAiWn4SPumbD2YIRUVv2/A2XxRITTQtCPjOS4fbScJz33Gc6lxjQPZLo0R16xGdYwca5HmnvJMVwR49Qlmnj53lZp11+qvWfQfVh\
kv+uujvTPuvsNkmliRylprJx4VTKvs4WkiIZead5l6yWcO/QzUoee/oGHXyIEIuKInQJPOLgKvb+Yq+3Lzvt4l9DTx0eZarONhW14Nmyw8IzbT\
NekougcrMNqzi9iYQ8mWyPsbeuoRHI+8FGDZ2kADelLg9UJ5x45vlD0iXdoDnEuAEcvIZcu/FdY9qNiiWAwxxRy/SQ3z8FEViWNsOn87vttCoC\
y4aA/fKkY7bl/g6Yn8zYzfIe9QuNoTPW7ui0ZGkGWQpP5DJNavsGno37uriGgLq1NwBeWab/B7737J+qsIw8mikfhF/Jf8yRm9oyaOWNWiZJ7l\
I0yD5DDxt27Dyhg4IabQFDK1pNbjHx4B1bbg5MeMMPh10ujqwIjlOOl20QsRiYU=";

#[test]
fn keys_that_age_cannot_encrypt_for_are_refused_by_name() {
    let rows = [
        (
            "ssh-dss AAAAB3NzaC1kc3M=",
            "age cannot encrypt for ssh keys of the type ssh-dss",
        ),
        (
            SMALL,
            "age cannot encrypt for RSA keys of fewer than 2048 bits",
        ),
        (
            LARGE,
            "age cannot encrypt for RSA keys of more than 4096 bits",
        ),
        ("ssh-ed25519 AAAA me@here", "not an age recipient"),
        ("ssh-rsa", "not an age recipient"),
    ];
    for (recipient, expected) in rows {
        let refused = wrap(&Credentials::default(), recipient, &[0; 32]).unwrap_err();
        assert_eq!(refused.to_string(), format!("{expected}: {recipient}"));
    }
}
