//! `selkie textconv`: what `git diff` compares. A file that does not open is shown as it is stored.

use selkie_document::{Error, Format, Sealed, open};
use selkie_keys::DecryptionOrder;

use crate::args::TextconvArgs;
use crate::identities;
use crate::io::{Input, print};
use crate::message::{Failure, warn};

pub(super) fn run(args: &TextconvArgs) -> Result<(), Failure> {
    let name = args.file.display().to_string();
    let stored = Input::File(args.file.clone()).read_sealed()?;
    let Some(format) = Format::from_path(&name) else {
        return print(&stored);
    };
    let Ok(sealed) = Sealed::read(format, stored.clone()) else {
        return print(&stored);
    };
    let order = DecryptionOrder::default();
    let services = identities::services();
    let Ok(key) = selkie_keys::recover(&services, &sealed.metadata().keyring_to_open(), &order)
    else {
        return print(&stored);
    };
    match open(sealed, &key) {
        Ok(opened) => print(opened.plain.source()),
        Err(error) => {
            if !matches!(error, Error::MacMissing) {
                warn(format_args!("{name}: shown as it is stored: {error}"));
            }
            print(&stored)
        }
    }
}
