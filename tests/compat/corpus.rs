//! The corpus through each sops version, both ways.

use std::fs;

use selkie_tests::repository::corpus;
use selkie_tests::{Party, seeded};

use crate::sops::{Peer, VERSIONS, same_data};

/// The one file of the corpus that sops does not accept: JSON in the flow style with tabs.
const NOT_FOR_SOPS: &str = "json.yaml";

/// Runs `check` on each file with each version, and fails with all complaints at once.
fn for_all(check: impl Fn(&Peer, &Party, &str, &[u8]) -> Result<(), String>) {
    let party = Party::new();
    let mut wrong = Vec::new();
    for peer in VERSIONS.map(Peer::new) {
        for path in corpus() {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if let Err(complaint) = check(&peer, &party, &name, &fs::read(&path).unwrap()) {
                wrong.push(format!("{} {name}: {complaint}", peer.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sops_reads_what_we_seal() {
    for_all(|peer, party, name, text| {
        let sealed = party
            .seal(text, &mut seeded(5))
            .map_err(|error| error.to_string())?
            .bytes;
        match peer.encrypt(party, text) {
            Ok(theirs) => same_data(
                &peer.decrypt(party, &sealed)?,
                &peer.decrypt(party, &theirs)?,
            ),
            Err(_) if name == NOT_FOR_SOPS => Ok(()),
            Err(said) => Err(format!("sops does not accept the plain text: {said}")),
        }
    });
}

#[test]
fn we_read_what_sops_seals() {
    for_all(|peer, party, name, text| {
        let sealed = match peer.encrypt(party, text) {
            Ok(sealed) => sealed,
            Err(_) if name == NOT_FOR_SOPS => return Ok(()),
            Err(said) => return Err(said),
        };
        let opened = party.open(&sealed).map_err(|error| error.to_string())?;
        // Our spelling of a value may differ from sops's, so ours goes through sops once more.
        let ours = peer.normal(party, opened.plain.source())?;
        same_data(&ours, &peer.decrypt(party, &sealed)?)
    });
}
