//! A sealed text is one that the reader of sealed texts takes, with the metadata that was given. No value is opened here.

use selkie_document::{Format, Sealed};

use super::file::File;

/// Seals the text and reads what came of it.
pub fn slots(data: &[u8]) {
    let Some(file) = File::new(data) else { return };
    let Some(sealed) = file.seal() else { return };
    let sealed = match Sealed::read(Format::Yaml, sealed.bytes) {
        Ok(sealed) => sealed,
        Err(error) => panic!("not read: {error}"),
    };
    let (metadata, header) = (sealed.metadata(), &file.header);
    assert_eq!(metadata.selection, header.selection);
    assert_eq!(metadata.mac_only_encrypted, header.mac_only_encrypted);
    assert_eq!(metadata.last_modified, header.now);
    assert_eq!(metadata.keyring.groups.len(), header.keyring.groups.len());
    for (read, given) in metadata.keyring.groups.iter().zip(&header.keyring.groups) {
        assert_eq!(read.0.len(), given.0.len());
        for (read, given) in read.0.iter().zip(&given.0) {
            assert_eq!(read.recipient, given.recipient);
            assert_eq!(read.ciphertext, given.ciphertext);
        }
    }
    assert!(metadata.mac.is_some(), "there is no MAC");
    assert!(
        header.layout || metadata.layout.is_none(),
        "a layout record that nobody asked for"
    );
}
