use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};

use super::*;

const TOKEN: &str = "https://login.example/tenant/oauth2/v2.0/token";

fn key() -> RsaKeyPair {
    RsaKeyPair::generate(KeySize::Rsa2048).unwrap()
}

fn pem(label: &str, bytes: &[u8]) -> String {
    let body = base64::encode(bytes);
    let (first, second) = body.split_at(64);
    format!("-----BEGIN {label}-----\n{first}\n{second}\n-----END {label}-----\n")
}

/// As much of a certificate as is looked at: its bytes hold those of the public key.
fn certificate(key: &RsaKeyPair) -> Vec<u8> {
    [b"a certificate with ", key.public_key().as_ref(), b" in it"].concat()
}

fn private(key: &RsaKeyPair) -> String {
    pem("PRIVATE KEY", key.as_der().unwrap().as_ref())
}

fn read(text: &str, sends_chain: bool) -> Result<Certificate, &'static str> {
    Certificate::read(&Secret::from(text.to_owned()), "client", TOKEN, sends_chain)
}

#[test]
fn the_statement_is_signed_and_says_who_speaks_to_whom() {
    let (own, other) = (key(), key());
    let (own_certificate, other_certificate) = (certificate(&own), certificate(&other));
    let text = [
        pem("CERTIFICATE", &other_certificate),
        private(&own),
        pem("CERTIFICATE", &own_certificate),
    ];
    for sends_chain in [false, true] {
        let certificate = read(&text.concat(), sends_chain).unwrap();
        let statement = certificate.statement(1_000).unwrap();
        let (signed, signature) = statement.rsplit_once('.').unwrap();
        let public = UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, own.public_key().as_ref());
        let signature = base64::decode_url_safe(signature).unwrap();
        public.verify(signed.as_bytes(), &signature).unwrap();

        let text = |part: &str| String::from_utf8(base64::decode_url_safe(part).unwrap()).unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let (header, claims) = (text(header), text(claims));
        let thumbprint = base64::encode_url_safe(digest(&SHA256, &own_certificate));
        assert!(
            header.contains(&format!(r#""x5t#S256":"{thumbprint}""#)),
            "{header}"
        );
        assert_eq!(
            header.contains(&base64::encode(&other_certificate)),
            sends_chain
        );
        for part in [
            format!(r#""aud":"{TOKEN}""#),
            r#""exp":1600,"iss":"client""#.to_owned(),
            r#""nbf":1000,"sub":"client""#.to_owned(),
        ] {
            assert!(claims.contains(&part), "{claims}");
        }
    }
}

#[test]
fn what_is_no_certificate_with_its_key_is_refused() {
    let (own, other) = (key(), key());
    let certificate = pem("CERTIFICATE", &certificate(&own));
    let rows = [
        (String::new(), "it must have one private key, not encrypted"),
        (
            certificate.clone(),
            "it must have one private key, not encrypted",
        ),
        (
            [certificate.clone(), private(&own), private(&other)].concat(),
            "it must have one private key, not encrypted",
        ),
        (
            [certificate.clone(), private(&other)].concat(),
            "it has no certificate of its private key",
        ),
        (
            [certificate, pem("PRIVATE KEY", &[0x30; 100])].concat(),
            "its private key is not one of RSA",
        ),
    ];
    for (text, reason) in rows {
        assert_eq!(read(&text, false).unwrap_err(), reason);
    }
    let bytes = Secret::from(vec![0x30, 0x82, 0xff]);
    let read = Certificate::read(&bytes, "client", TOKEN, false);
    assert_eq!(read.unwrap_err(), "only certificates in PEM are read");
    let read = Certificate::read(&bytes, "cli\"ent", TOKEN, false);
    assert!(read.unwrap_err().starts_with("AZURE_CLIENT_ID"));
}
