use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};
use sha2::{Digest, Sha256};

use super::*;

fn cipher() -> Cipher {
    let key: Vec<u8> = (0..32).collect();
    Cipher::new(&DataKey::from_slice(&key).unwrap())
}

/// The nonce of the vectors: bytes 100 to 131.
fn nonce() -> Nonce {
    let bytes: Vec<u8> = (100..132).collect();
    Nonce::from_bytes(bytes.try_into().unwrap())
}

fn open(text: &str, aad: &[u8]) -> Result<(Secret, Option<Nonce>), Error> {
    let mut out = Secret::from("kept ".to_owned());
    let result = cipher().open(&Token::parse(text.as_bytes())?, aad, &mut out);
    if result.is_err() {
        assert_eq!(out.expose(), b"kept ", "nothing is appended on failure");
    }
    let nonce = result?;
    assert_eq!(&out.expose()[..5], b"kept ");
    Ok((Secret::from(out.expose()[5..].to_vec()), nonce))
}

// The tokens were computed with another implementation, OpenSSL's through Python's `cryptography` 46.
#[test]
fn agrees_with_another_implementation() {
    for (kind, plaintext, aad, text) in [
        (
            Kind::Str,
            "hunter2",
            "database:password:",
            "ENC[AES256_GCM,data:ojS9sy1swQ==,iv:ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=,\
             tag:YNeDDoxCnqXdVpTDsCPQ2A==,type:str]",
        ),
        (
            Kind::Int,
            "42",
            "a:b:",
            "ENC[AES256_GCM,data:/nM=,iv:ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=,\
             tag:tn3rFzHygWTY2eQadincvg==,type:int]",
        ),
        (
            Kind::Comment,
            " a comment",
            ":",
            "ENC[AES256_GCM,data:6iDzpCdznhAsDw==,iv:ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=,\
             tag:jvayTyepH9igGlvnkKK9HQ==,type:comment]",
        ),
    ] {
        assert_eq!(
            cipher().seal(kind, plaintext.as_bytes(), aad.as_bytes(), &nonce()),
            text
        );
        let (opened, used) = open(text, aad.as_bytes()).unwrap();
        assert_eq!(opened.expose(), plaintext.as_bytes());
        assert_eq!(used, Some(nonce()));
    }
}

#[test]
fn agrees_on_a_plaintext_of_many_chunks() {
    let plaintext: Vec<u8> = (0..5000_usize)
        .map(|n| ((n * 7 + n / 256) % 256) as u8)
        .collect();
    let text = cipher().seal(Kind::Str, &plaintext, b"big:", &nonce());
    let digest = Sha256::digest(&text)
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert_eq!(
        digest,
        "7a46ee3ce5bb16c076ec8812994bce3e9a1aaacbfa6be06d317f9d38a2ef162a"
    );
    assert_eq!(open(&text, b"big:").unwrap().0.expose(), plaintext);
}

#[test]
fn nonces_of_other_lengths_are_read_and_not_kept() {
    for (data, iv, tag) in [
        ("Ayt+xzEArw==", "AQIDBAUGBwg=", "KbacCDIjU0pmE54zfiF+Hw=="),
        (
            "bZ80oYnmwg==",
            "AQIDBAUGBwgJCgsM",
            "ShMVhNvQUZyFxWTC13rzPA==",
        ),
        (
            "j/D6org+XA==",
            "AQIDBAUGBwgJCgsMDQ4PEA==",
            "/zv+E8quq4qZIvbjdWa98Q==",
        ),
        (
            "vpr5oE3X0g==",
            "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw==",
            "OGl0uCr5oEMARq8OvfIh7w==",
        ),
        (
            "/fk5VngP2Q==",
            "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAh",
            "Or6fWWjDAD+okppI25F/EA==",
        ),
        (
            "VxCXTRnRxQ==",
            "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/QA==",
            "Lr7DoLok819KhKubDBOFvA==",
        ),
    ] {
        let text = format!("ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:str]");
        let (opened, nonce) = open(&text, b"database:password:").unwrap();
        assert_eq!((opened.expose(), nonce), (&b"hunter2"[..], None), "{iv}");
        assert_eq!(
            open(&text, b"database:").unwrap_err(),
            Error::Authentication
        );
    }
}

#[test]
fn any_changed_bit_is_refused() {
    let (aad, plaintext) = (b"a:b:", b"some plaintext that is longer than a block");
    let sealed = cipher().seal(Kind::Str, plaintext, aad, &nonce());
    let token = Token::parse(sealed.as_bytes()).unwrap();
    let ciphertext = STANDARD.decode(token.data()).unwrap();
    let parts = [
        ciphertext,
        token.nonce().to_vec(),
        token.tag().to_vec(),
        aad.to_vec(),
    ];
    let opens = |parts: &[Vec<u8>; 4]| {
        let [data, iv, tag, aad] = parts;
        let [data, iv, tag] = [data, iv, tag].map(|part| STANDARD.encode(part));
        open(
            &format!("ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:str]"),
            aad,
        )
        .is_ok()
    };
    assert!(opens(&parts));
    for part in 0..parts.len() {
        for bit in 0..parts[part].len() * 8 {
            let mut changed = parts.clone();
            changed[part][bit / 8] ^= 1 << (bit % 8);
            assert!(!opens(&changed), "bit {bit} of part {part}");
        }
        let mut shorter = parts.clone();
        shorter[part].pop();
        assert!(!opens(&shorter), "part {part} cut");
    }
}

#[test]
fn another_key_is_refused() {
    let sealed = cipher().seal(Kind::Str, b"x", b"", &nonce());
    let other = Cipher::new(&DataKey::from_slice(&[1; 32]).unwrap());
    let result = other.open(
        &Token::parse(sealed.as_bytes()).unwrap(),
        b"",
        &mut Secret::new(),
    );
    assert_eq!(result, Err(Error::Authentication));
}

#[test]
fn data_that_is_not_base64_is_refused_on_opening() {
    let sealed = cipher().seal(Kind::Str, b"hunter2", b"", &nonce());
    // The ciphertext's text ends in `==`, so that its last character has idle bits.
    for (from, to) in [
        ("data:o", "data:-"),
        ("data:o", "data:\n"),
        ("==,iv", "=A,iv"),
        ("Q==,iv", "R==,iv"),
    ] {
        let result = open(&sealed.replacen(from, to, 1), b"");
        assert!(
            matches!(result, Err(Error::Base64 { field: "data" })),
            "{from} {to}"
        );
    }
}

#[test]
fn bytes_are_written_as_a_string() {
    let sealed = cipher().seal(Kind::Bytes, b"x", b"", &nonce());
    assert_eq!(Token::parse(sealed.as_bytes()).unwrap().kind(), Kind::Str);
}

#[test]
#[should_panic(expected = "never sealed")]
fn an_empty_plaintext_is_not_sealed() {
    cipher().seal(Kind::Str, b"", b"", &nonce());
}

#[test]
fn one_cipher_serves_several_threads() {
    let cipher = cipher();
    let seal = || cipher.seal(Kind::Str, b"x", b"", &nonce());
    let (one, two) = std::thread::scope(|scope| {
        let (one, two) = (scope.spawn(seal), scope.spawn(seal));
        (one.join().unwrap(), two.join().unwrap())
    });
    assert_eq!(one, two);
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", cipher()), "Cipher(…)");
}

#[test]
fn generated_nonces_differ() {
    let mut rng = StdRng::seed_from_u64(1);
    assert_ne!(Nonce::generate(&mut rng), Nonce::generate(&mut rng));
}

proptest! {
    /// Whatever is sealed opens again, and the token is what its own length promised.
    #[test]
    fn open_undoes_seal(
        plaintext in prop_oneof![
            prop::collection::vec(any::<u8>(), 1..200),
            prop::collection::vec(any::<u8>(), CHUNK - 3..CHUNK + 4),
            prop::collection::vec(any::<u8>(), 2 * CHUNK - 3..3 * CHUNK + 4),
        ],
        aad in prop::collection::vec(any::<u8>(), 0..40),
        seed in any::<u64>(),
    ) {
        let nonce = Nonce::generate(&mut StdRng::seed_from_u64(seed));
        let text = cipher().seal(Kind::Str, &plaintext, &aad, &nonce);
        prop_assert_eq!(text.len(), sealed::sealed_len(Kind::Str, plaintext.len()));
        prop_assert_eq!(Token::parse(text.as_bytes()).unwrap().plaintext_len(), plaintext.len());
        let (opened, used) = open(&text, &aad).unwrap();
        prop_assert_eq!(opened.expose(), &plaintext[..]);
        prop_assert_eq!(used, Some(nonce));
    }

    #[test]
    fn no_text_panics(text in "(ENC\\[AES256_GCM,data:)?[A-Za-z=,:\\]\n]{0,60}(,iv:AAAA,tag:)?[A=]{0,30}(,type:str\\])?") {
        if let Ok(token) = Token::parse(text.as_bytes()) {
            let mut out = Secret::new();
            prop_assert!(cipher().open(&token, b"", &mut out).is_err());
            prop_assert!(out.is_empty());
        }
    }
}
