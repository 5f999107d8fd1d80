//! Seeded random documents through each sops version, both ways.

use selkie_tests::{Party, extent, random, seeded};

use crate::sops::{Peer, VERSIONS, same_data};

/// Documents of one stream: enough to make starting sops cheap, few enough to read when one is wrong.
const STREAM: usize = 20;

#[test]
fn random_documents_keep_their_data_both_ways() {
    let (seeds, cases) = extent(2_000);
    std::thread::scope(|scope| {
        for version in VERSIONS {
            scope.spawn(move || {
                let peer = Peer::new(version);
                let party = Party::new();
                for seed in 1..=seeds {
                    let mut rng = seeded(seed);
                    for stream in 0..cases.div_ceil(STREAM) {
                        let text = random::stream(&mut rng, STREAM);
                        check(&peer, &party, text.as_bytes()).unwrap_or_else(|complaint| {
                            panic!(
                                "{} seed {seed} stream {stream}: {complaint}\n--- plain\n{text}",
                                peer.name
                            )
                        });
                    }
                }
            });
        }
    });
}

fn check(peer: &Peer, party: &Party, text: &[u8]) -> Result<(), String> {
    let theirs = peer.encrypt(party, text)?;
    let reference = peer.decrypt(party, &theirs)?;

    let ours = party
        .seal(text, &mut seeded(6))
        .map_err(|error| format!("not sealed: {error}"))?
        .bytes;
    let back = party
        .open(&ours)
        .map_err(|error| format!("not opened: {error}"))?;
    if back.plain.source() != text {
        return Err(format!(
            "changed by us:\n{}",
            String::from_utf8_lossy(back.plain.source())
        ));
    }
    same_data(&peer.decrypt(party, &ours)?, &reference)
        .map_err(|it| format!("sealed by us, opened by sops: {it}"))?;

    let opened = party
        .open(&theirs)
        .map_err(|error| format!("sealed by sops, not opened by us: {error}"))?;
    let ours = peer.normal(party, opened.plain.source())?;
    same_data(&ours, &reference).map_err(|it| format!("sealed by sops, opened by us: {it}"))
}
