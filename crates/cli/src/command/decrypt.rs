//! `selkie decrypt`: read, recover the data key, open, write. Nothing is written before everything is verified.

use std::path::Path;

use crate::args::DecryptArgs;
use crate::exit::Status;
use crate::identities;
use crate::io::Output;
use crate::message::{Failure, Reading, document_failure, recover_failure, warn};
use crate::progress::Progress;
use crate::request::DecryptRequest;
use selkie_document::binary::{self, OpenedBinary};
use selkie_document::{Error, Format, Opened, Sealed, Warning, open_as, open_unverified_as};

pub(super) fn run(args: DecryptArgs, config: Option<&Path>) -> Result<(), Failure> {
    let request = DecryptRequest::resolve(args, config)?;
    let name = request.input.name();
    let output = Output::claim(request.target);
    let source = request.input.read_sealed()?;
    let reading = if request.formats.output == Format::Binary {
        Reading::SealedBinary
    } else {
        Reading::Sealed
    };
    let failed = |error| document_failure(&name, reading, &error);
    let size = source.len();
    let sealed = Sealed::read(request.formats.input, source).map_err(failed)?;

    let key = selkie_keys::recover(
        &identities::services(),
        &sealed.metadata().keyring_to_open(),
        &request.order,
    )
    .map_err(|report| recover_failure(&name, &report))?;
    let progress = Progress::start(&format!("decrypting {name}"), size);
    if request.ignore_mac {
        warn(format_args!(
            "{name}: the MAC was not checked, as asked; whoever can write the file decided what is in it"
        ));
    }
    if request.formats.are_binary() && request.extract.is_none() {
        let opened = if request.ignore_mac {
            binary::open_unverified(sealed, &key)
        } else {
            binary::open(sealed, &key)
        };
        let OpenedBinary { content, warnings } = opened.map_err(failed)?;
        drop(progress);
        tell(&name, &warnings);
        return output.write(content.expose());
    }
    // One value needs no text around it that its format can hold.
    let wanted = match &request.extract {
        Some(path) if !path.is_root() => Format::Json,
        _ => request.formats.output,
    };
    let opened = if request.ignore_mac {
        open_unverified_as(sealed, &key, wanted)
    } else {
        open_as(sealed, &key, wanted)
    };
    let Opened {
        plain,
        warnings,
        exact,
        ..
    } = opened.map_err(|error| {
        let lacks = matches!(error, Error::Conversion { .. });
        let failure = failed(error);
        if lacks && reading == Reading::Sealed && request.formats.output == request.formats.input {
            failure
                .hint("--output-type json prints what this format cannot hold, --extract one value")
        } else {
            failure
        }
    })?;
    drop(progress);
    tell(&name, &warnings);
    tell(&name, plain.lost_as(request.formats.output).as_slice());
    if request.exact && !exact {
        let fact = format!(
            "{name}: the original's spelling cannot be restored, and --exact was asked for"
        );
        return Err(Failure::new(Status::NotAuthentic, fact)
            .hint("without --exact the values come in a spelling of their own"));
    }
    let format = request.formats.output;
    match &request.extract {
        Some(path) => output.write(plain.extract_as(path, format).map_err(failed)?.expose()),
        None if format == plain.format() => output.write(plain.source()),
        None => output.write(plain.text_as(format).map_err(failed)?.expose()),
    }
}

fn tell(name: &str, warnings: &[Warning]) {
    for warning in warnings {
        warn(format_args!("{name}: {warning}"));
    }
}
