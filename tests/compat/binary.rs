//! Files of any bytes, through each sops version, both ways.

use rand::RngExt as _;
use selkie_document::{Format, Sealed, binary};
use selkie_tests::{Party, seeded};

use crate::sops::{Peer, VERSIONS};

/// File names, none of which tells another format, with their content.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let mut random = vec![0; 1_000_000];
    seeded(11).fill(&mut random[..]);
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        ("empty.bin", Vec::new()),
        ("one.bin", vec![0]),
        ("line.txt", text("text\n")),
        ("bytes", (0..=255).collect()),
        ("million.bin", random),
        ("crlf.txt", text("one\r\ntwo\r\n\r\n")),
        (
            "not-utf-8.txt",
            b"caf\xE9 \xF0\x9F\x94 \xED\xA0\x80".to_vec(),
        ),
        ("secret.YAML", text("a: 1\nb: [x]\n")),
        (".env.local", text("A=1\n")),
        ("values.yaml.bak", text("sops:\n    mac: none\n")),
        ("object.json5", text("{\"data\": \"x\", \"sops\": {}}\n")),
        (
            "token.txt",
            text("ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]"),
        ),
        ("html.txt", text("<a href=\"x&y\">\u{2028}</a>")),
    ]
}

fn seal(party: &Party, content: &[u8]) -> Vec<u8> {
    let mut rng = seeded(7);
    let (key, header) = party.header(&mut rng);
    let sealed = binary::seal(content.to_vec().into(), &key, header, &mut rng).unwrap();
    let mut text = Vec::new();
    sealed.write(&mut text).unwrap();
    text
}

fn open(party: &Party, sealed: &[u8]) -> Result<Vec<u8>, String> {
    let sealed =
        Sealed::read(Format::Binary, sealed.to_vec()).map_err(|error| error.to_string())?;
    let key = party.key(&sealed);
    let opened = binary::open(sealed, &key).map_err(|error| error.to_string())?;
    Ok(opened.content.expose().to_vec())
}

#[test]
fn each_opens_what_the_other_sealed() {
    let party = Party::new();
    for peer in VERSIONS.map(Peer::new) {
        for (name, content) in files() {
            let at = format!("{} {name}", peer.name);
            let theirs = peer.encrypt_file(&party, name, &content).unwrap();
            assert!(
                open(&party, &theirs).unwrap() == content,
                "{at}: opened by us"
            );
            let ours = seal(&party, &content);
            let opened = peer.decrypt_file(&party, name, &ours).unwrap();
            assert!(opened == content, "{at}: opened by sops");
            assert_eq!(shape(&ours), shape(&theirs), "{at}");
        }
    }
}

/// The text without what differs from file to file: tokens, wrapped keys, times and versions; and the fields in one order, which is not
/// that of the older release.
fn shape(sealed: &[u8]) -> Vec<String> {
    let text = String::from_utf8(sealed.to_vec()).unwrap();
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| match line.split_once("\": \"") {
            Some((key, "\",")) => format!("{key}: empty"),
            Some((key, _)) => key.to_owned(),
            None => line.trim_end_matches(',').to_owned(),
        })
        .collect();
    lines.sort();
    lines
}

/// What sops does to a file of ours: the same content under another MAC, or other content.
#[test]
fn each_opens_what_the_other_rewrote() {
    let party = Party::new();
    for peer in VERSIONS.map(Peer::new) {
        let sealed = seal(&party, b"before\n");
        let rotated = peer
            .rewrite_file(&party, "x.bin", &["rotate", "-i"], &sealed, &[])
            .unwrap();
        assert_eq!(
            open(&party, &rotated).unwrap(),
            b"before\n",
            "{}",
            peer.name
        );
        let set = peer
            .rewrite_file(
                &party,
                "x.bin",
                &["set"],
                &rotated,
                &["[\"data\"]", "\"after\""],
            )
            .unwrap();
        assert_eq!(open(&party, &set).unwrap(), b"after", "{}", peer.name);
    }
}

#[test]
fn what_sops_refuses_is_refused() {
    let party = Party::new();
    let peer = Peer::new(VERSIONS[0]);
    for (name, content) in [
        ("x.yaml", "data: text\n"),
        ("x.json", "{\"datum\": \"x\"}"),
        ("x.json", "{\"data\": 7}"),
        ("x.json", "{}"),
    ] {
        let sealed = peer.encrypt_file(&party, name, content.as_bytes()).unwrap();
        let theirs = peer.decrypt_file(&party, "x.bin", &sealed);
        let read = Sealed::read(Format::Binary, sealed.clone()).is_ok();
        let ours = if read {
            open(&party, &sealed)
        } else {
            Err(String::new())
        };
        assert!(
            theirs.is_err() && ours.is_err(),
            "{content}: {theirs:?} {ours:?}"
        );
    }
    let more = b"{\"more\": 1, \"data\": \"text\"}";
    let sealed = peer.encrypt_file(&party, "x.json", more).unwrap();
    let theirs = peer.decrypt_file(&party, "x.bin", &sealed).unwrap();
    assert_eq!(open(&party, &sealed).unwrap(), theirs);
}
