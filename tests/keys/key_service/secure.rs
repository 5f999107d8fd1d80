//! Our key service over TLS, and clients that it or they do not know.

use std::path::PathBuf;

use selkie_tests::servers::tls::Authority;
use selkie_tests::{AgeKey, scratch};

use super::row;
use super::served::{Client, Served, Whose};
use crate::failure;

#[test]
fn certificates_decide_on_both_sides() {
    let folder = scratch();
    let elsewhere = scratch();
    let key = AgeKey::make(folder.path(), "key.txt");
    let (authority, stranger) = (Authority::new(), Authority::new());
    let server = authority
        .server(&["localhost"])
        .files(folder.path(), "server");
    let client = authority.client("ada").files(folder.path(), "client");
    let forged = stranger.client("ada").files(elsewhere.path(), "client");
    let known = authority.file(folder.path());
    let unknown = stranger.file(elsewhere.path());
    let [certificate, certificate_key, clients] =
        [&server[0], &server[1], &known].map(|path| path.to_str().unwrap());
    let tls = ["--tls-cert", certificate, "--tls-key", certificate_key];
    let flags = [&tls[..], &["--tls-client-ca", clients]].concat();
    let service = Served::start(Whose::Ours, "tcp", &[], &flags);
    let secure = service.address.replace("127.0.0.1", "localhost");
    let plain = service.address.replace("tls://", "tcp://");
    let shown = |[certificate, key]: &'_ [PathBuf; 2]| {
        [
            ("SELKIE_KEYSERVICE_CERT", certificate.clone()),
            ("SELKIE_KEYSERVICE_KEY", key.clone()),
        ]
    };
    let (ours, theirs) = (shown(&client), shown(&forged));
    let with = |authority, [certificate, key]: &'_ [(&'static str, PathBuf); 2]| {
        vec![
            ("SELKIE_KEYSERVICE_CA", authority),
            certificate.clone(),
            key.clone(),
        ]
    };
    // The service hangs up, with a word about certificates before it or without.
    let rows = [
        (
            "plain, where TLS is spoken",
            &plain,
            "the service cannot be reached",
            vec![],
        ),
        ("no authority", &secure, "no authority is named", vec![]),
        (
            "an unknown authority",
            &secure,
            "signed by nobody known here",
            with(unknown, &ours),
        ),
        (
            "no certificate of ours",
            &secure,
            "client certificate",
            vec![("SELKIE_KEYSERVICE_CA", known.clone())],
        ),
        (
            "a stranger's certificate",
            &secure,
            "client certificate",
            with(known.clone(), &theirs),
        ),
    ];
    for (wrong, address, says, env) in &rows {
        let env: Vec<_> = env
            .iter()
            .map(|(name, path)| (*name, path.as_path()))
            .collect();
        failure::check(&[row(wrong, &key.recipient, address, says, &env)], &[]);
    }
    let mut asks = Client::new(Whose::Ours, &secure);
    let env = with(known, &ours).into_iter();
    asks.env = env.map(|(name, path)| (name.to_owned(), path)).collect();
    asks.write("a: b\n");
    asks.succeed(&["encrypt", "-i", "--age", &key.recipient]);
    let told = format!("encrypt age {} for 127.0.0.1:", key.recipient);
    assert!(service.log().contains(&told), "{}", service.log());
    assert!(
        service.log().contains(", certificate "),
        "{}",
        service.log()
    );
}
