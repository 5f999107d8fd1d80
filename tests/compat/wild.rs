//! Wild YAML through each sops version, one text at a time: whatever both sides accept must be the same data to both.

use std::env;
use std::fmt::Write as _;

use selkie_tests::wild::{self, shrink};
use selkie_tests::{Party, seeded};

use crate::sops::{Peer, VERSIONS, same_data};

/// Texts per version: what the gate can afford, unless `SELKIE_WILD` says more, as the long tier does.
fn extent() -> u64 {
    env::var("SELKIE_WILD").map_or(150, |text| text.parse().expect("SELKIE_WILD is a number"))
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    Same,
    /// Refused by us: not YAML, or not in the model.
    RefusedByUs,
    /// Accepted by us alone: go-yaml knows less YAML, or sops does not open its own file.
    RefusedBySops,
}

/// The text without what sops itself does not bring through its own encrypting and decrypting.
fn known_to_sops(text: &str) -> String {
    // An empty comment in a list comes out of 3.11.0 as an empty string.
    let mut text = text.replace("#\n", "#-\n").replace("#\r", "#-\r");
    if text.ends_with('#') {
        text.push('-');
    }
    // The colon is part of the key to sops; there is no value that could differ, but a reference to it is written out by us.
    for close in [",", "}", "]"] {
        text = text.replace(&format!(":{close}"), &format!(": {close}"));
    }
    // Plain strings with a line break and one of these are printed in a way that no reader but go-yaml takes.
    for separator in ["\\N", "\\L", "\\P"] {
        text = text.replace(separator, "\\t");
    }
    // Comments behind a key with a line break are printed where they cannot be told from data line by line.
    text.replace("\\n", "\\t")
}

fn check(peer: &Peer, party: &Party, text: &str) -> Result<End, String> {
    let text = &known_to_sops(text).into_bytes();
    let Ok(ours) = party.seal(text, &mut seeded(6)) else {
        return Ok(End::RefusedByUs);
    };
    let Ok(theirs) = peer.encrypt(party, text) else {
        return Ok(End::RefusedBySops);
    };
    // What sops cannot open although it made it says nothing about us.
    let Ok(reference) = peer.data(party, &theirs) else {
        return Ok(End::RefusedBySops);
    };

    let opened = peer
        .data(party, &ours.bytes)
        .map_err(|said| format!("ours is not opened by sops: {said}"))?;
    same_data(&opened, &reference).map_err(|it| format!("ours, opened by sops: {it}"))?;

    let opened = party
        .open(&theirs)
        .map_err(|error| format!("theirs is not opened by us: {error}"))?;
    let again = peer
        .encrypt(party, opened.plain.source())
        .map_err(|said| format!("theirs, opened by us, is no YAML to sops: {said}"))?;
    let Ok(opened) = peer.data(party, &again) else {
        return Ok(End::RefusedBySops);
    };
    same_data(&opened, &reference).map_err(|it| format!("theirs, opened by us: {it}"))?;
    Ok(End::Same)
}

#[test]
fn wild_texts_are_the_same_data_to_both() {
    let count = extent();
    std::thread::scope(|scope| {
        for version in VERSIONS {
            scope.spawn(move || {
                let (peer, party) = (Peer::new(version), Party::new());
                let (mut same, mut lone, mut wrong) = (0, 0, String::new());
                for seed in 0..count {
                    let text = wild::text(&mut seeded(seed));
                    match check(&peer, &party, &text) {
                        Ok(End::Same) => same += 1,
                        Ok(End::RefusedBySops) => lone += 1,
                        Ok(End::RefusedByUs) => {}
                        Err(complaint) => {
                            let kind = complaint.split(':').next();
                            let small = shrink(&text, |it| {
                                check(&peer, &party, it)
                                    .is_err_and(|other| other.split(':').next() == kind)
                            });
                            let last = check(&peer, &party, &small).err().unwrap_or_default();
                            let _ = writeln!(wrong, "{} seed {seed}: {small:?}\n{last}", peer.name);
                        }
                    }
                }
                println!(
                    "{}: {same} of {count} the same, {lone} refused by sops alone",
                    peer.name
                );
                assert!(wrong.is_empty(), "{wrong}");
            });
        }
    });
}
