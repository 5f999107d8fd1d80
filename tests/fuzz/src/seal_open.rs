//! Opening what was sealed gives the text back byte for byte, and sealing that again changes no token of a value.

use selkie_document::{Format, Opened, Sealed, open};

use super::file::{File, key};

/// Seals the text, opens it, seals it again.
pub fn seal_open(data: &[u8]) {
    let Some(file) = File::new(data) else { return };
    let Some(sealed) = file.seal() else { return };
    let opened = reopen(&sealed.bytes);
    if file.header.layout {
        assert_eq!(
            shown(opened.plain.source()),
            shown(file.text),
            "the text has changed"
        );
        assert!(opened.exact, "opened inexactly: {:?}", opened.warnings);
        seal_again(&file, &sealed.bytes, opened);
    }
}

fn reopen(bytes: &[u8]) -> Opened {
    let sealed = match Sealed::read(Format::Yaml, bytes.to_vec()) {
        Ok(sealed) => sealed,
        Err(error) => panic!("not read: {error}"),
    };
    match open(sealed, &key()) {
        Ok(opened) => opened,
        Err(error) => panic!("not opened: {error}"),
    }
}

/// With other randomness but the nonces of the file: only the MAC and the layout record may differ.
fn seal_again(file: &File<'_>, before: &[u8], opened: Opened) {
    let nonces = opened.nonces(&key());
    let Some(after) = file.seal_plain(opened.plain, &nonces, 2) else {
        panic!("what was sealed once is refused now")
    };
    assert_eq!(
        without_fresh_tokens(before),
        without_fresh_tokens(&after.bytes),
        "a token has changed"
    );
}

/// The text without the tokens of MAC and layout record, which are new in each file.
fn without_fresh_tokens(bytes: &[u8]) -> String {
    let mut text = shown(bytes);
    if let Ok(sealed) = Sealed::read(Format::Yaml, bytes.to_vec()) {
        let metadata = sealed.metadata();
        for token in [&metadata.mac, &metadata.layout].into_iter().flatten() {
            text = text.replace(token.as_str(), "ENC[…]");
        }
    }
    text
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
