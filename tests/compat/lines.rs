//! Wild dotenv and INI through each sops version, both ways: whatever sops reads is the same data to us.

use std::env;
use std::fmt::Write as _;

use selkie_document::Format;
use selkie_tests::wild::shrink;
use selkie_tests::{Party, lines, seeded};

use crate::sops::{Peer, VERSIONS};

/// Texts per version and format: what the gate can afford, unless `SELKIE_WILD` says more, as the long tier does.
fn extent() -> u64 {
    env::var("SELKIE_WILD").map_or(60, |text| text.parse().expect("SELKIE_WILD is a number"))
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    Same,
    /// Refused by both.
    Refused,
    /// sops does not open the file that it made itself; ours it does.
    BrokenBySops,
}

fn check(peer: &Peer, party: &Party, format: Format, text: &str) -> Result<End, String> {
    let name = format.name();
    let ours = party.seal_as(format, text.as_bytes(), &mut seeded(6));
    let theirs = peer.encrypt_named(party, &format!("plain.{}", suffix(format)), text.as_bytes());
    let (ours, theirs) = match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => (ours.bytes, theirs),
        (Err(_), Err(_)) => return Ok(End::Refused),
        // Not for one reason but this, which both take and read otherwise than each other.
        (Err(error), _) if error.to_string().contains("two releases") => return Ok(End::Refused),
        (Ok(_), Err(said)) => return Err(format!("taken by us alone: {said}")),
        (Err(error), Ok(_)) => return Err(format!("taken by sops alone: {error}")),
    };
    let json = |sealed: &[u8]| {
        let words = ["decrypt", "--input-type", name, "--output-type", "json"];
        peer.decrypt_named(party, &words, "sealed.any", sealed)
    };
    let back = party
        .open_as(format, &ours)
        .map_err(|error| format!("ours is not opened by us: {error}"))?;
    if back.plain.source() != text.as_bytes() {
        return Err("changed by us".to_owned());
    }
    let opened = json(&ours).map_err(|said| format!("ours is not opened by sops: {said}"))?;
    let Ok(reference) = json(&theirs) else {
        return Ok(End::BrokenBySops);
    };
    // Keys that sops prints as comments are gone, which no MAC tells if they are empty.
    if opened != reference && format == Format::Ini && has_lost_key(text) {
        return Ok(End::BrokenBySops);
    }
    if opened != reference {
        return Err(format!(
            "ours, opened by sops: differs\n{}\n{}",
            String::from_utf8_lossy(&opened),
            String::from_utf8_lossy(&reference)
        ));
    }
    let opened = party
        .open_as(format, &theirs)
        .map_err(|error| format!("theirs is not opened by us: {error}"))?;
    let again = party
        .seal_as(format, opened.plain.source(), &mut seeded(7))
        .map_err(|error| format!("theirs, opened by us, is not sealed: {error}"))?;
    let again = json(&again.bytes).map_err(|said| format!("theirs, sealed again: {said}"))?;
    if again == reference {
        Ok(End::Same)
    } else {
        Err(format!(
            "theirs, opened by us: differs\n{}",
            String::from_utf8_lossy(opened.plain.source())
        ))
    }
}

/// Whether a key begins with a marker of comments, which needs quotes that sops does not print; a dash is one, once it was read.
fn has_lost_key(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().map(str::trim_start).any(|line| {
        let key = line.trim_start_matches(['"', '`']);
        line.starts_with('-')
            || (key.len() < line.len() && key.trim_start().starts_with(['#', ';']))
    })
}

fn suffix(format: Format) -> &'static str {
    if format == Format::Dotenv {
        "env"
    } else {
        "ini"
    }
}

fn hold(format: Format, text: fn(u64) -> String) {
    let count = extent();
    std::thread::scope(|scope| {
        for version in VERSIONS {
            scope.spawn(move || {
                let (peer, party) = (Peer::new(version), Party::new());
                let (mut same, mut broken, mut wrong) = (0, 0, String::new());
                for seed in 0..count {
                    let text = text(seed);
                    match check(&peer, &party, format, &text) {
                        Ok(End::Same) => same += 1,
                        Ok(End::BrokenBySops) => broken += 1,
                        Ok(End::Refused) => {}
                        Err(complaint) => {
                            let kind = complaint.split(':').next();
                            let small = shrink(&text, |it| {
                                check(&peer, &party, format, it)
                                    .is_err_and(|other| other.split(':').next() == kind)
                            });
                            let last = check(&peer, &party, format, &small).err();
                            let _ = writeln!(
                                wrong,
                                "{} seed {seed}: {small:?}\n{}",
                                peer.name,
                                last.unwrap_or_default()
                            );
                        }
                    }
                }
                println!(
                    "{}: {same} of {count} the same, {broken} broken by sops",
                    peer.name
                );
                assert!(wrong.is_empty(), "{wrong}");
                assert!(same * 4 > count, "only {same} of {count} are read by sops");
            });
        }
    });
}

#[test]
fn wild_dotenv_is_the_same_data_to_both() {
    hold(Format::Dotenv, |seed| lines::dotenv(&mut seeded(seed)));
}

#[test]
fn wild_ini_is_the_same_data_to_both() {
    hold(Format::Ini, |seed| lines::ini(&mut seeded(seed)));
}
