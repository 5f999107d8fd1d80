//! The gates of a key service, without a network.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use selkie_crypto::AgeRecipient;

use super::*;
use crate::Credentials;
use crate::age::{AgeSource, Content, Separator, generate};

/// A service with one identity, its recipient, and what its log says.
pub(super) fn service() -> (Service, Recipient, Arc<Mutex<Vec<String>>>) {
    let generated = generate();
    let content = Content::Held(Ok(generated.identity));
    let credentials = Credentials {
        age: vec![AgeSource::new("test", content, Separator::Line)],
        ..Credentials::default()
    };
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let log: Log = Box::new(move |call| log.lock().unwrap().push(call.outcome.to_string()));
    let recipient = Recipient::Age(AgeRecipient::parse(&generated.recipient).unwrap());
    (
        Service::new(KeyService::Local(credentials), log),
        recipient,
        lines,
    )
}

fn key() -> Secret {
    Secret::from(vec![7; 32])
}

/// Says yes, and counts.
fn agreeing() -> (Ask, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let ask: Ask = Box::new(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        true
    });
    (ask, asked)
}

#[test]
fn what_is_wrapped_is_unwrapped() {
    let (service, recipient, lines) = service();
    let enc = service.wrap(Some(recipient.clone()), &key(), "me").unwrap();
    let secret = service.unwrap(Some(recipient), &enc, "me").unwrap();
    assert_eq!(secret, key());
    assert_eq!(*lines.lock().unwrap(), ["done", "done"]);
}

#[test]
fn only_keys_are_served() {
    let (service, recipient, lines) = service();
    for length in [0, 31, 34, 1000] {
        let secret = Secret::from(vec![7; length]);
        service
            .wrap(Some(recipient.clone()), &secret, "me")
            .unwrap_err();
        let Recipient::Age(age) = &recipient else {
            unreachable!()
        };
        // Wrapped elsewhere, a secret of another kind must not be had here.
        let enc =
            crate::age::wrap(&Credentials::default(), &age.recipient, secret.expose()).unwrap();
        service
            .unwrap(Some(recipient.clone()), &enc, "me")
            .unwrap_err();
    }
    service.unwrap(None, "enc", "me").unwrap_err();
    let lines = lines.lock().unwrap();
    assert_eq!(lines.len(), 9);
    assert!(
        lines.iter().all(|line| line.starts_with("refused: ")),
        "{lines:?}"
    );
}

#[test]
fn the_list_comes_before_the_question() {
    let (service, recipient, lines) = service();
    let enc = service.wrap(Some(recipient.clone()), &key(), "me").unwrap();
    let (ask, asked) = agreeing();
    let service = service.allow(vec!["age1other".to_owned()]).ask(ask);
    service
        .unwrap(Some(recipient.clone()), &enc, "me")
        .unwrap_err();
    service
        .wrap(Some(recipient.clone()), &key(), "me")
        .unwrap_err();
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    assert_eq!(
        lines.lock().unwrap()[1..],
        ["refused: the key is not on the list"; 2]
    );
    let service = service.allow(vec![recipient.identifier()]);
    service.unwrap(Some(recipient), &enc, "me").unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn the_question_comes_before_the_identity() {
    let touched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&touched);
    let generated = generate();
    let read = move || {
        count.fetch_add(1, Ordering::SeqCst);
        Err("it is not to be read".to_owned())
    };
    let content = Content::Once(Box::new(read));
    let credentials = Credentials {
        age: vec![AgeSource::new("test", content, Separator::Line)],
        ..Credentials::default()
    };
    let recipient = Recipient::Age(AgeRecipient::parse(&generated.recipient).unwrap());
    let service = Service::new(KeyService::Local(credentials), Box::new(|_| ()));
    let enc = service.wrap(Some(recipient.clone()), &key(), "me").unwrap();
    let question = Arc::new(Mutex::new(String::new()));
    let asked = Arc::clone(&question);
    let service = service.ask(Box::new(move |text| {
        *asked.lock().unwrap() = text.to_owned();
        false
    }));
    let refused = service.unwrap(Some(recipient), &enc, "uid 7").unwrap_err();
    assert_eq!(refused, Outcome::Declined);
    assert_eq!(touched.load(Ordering::SeqCst), 0);
    let expected = format!("uid 7 asks to decrypt with age {}", generated.recipient);
    assert_eq!(*question.lock().unwrap(), expected);
}

#[test]
fn what_is_kept_is_not_asked_for_again() {
    let (service, recipient, lines) = service();
    let (ask, asked) = agreeing();
    let service = service.ask(ask).keep(Keeping {
        time: Duration::from_mins(1),
        clock: Box::new(|| Duration::from_secs(1)),
    });
    let enc = service.wrap(Some(recipient.clone()), &key(), "me").unwrap();
    for _ in 0..3 {
        let secret = service.unwrap(Some(recipient.clone()), &enc, "me").unwrap();
        assert_eq!(secret, key());
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    service.forget();
    service.unwrap(Some(recipient), &enc, "me").unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    let expected = [
        "done",
        "done",
        "done, from memory",
        "done, from memory",
        "done",
    ];
    assert_eq!(*lines.lock().unwrap(), expected);
}

#[test]
fn a_stranger_s_key_is_named_as_such() {
    let (service, recipient, _) = service();
    let (other, ..) = self::service();
    let enc = service.wrap(Some(recipient.clone()), &key(), "me").unwrap();
    assert_eq!(
        other.unwrap(Some(recipient), &enc, "me"),
        Err(Outcome::NoIdentity)
    );
}
