//! The corpus comes back byte for byte.

use std::fs;

use selkie_tests::repository::corpus;
use selkie_tests::{Party, seeded};

#[test]
fn every_file_comes_back_byte_for_byte() {
    let party = Party::new();
    for path in corpus() {
        let text = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().display().to_string();
        let sealed = party
            .seal(&text, &mut seeded(1))
            .unwrap_or_else(|error| panic!("{name} is not sealed: {error}"));
        let opened = party
            .open(&sealed.bytes)
            .unwrap_or_else(|error| panic!("{name} is not opened: {error}"));
        assert!(opened.plain.source() == text, "{name} changed");
        assert!(
            opened.exact && opened.warnings.is_empty(),
            "{name} opened with {:?}",
            opened.warnings
        );
    }
}

#[test]
fn without_the_record_the_data_stays() {
    let party = Party::new();
    for path in corpus() {
        let text = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().display().to_string();
        let mut rng = seeded(2);
        let (key, mut header) = party.header(&mut rng);
        header.layout = false;
        let plain =
            selkie_document::Plain::read(selkie_document::Format::Yaml, text.into()).unwrap();
        let sealed = selkie_document::seal(
            plain,
            &key,
            header,
            &selkie_document::Nonces::none(),
            &mut rng,
        )
        .unwrap();
        let opened = party
            .open(&sealed.bytes)
            .unwrap_or_else(|error| panic!("{name} is not opened: {error}"));
        // What was opened must itself be a file that can be sealed, and come back: its spelling is canonical.
        let again = party
            .seal(opened.plain.source(), &mut rng)
            .unwrap_or_else(|error| panic!("{name} is not sealed again: {error}"));
        assert!(
            party.open(&again.bytes).unwrap().plain.source() == opened.plain.source(),
            "{name} changed"
        );
    }
}
