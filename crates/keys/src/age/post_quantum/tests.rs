//! A key and a file of the real age, and what must be refused.

use age::Identity as _;
use age::Recipient as _;

use super::*;
use crate::Credentials;
use crate::age::{AgeSource, Content, Separator, generate_post_quantum, recipients, unwrap, wrap};

const KEY_FILE: &str = include_str!("../../../../../tests/vectors/age/post-quantum.txt");
const SEALED: &str = include_str!("../../../../../tests/vectors/age/post-quantum.age");

fn with(keys: &str) -> Credentials {
    let content = Content::Held(Ok(Secret::from(keys.to_owned())));
    Credentials {
        age: vec![AgeSource::new("KEYS", content, Separator::Line)],
        ..Credentials::default()
    }
}

/// The recipient that age-keygen wrote beside the key.
fn recipient() -> &'static str {
    let line = KEY_FILE
        .lines()
        .find_map(|line| line.strip_prefix("# public key: "));
    line.unwrap()
}

#[test]
fn the_real_age_agrees_on_recipient_and_file() {
    let credentials = with(KEY_FILE);
    let found = recipients(&credentials.age[0], &credentials).unwrap();
    assert_eq!(found, [recipient()]);
    let opened = unwrap(&credentials, recipient(), SEALED).unwrap();
    assert_eq!(
        opened.unwrap().expose(),
        b"0123456789abcdef0123456789abcdef"
    );
}

#[test]
fn new_keys_open_what_is_for_them_alone() {
    let (one, other) = (generate_post_quantum(), generate_post_quantum());
    let text = |key: &Secret| String::from_utf8(key.expose().to_vec()).unwrap();
    let own = with(&format!(
        "{}\n{}\n",
        text(&other.identity),
        text(&one.identity)
    ));
    let wrapped = wrap(&own, &one.recipient, b"share").unwrap();
    assert_eq!(
        unwrap(&own, &one.recipient, &wrapped)
            .unwrap()
            .unwrap()
            .expose(),
        b"share"
    );
    let foreign = with(&text(&other.identity));
    assert_eq!(unwrap(&foreign, &one.recipient, &wrapped), Ok(None));
    let again = PostQuantumIdentity::parse(&text(&one.identity)).unwrap();
    assert_eq!(
        (again.text(), again.recipient()),
        (one.identity, one.recipient)
    );
}

/// Points of the curve whose multiples are few: zero, one, and two of order eight.
const LOW: [[u8; 32]; 3] = {
    let mut one = [0; 32];
    one[0] = 1;
    let eight = [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
        0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
        0xb8, 0x00,
    ];
    [[0; 32], one, eight]
};

#[test]
fn recipients_that_weaken_the_hybrid_are_refused() {
    let sound = decode(recipient(), NAME).unwrap().expose().to_vec();
    let encode = |bytes: &[u8]| bech32_encode(Hrp::parse_unchecked(NAME), bytes);
    assert!(PostQuantumRecipient::parse(&encode(&sound)).is_some());
    for point in LOW {
        let mut weak = sound.clone();
        weak[1184..].copy_from_slice(&point);
        assert!(PostQuantumRecipient::parse(&encode(&weak)).is_none());
    }
    let mut not_reduced = sound.clone();
    // The first number, of twelve bits, is 4095; the modulus is 3329.
    not_reduced[0] = 0xff;
    not_reduced[1] |= 0x0f;
    assert!(PostQuantumRecipient::parse(&encode(&not_reduced)).is_none());
    assert!(PostQuantumRecipient::parse(&encode(&sound[1..])).is_none());
    for text in [
        &recipient().to_uppercase()[..],
        &recipient()[..100],
        "age1pq1",
        "age1xyz",
    ] {
        assert!(PostQuantumRecipient::parse(text).is_none(), "{text}");
    }
}

/// Something done to a sound stanza.
type Change = fn(&mut Stanza);

#[test]
fn stanzas_are_taken_as_age_takes_them() {
    let made = PostQuantumIdentity::generate();
    let recipient = PostQuantumRecipient::parse(&made.recipient()).unwrap();
    let key = FileKey::init_with_mut(|key| key.fill(7));
    let wrapped = || recipient.wrap_file_key(&key).unwrap().0.remove(0);
    let opens = |stanza: Stanza| match made.unwrap(&[stanza]) {
        None => "no",
        Some(Ok(got)) => {
            assert_eq!(got.expose_secret(), &[7; 16]);
            "yes"
        }
        Some(Err(_)) => "damaged",
    };
    let share = |stanza: &Stanza| BASE64_STANDARD_NO_PAD.decode(&stanza.args[0]).unwrap();
    let with_point = |point: [u8; 32]| {
        let mut stanza = wrapped();
        let mut bytes = share(&stanza);
        bytes[1088..].copy_from_slice(&point);
        stanza.args[0] = BASE64_STANDARD_NO_PAD.encode(bytes);
        stanza
    };
    assert_eq!(opens(wrapped()), "yes");
    for point in LOW {
        assert_eq!(opens(with_point(point)), "damaged");
    }
    // ML-KEM never says that a share is wrong; the tag of the body does.
    assert_eq!(opens(with_point([9; 32])), "no");
    let rows: [(Change, &str); 7] = [
        (|stanza| stanza.tag = "X25519".to_owned(), "no"),
        (|stanza| stanza.body[0] ^= 1, "no"),
        (|stanza| stanza.body.push(0), "damaged"),
        (|stanza| stanza.args.push("x".to_owned()), "damaged"),
        (|stanza| stanza.args.clear(), "damaged"),
        (|stanza| stanza.args[0].push_str("AAAA"), "damaged"),
        (|stanza| stanza.args[0].push('='), "damaged"),
    ];
    for (index, (change, expected)) in rows.into_iter().enumerate() {
        let mut stanza = wrapped();
        change(&mut stanza);
        assert_eq!(opens(stanza), expected, "{index}");
    }
    let classic = age::x25519::Identity::generate();
    assert!(classic.unwrap_stanza(&wrapped()).is_none());
}
