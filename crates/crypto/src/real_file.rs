//! A file that SOPS 3.13.3 wrote, opened leaf by leaf and sealed again: the parts of this crate together.
//!
//! The data key was unwrapped with age 1.3.2. What the real programs do with our output is for the compatibility suite.

use crate::{Cipher, DataKey, Kind, Mac, Secret, Timestamp, Token, canonical};

const DATA_KEY: [u8; 32] = [
    0xA9, 0x46, 0x2C, 0xA7, 0xC1, 0x6A, 0xBA, 0x49, 0xC6, 0x0B, 0xCA, 0xEE, 0x54, 0xDB, 0x59, 0x71,
    0xF8, 0x56, 0x3D, 0x42, 0xF5, 0xCA, 0x54, 0x44, 0x94, 0x32, 0x7F, 0x37, 0x2E, 0x70, 0x32, 0xA4,
];

const LAST_MODIFIED: &str = "2026-11-23T16:58:53Z";

/// Associated data, type, plaintext and token, in the order of the file.
const LEAVES: [(&str, Kind, &str, &str); 9] = [
    (
        ":",
        Kind::Comment,
        " top secret",
        "ENC[AES256_GCM,data:G4NN5eAwq25OVHQ=,iv:6F0qTNr440V3/lUlGswC2JLDHIlaD43eBK6f7v/BGUI=,tag:dkN7YMsbbA9g04kKBpvxZA==,type:comment]",
    ),
    (
        "password:",
        Kind::Str,
        "hunter2",
        "ENC[AES256_GCM,data:wn8ut0R1MA==,iv:b3X8Bezu8R6lZPqNWE6tnlJ+CD8rQu1RXkDLGaXzksw=,tag:MWE9kY0YMrj6gPYrIY1WOg==,type:str]",
    ),
    (
        "port:",
        Kind::Int,
        "5432",
        "ENC[AES256_GCM,data:YgsEuQ==,iv:mJfkGJTfWJRegq9A0VzV8pKywlAncdeGqIFBwlU1i3s=,tag:NLltbRiXRqiD1yW1YWslCg==,type:int]",
    ),
    (
        "ratio:",
        Kind::Float,
        "1.5",
        "ENC[AES256_GCM,data:CC0Z,iv:YrSJJWsWHs7uOw58erzA9fF23xdeVXukROnH/zgIq20=,tag:KWfSO4MRevuR35TkaC7yew==,type:float]",
    ),
    (
        "debug:",
        Kind::Bool,
        "True",
        "ENC[AES256_GCM,data:uxpLFg==,iv:b84kcWakc19t35d/RF+pnBKBwbgf2T2vcXN6P4qdjb0=,tag:yRcdH1uNGOlqPHqGyzA0Ig==,type:bool]",
    ),
    (
        "when:",
        Kind::Time,
        "2001-12-14T21:59:43.1-05:00",
        "ENC[AES256_GCM,data:5ZqNEAZUkyTpi3aZzvxwRMHZ6C2bUqPAcoeo,iv:dYl6YylJmwJaePPLxdmeeuD2kcmshoY5LBtjzODQiZw=,tag:MnAwsR0it40HYjRP7gWKuQ==,type:time]",
    ),
    (
        "big:",
        Kind::Float,
        "10000000000000000000000",
        "ENC[AES256_GCM,data:VS69KnWUkS6zjmtvoZkZn4bqpp/8cjA=,iv:EONQiDgIXayaEMLTLEKSa//LfrDw3VDyGerN6C5HzXc=,tag:Bc8yJYW0pOPXuTXNWugLnQ==,type:float]",
    ),
    (
        "list:",
        Kind::Str,
        "a",
        "ENC[AES256_GCM,data:1A==,iv:GfXS+syZ4PaHZTlj0f/odoKaLZRfn0jT4rhTu70ho0w=,tag:ko++VsraxXwRZR3D7IA7+Q==,type:str]",
    ),
    (
        "list:",
        Kind::Str,
        "b",
        "ENC[AES256_GCM,data:rA==,iv:QOeId+yoOOTL3Novpbqnt+pqVtnJ4f5oVc8h0a+6PkA=,tag:5nNBMLiXJ+SiBH3gdGXZQw==,type:str]",
    ),
];

/// The last leaf of the file is not encrypted, but counts for the code.
const PLAIN_LEAF: &str = "plain";

const MAC: &str = "ENC[AES256_GCM,data:2s6A4oEbKyhznSCIdkJqlTfL64dX+Rf9uYeZgKfuB2qdR62oyEPiPxpK7IHM21+W0lOUiEdFC6k/itFVU978A6c4V1TJk/PXdRXjn3Spk4rdAB9dyqYcHAn4uNNnf147PD6csjvd1JhARtnD+qCXqwQcPbMiB3B/P+SQm5Jp3X8=,iv:UuaGgKlP7zo8A4F5PaHMGuvYMi9hTxusLnI5JvQI5Ew=,tag:zpFv9TAhWUvaUN6ByUStPg==,type:str]";

#[test]
fn every_leaf_opens_and_seals_to_the_same_text() {
    let cipher = Cipher::new(&DataKey::from_slice(&DATA_KEY).unwrap());
    for (aad, kind, plaintext, text) in LEAVES {
        let token = Token::parse(text.as_bytes()).unwrap();
        let mut opened = Secret::new();
        let nonce = cipher
            .open(&token, aad.as_bytes(), &mut opened)
            .unwrap()
            .unwrap();
        assert_eq!(token.kind(), kind);
        assert_eq!(
            &*canonical(kind, opened.expose()).unwrap(),
            plaintext.as_bytes()
        );
        assert_eq!(
            cipher.seal(kind, opened.expose(), aad.as_bytes(), &nonce),
            text
        );
    }
}

#[test]
fn the_code_of_the_file_is_ours() {
    let mut mac = Mac::new(false);
    for (_, _, plaintext, _) in LEAVES.iter().filter(|(_, kind, ..)| *kind != Kind::Comment) {
        mac.update(plaintext.as_bytes());
    }
    mac.update(PLAIN_LEAF.as_bytes());
    let aad = Timestamp::parse(LAST_MODIFIED).unwrap().to_second();
    let mut stored = Secret::new();
    let cipher = Cipher::new(&DataKey::from_slice(&DATA_KEY).unwrap());
    cipher
        .open(
            &Token::parse(MAC.as_bytes()).unwrap(),
            aad.as_bytes(),
            &mut stored,
        )
        .unwrap();
    assert!(mac.finish().ct_eq(stored.expose()));
}
