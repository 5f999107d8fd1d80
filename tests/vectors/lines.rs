//! Files in dotenv and INI come back byte for byte, and carry what finds them when they are sealed.

use std::fs;

use selkie_document::Format;
use selkie_tests::repository::top;
use selkie_tests::{Party, seeded};

/// The format, and the bytes by which Flux tells that a file is encrypted.
const FORMATS: [(Format, &[u8]); 2] =
    [(Format::Dotenv, b"sops_mac=ENC["), (Format::Ini, b"[sops]")];

#[test]
fn every_file_comes_back_byte_for_byte() {
    let party = Party::new();
    for (format, marker) in FORMATS {
        let folder = top().join("tests/vectors").join(format.name());
        let mut files = 0;
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let (name, text) = (path.display(), fs::read(&path).unwrap());
            let sealed = party
                .seal_as(format, &text, &mut seeded(1))
                .unwrap_or_else(|error| panic!("{name} is not sealed: {error}"))
                .bytes;
            assert!(
                sealed.windows(marker.len()).any(|it| it == marker),
                "{name}"
            );
            let opened = party
                .open_as(format, &sealed)
                .unwrap_or_else(|error| panic!("{name} is not opened: {error}"));
            assert!(opened.plain.source() == text, "{name} changed");
            assert!(opened.exact && opened.warnings.is_empty(), "{name}");
            files += 1;
        }
        assert!(files >= 4, "{files} files of {format:?}");
    }
}
