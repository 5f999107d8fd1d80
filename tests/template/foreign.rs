//! Keys, certificates, PKCS#12 files and ciphertexts beside OpenSSL and Python's `cryptography`: they read what our functions make, and our functions
//! read what they make. Randomness keeps Go out of this: the rows of data hold what Go can say.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_crypto::Secret;
use selkie_template::{Settings, Syntax, Template, Value as Root};
use selkie_tests::process::Run;
use selkie_tests::repository::top;
use selkie_tests::scratch;
use selkie_xtask::peers;
use serde_json::{Value, json};

/// When our certificates are made: in the middle of a second of the year 2027.
const NOW: (i64, u32) = (1_800_000_000, 123_456_789);

/// Names of certificates: one that is printable, one that is not, and none.
const NAMES: [&str; 3] = ["a.test", "*.ünï & co", ""];

fn python() -> Run {
    Run::new("python3")
        .arg(top().join("tests/template/foreign/cryptography_side.py"))
        .env("PYTHONPATH", peers::cryptography().unwrap())
}

fn render(template: &str, values: &[(&str, &[u8])]) -> String {
    let parsed = Template::parse("foreign", template, &Syntax::default()).unwrap();
    let values = values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Secret::from(value.to_vec())));
    let settings = Settings {
        now: NOW,
        ..Settings::default()
    };
    match parsed.render(&Root::root(values), &settings) {
        Ok(text) => String::from_utf8(text.expose().to_vec()).unwrap(),
        Err(error) => panic!("{template}: {error}"),
    }
}

/// A key of that kind, as PEM.
fn key(kind: &str) -> String {
    render(&format!("{{{{ genPrivateKey `{kind}` }}}}"), &[])
}

/// The certificate that a call makes, and its key.
fn pair(call: &str, values: &[(&str, &str)]) -> [String; 2] {
    let values: Vec<(&str, &[u8])> = values
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()))
        .collect();
    // One render, so that both belong together.
    let both = render(
        &format!("{{{{ with {call} }}}}{{{{ .Cert }}}}\u{1}{{{{ .Key }}}}{{{{ end }}}}"),
        &values,
    );
    let (certificate, key) = both.split_once('\u{1}').unwrap();
    [certificate.to_owned(), key.to_owned()]
}

/// An authority with that key, and a leaf that it signed for the other.
struct Issued {
    authority: [String; 2],
    leaf: [String; 2],
}

impl Issued {
    fn new(authority_key: &str, leaf_key: &str) -> Self {
        let authority = pair(
            "genCAWithKey `authority` 3650 .key",
            &[("key", authority_key)],
        );
        let leaf = pair(
            "genSignedCertWithKey `leaf` (list `10.0.0.1` `2001:db8::1`) (list `a.test` `*.b.test`) 365 (buildCustomCert (b64enc .ca) (b64enc .caKey)) .key",
            &[
                ("ca", &authority[0]),
                ("caKey", &authority[1]),
                ("key", leaf_key),
            ],
        );
        Self { authority, leaf }
    }
}

/// One RSA key for all: making one takes a while.
struct Keys {
    rsa: String,
    curve: String,
    ed25519: String,
}

impl Keys {
    fn new() -> Self {
        Self {
            rsa: key("rsa"),
            curve: key("ecdsa"),
            ed25519: key("ed25519"),
        }
    }

    /// Who signs whom.
    fn pairs(&self) -> [Issued; 3] {
        [
            Issued::new(&self.rsa, &self.curve),
            Issued::new(&self.curve, &self.ed25519),
            Issued::new(&self.ed25519, &self.rsa),
        ]
    }
}

fn certificate_case(pair: &[String; 2], issuer: &str, name: &str, days: u32) -> Value {
    json!({
        "is": "certificate", "cert": pair[0], "key": pair[1], "issuer": issuer, "now": NOW.0, "name": name, "days": days,
        "authority": false, "names": [],
    })
}

fn certificate_cases(keys: &Keys, cases: &mut Vec<Value>) {
    for issued in keys.pairs() {
        let mut case = certificate_case(&issued.authority, &issued.authority[0], "authority", 3650);
        case["authority"] = json!(true);
        cases.push(case);
        let mut case = certificate_case(&issued.leaf, &issued.authority[0], "leaf", 365);
        case["names"] = json!(["a.test", "*.b.test", "10.0.0.1", "2001:db8::1"]);
        cases.push(case);
    }
    for name in NAMES {
        let own = pair(
            "genSelfSignedCertWithKey .name nil nil 30 .key",
            &[("name", name), ("key", &keys.curve)],
        );
        cases.push(certificate_case(&own, &own[0], name, 30));
    }
    let own = pair("genSelfSignedCert `a.test` nil nil 30", &[]);
    cases.push(certificate_case(&own, &own[0], "a.test", 30));
}

fn store_cases(keys: &Keys, cases: &mut Vec<Value>) {
    for issued in keys.pairs() {
        let [certificate, key] = &issued.leaf;
        let chain = format!("{certificate}{}", issued.authority[0]);
        for password in ["", "pässwörd"] {
            let values = [
                ("cert", certificate.as_bytes()),
                ("chain", chain.as_bytes()),
                ("key", key.as_bytes()),
                ("password", password.as_bytes()),
            ];
            let one = render("{{ pemToPkcs12Pass .chain .key .password }}", &values);
            let all = render("{{ fullPemToPkcs12Pass .chain .key .password }}", &values);
            let trusted = render("{{ pemTruststoreToPKCS12Pass .chain .password }}", &values);
            let store = |file: &str, key: Option<&str>, certs: &[&str]| json!({"is": "store", "file": file, "password": password, "key": key, "certs": certs, "names": ["CN=leaf", "CN=authority"]});
            cases.push(store(&one, Some(key), &[certificate]));
            cases.push(store(&all, Some(key), &[certificate, &issued.authority[0]]));
            cases.push(store(&trusted, None, &[certificate, &issued.authority[0]]));
        }
    }
}

#[test]
fn cryptography_reads_ours() {
    let keys = Keys::new();
    let mut cases = vec![
        json!({"is": "key", "kind": "rsa", "size": 4096, "pem": keys.rsa}),
        json!({"is": "key", "kind": "ecdsa", "size": 256, "pem": keys.curve}),
        json!({"is": "key", "kind": "ed25519", "size": null, "pem": keys.ed25519}),
        json!({"is": "key", "kind": "dsa", "size": 2048, "pem": key("dsa")}),
    ];
    certificate_cases(&keys, &mut cases);
    store_cases(&keys, &mut cases);
    for (password, text) in [("", "x"), ("secret", "sixteen bytes ok"), ("ü€", "ünï €")] {
        let values = [("password", password.as_bytes()), ("text", text.as_bytes())];
        let sealed = render("{{ encryptAES .password .text }}", &values);
        cases.push(json!({"is": "cipher", "password": password, "text": text, "sealed": sealed}));
    }
    for password in ["", "pass", "ünï", &"x".repeat(72)] {
        let values = [("password", password.as_bytes())];
        let hash = render("{{ bcrypt .password }}", &values);
        cases.push(json!({"is": "hash", "password": password, "hash": hash}));
        let line = render("{{ htpasswd `user` .password `bcrypt` }}", &values);
        let hash = line.strip_prefix("user:").unwrap();
        cases.push(json!({"is": "hash", "password": password, "hash": hash}));
    }
    for counter in [1_u32, u32::MAX] {
        let template = format!("{{{{ derivePassword {counter} `pin` `päss` `user` `site` }}}}");
        let pin = render(&template, &[]);
        cases.push(json!({"is": "derived", "counter": counter, "password": "päss", "user": "user", "site": "site", "pin": pin}));
    }
    let output = python()
        .arg("read")
        .input(json!(cases).to_string())
        .output();
    assert_eq!(output.status, Some(0), "{}", output.stderr);
}

#[test]
fn ours_read_what_cryptography_makes() {
    let rows: Value = serde_json::from_str(&python().arg("make").succeed().text()).unwrap();
    let rows = rows.as_array().unwrap();
    assert!(rows.len() > 25);
    for row in rows {
        let values: Vec<(&str, Vec<u8>)> = row["values"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str(),
                    STANDARD.decode(value.as_str().unwrap()).unwrap(),
                )
            })
            .collect();
        let values: Vec<(&str, &[u8])> = values
            .iter()
            .map(|(name, value)| (*name, value.as_slice()))
            .collect();
        let template = row["template"].as_str().unwrap();
        assert_eq!(
            render(template, &values),
            row["text"].as_str().unwrap(),
            "{template}"
        );
    }
}

#[test]
fn openssl_verifies_our_chains_and_opens_our_files() {
    let folder = scratch();
    let folder = folder.path();
    let openssl = |arguments: &[&str]| Run::new("openssl").args(arguments).folder(folder).succeed();
    for issued in Keys::new().pairs() {
        let [certificate, key] = &issued.leaf;
        std::fs::write(folder.join("ca.pem"), &issued.authority[0]).unwrap();
        std::fs::write(folder.join("leaf.pem"), certificate).unwrap();
        let time = NOW.0.to_string();
        openssl(&[
            "verify",
            "-x509_strict",
            "-attime",
            &time,
            "-CAfile",
            "ca.pem",
            "leaf.pem",
        ]);
        let values = [("cert", certificate.as_bytes()), ("key", key.as_bytes())];
        let file = render("{{ pemToPkcs12Pass .cert .key `secret` }}", &values);
        std::fs::write(folder.join("file.p12"), STANDARD.decode(file).unwrap()).unwrap();
        let opened = openssl(&[
            "pkcs12",
            "-in",
            "file.p12",
            "-passin",
            "pass:secret",
            "-nodes",
        ]);
        let opened = opened.text();
        let found = |kind: &str| {
            render(
                "{{ filterPEM .kind .text }}",
                &[("kind", kind.as_bytes()), ("text", opened.as_bytes())],
            )
        };
        assert_eq!(found("CERTIFICATE"), *certificate);
        let pkcs8 = openssl_pkcs8(folder, key);
        assert_eq!(found("PRIVATE KEY"), pkcs8);
    }
}

/// What OpenSSL makes of a key as PKCS#8.
fn openssl_pkcs8(folder: &std::path::Path, key: &str) -> String {
    let run = Run::new("openssl")
        .args(["pkcs8", "-topk8", "-nocrypt"])
        .folder(folder)
        .input(key);
    run.succeed().text()
}

#[test]
fn ours_open_the_files_of_openssl() {
    let folder = scratch();
    let folder = folder.path();
    let [certificate, key] = pair("genCAWithKey `own` 30 .key", &[("key", &key("ecdsa"))]);
    std::fs::write(folder.join("cert.pem"), &certificate).unwrap();
    std::fs::write(folder.join("key.pem"), &key).unwrap();
    let pkcs8 = openssl_pkcs8(folder, &key);
    for protection in [
        &[][..],
        &["-legacy"],
        &[
            "-legacy",
            "-certpbe",
            "PBE-SHA1-RC2-128",
            "-keypbe",
            "PBE-SHA1-RC2-128",
        ],
        &[
            "-legacy",
            "-certpbe",
            "PBE-SHA1-3DES",
            "-keypbe",
            "PBE-SHA1-3DES",
        ],
        &[
            "-certpbe",
            "AES-128-CBC",
            "-keypbe",
            "AES-192-CBC",
            "-macalg",
            "sha512",
            "-iter",
            "10000",
        ],
        &["-certpbe", "NONE", "-keypbe", "NONE"],
    ] {
        for password in ["", "secret"] {
            let pass = format!("pass:{password}");
            let file = Run::new("openssl")
                .args([
                    "pkcs12", "-export", "-in", "cert.pem", "-inkey", "key.pem", "-passout", &pass,
                ])
                .args(protection)
                .folder(folder)
                .succeed()
                .stdout;
            let values = [("file", file.as_slice()), ("password", password.as_bytes())];
            assert_eq!(
                render("{{ pkcs12keyPass .password .file }}", &values),
                pkcs8
            );
            assert_eq!(
                render("{{ pkcs12certPass .password .file }}", &values),
                certificate
            );
        }
    }
}
