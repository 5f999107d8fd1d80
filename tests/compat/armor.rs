//! The data key's wrapping through the real age, both ways.

use selkie_crypto::DataKey;
use selkie_document::{Format, Sealed, open};
use selkie_tests::{Party, Run, scratch, seeded};
use selkie_xtask::peers;

#[test]
fn age_unwraps_what_we_wrap() {
    let (party, folder) = (Party::new(), scratch());
    let identity = folder.path().join("identity");
    std::fs::write(&identity, &party.identity).unwrap();
    for seed in 0..5 {
        let (key, header) = party.header(&mut seeded(seed));
        let wrapped = header.keyring.groups[0].0[0].ciphertext.clone();
        let output = Run::new(peers::age().unwrap())
            .arg("--decrypt")
            .arg("--identity")
            .arg(&identity)
            .input(wrapped)
            .succeed();
        assert_eq!(output.stdout, key.expose());
    }
}

#[test]
fn we_unwrap_what_age_wraps() {
    let party = Party::new();
    let sealed = String::from_utf8(party.seal(b"a: 1\n", &mut seeded(1)).unwrap().bytes).unwrap();
    let read = Sealed::read(Format::Yaml, sealed.clone().into_bytes()).unwrap();
    let folder = scratch();
    let identity = folder.path().join("identity");
    std::fs::write(&identity, &party.identity).unwrap();
    let wrapped = read.metadata().keyring.groups[0].0[0].ciphertext.clone();
    let age = || Run::new(peers::age().unwrap());
    let key = age()
        .arg("--decrypt")
        .arg("--identity")
        .arg(&identity)
        .input(wrapped)
        .succeed()
        .stdout;

    let again = age()
        .args(["--encrypt", "--armor", "--recipient", &party.recipient])
        .input(key.clone())
        .succeed()
        .text();
    let start = sealed.find("              -----BEGIN").unwrap();
    let end = sealed.find("-----END AGE ENCRYPTED FILE-----\n").unwrap()
        + "-----END AGE ENCRYPTED FILE-----\n".len();
    let margin = "\n              ";
    let indented = format!("{margin}{}\n", again.trim_end().replace('\n', margin));
    let indented = &indented[1..];
    let rewrapped = format!("{}{indented}{}", &sealed[..start], &sealed[end..]);
    assert_ne!(rewrapped, sealed);
    assert_eq!(
        party.open(rewrapped.as_bytes()).unwrap().plain.source(),
        b"a: 1\n"
    );
    assert!(open(read, &DataKey::from_slice(&key).unwrap()).is_ok());
}
