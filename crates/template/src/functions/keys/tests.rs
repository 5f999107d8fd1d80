//! What a seed makes, and which limits end what is slow on purpose.

use selkie_crypto::Secret;

use super::asn1;
use crate::{Settings, Syntax, Template, Value};

fn render(template: &str, seed: u8, values: &[(&str, &[u8])]) -> Result<String, String> {
    let template = Template::parse("template", template, &Syntax::default()).unwrap();
    let root = Value::root(
        values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Secret::from(value.to_vec()))),
    );
    let settings = Settings {
        seed: [seed; 32],
        ..Settings::default()
    };
    match template.render(&root, &settings) {
        Ok(text) => Ok(String::from_utf8(text.expose().to_vec()).unwrap()),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn keys_and_certificates_come_from_the_seed_alone() {
    for template in [
        r#"{{ genPrivateKey "ecdsa" }}"#,
        r#"{{ genPrivateKey "ed25519" }}"#,
        r#"{{ with genCA "a" 1 }}{{ .Cert }}{{ .Key }}{{ end }}"#,
        r#"{{ $own := genCAWithKey "a" 1 (genPrivateKey "ecdsa") }}{{ pemToPkcs12 $own.Cert $own.Key }}"#,
        r#"{{ encryptAES "a" "b" }}"#,
        r#"{{ bcrypt "a" }}"#,
    ] {
        let first = render(template, 1, &[]).unwrap();
        assert_eq!(render(template, 1, &[]).unwrap(), first, "{template}");
        assert_ne!(render(template, 2, &[]).unwrap(), first, "{template}");
    }
}

#[test]
fn what_is_slow_on_purpose_ends_at_the_limit_on_cost() {
    let own = render(r#"{{ genPrivateKey "ecdsa" }}"#, 0, &[]).unwrap();
    let certificate = render(
        "{{ (genCAWithKey `a` 1 .key).Cert }}",
        0,
        &[("key", own.as_bytes())],
    )
    .unwrap();
    for call in [
        "genPrivateKey `ecdsa`",
        "genPrivateKey `ed25519`",
        "genCAWithKey `a` 1 $.key",
        "genSelfSignedCertWithKey `a` nil nil 1 $.key",
        "buildCustomCert (b64enc $.cert) (b64enc $.key)",
        "pemToPkcs12 $.cert $.key",
        "pemTruststoreToPKCS12 $.cert",
        "bcrypt `a`",
        "htpasswd `a` `b` `bcrypt`",
        "derivePassword 1 `pin` `a` `b` `c`",
        "pkcs12key $.slow",
    ] {
        let template = format!("{{{{ range until 10000 }}}}{{{{ $made := {call} }}}}{{{{ end }}}}");
        let values = [
            ("key", own.as_bytes()),
            ("cert", certificate.as_bytes()),
            ("slow", &slow()),
        ];
        let error = render(&template, 0, &values).unwrap_err();
        assert!(
            error.ends_with("stopped by the limit on cost"),
            "{call}: {error}"
        );
    }
}

/// The beginning of a PKCS#12 file whose MAC takes more rounds than anybody has.
fn slow() -> Vec<u8> {
    let data = asn1::element(asn1::OID, &[42, 134, 72, 134, 247, 13, 1, 7, 1]);
    let sha256 = asn1::element(asn1::OID, &[96, 134, 72, 1, 101, 3, 4, 2, 1]);
    let octets = asn1::element(asn1::OCTET_STRING, &[7; 32]);
    let file = asn1::sequence(&[
        &asn1::unsigned(&[3]),
        &asn1::sequence(&[&data, &asn1::element(asn1::explicit(0), &octets)]),
        &asn1::sequence(&[
            &asn1::sequence(&[&asn1::sequence(&[&sha256]), &octets]),
            &octets,
            &asn1::unsigned(&[0x7f, 0xff, 0xff, 0xff]),
        ]),
    ]);
    file.to_vec()
}
