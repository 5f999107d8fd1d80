//! Files of ours that sops has rewritten: the spelling is sops's then, the data is what was asked for.

use selkie_tests::{Party, seeded};

use crate::sops::{Peer, VERSIONS};

const TEXT: &[u8] =
    b"# who\nname: 'x'   # spelled\nnumber: 0x1F\nlist: [1, 2]\nfolded: >\n  a\n  b\ngone: soon\n";

/// A command, what stands behind the file, and lines that the opened file must have.
const COMMANDS: [(&[&str], &[&str], &[&str]); 4] = [
    (
        &["set"],
        &["[\"name\"]", "\"new\""],
        &["name: new", "number: 31", "gone: soon"],
    ),
    (
        &["set"],
        &["[\"list\"][0]", "{\"a\": [true, null]}"],
        &["        - a:", "name: x"],
    ),
    (&["unset"], &["[\"gone\"]"], &["name: x", "number: 31"]),
    (
        &["rotate", "--in-place"],
        &[],
        &["name: x", "number: 31", "gone: soon"],
    ),
];

#[test]
fn what_sops_rewrites_opens() {
    let party = Party::new();
    let sealed = party.seal(TEXT, &mut seeded(1)).unwrap().bytes;
    for peer in VERSIONS.map(Peer::new) {
        for (command, behind, lines) in COMMANDS {
            let rewritten = peer.rewrite(&party, command, &sealed, behind).unwrap();
            let opened = party
                .open(&rewritten)
                .unwrap_or_else(|error| panic!("{} {command:?}: {error}", peer.name));
            assert!(
                opened.exact && opened.warnings.is_empty(),
                "{:?}",
                opened.warnings
            );
            let text = String::from_utf8(opened.plain.source().to_vec()).unwrap();
            for line in lines {
                let there = text
                    .lines()
                    .any(|it| it.trim_start().starts_with(line.trim_start()));
                assert!(
                    there,
                    "{} {command:?}: {line:?} is not in\n{text}",
                    peer.name
                );
            }
            assert!(
                text.contains("# who"),
                "{} {command:?}: the comment is not in\n{text}",
                peer.name
            );
        }
    }
}
