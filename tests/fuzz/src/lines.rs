//! dotenv and INI come back byte for byte, whatever bytes they are; and any bytes at all can be given to their readers.

use selkie_crypto::Secret;
use selkie_document::{Error, Format, Nonces, Plain, Sealed, open};

use super::file::{File, key};

/// The law over dotenv.
pub fn dotenv(data: &[u8]) {
    comes_back(Format::Dotenv, data);
}

/// The law over INI.
pub fn ini(data: &[u8]) {
    comes_back(Format::Ini, data);
}

fn comes_back(format: Format, data: &[u8]) {
    _ = Sealed::read(format, data.to_vec());
    let Some(file) = File::new(data) else { return };
    let Ok(plain) = Plain::read(format, Secret::from(file.text.to_vec())) else {
        return;
    };
    let Some(sealed) = file.seal_plain(plain, &Nonces::none(), 1) else {
        return;
    };
    let opened = Sealed::read(format, sealed.bytes).and_then(|sealed| open(sealed, &key()));
    match opened {
        Ok(opened) if file.header.layout => {
            assert_eq!(opened.plain.source(), file.text, "the text has changed");
            assert!(opened.exact, "opened inexactly: {:?}", opened.warnings);
        }
        Ok(_) => {}
        // Without the record a value may have no spelling at all.
        Err(Error::Unrestorable { .. }) if !file.header.layout => {}
        Err(error) => panic!("not opened: {error}"),
    }
}
