//! `selkie encrypt`: read, make a data key, wrap it for the recipients, seal, write.

use std::path::Path;

use selkie_crypto::{DataKey, Secret};
use selkie_document::{Error, Header, Nonces, Plain, Warning, binary, seal};

use super::entropy::{now, randomness};
use crate::args::EncryptArgs;
use crate::identities;
use crate::io::Output;
use crate::message::{Failure, Reading, document_failure, warn, wrap_failure};
use crate::progress::Progress;
use crate::request::{EncryptRequest, Formats};

pub(super) fn run(args: EncryptArgs, config: Option<&Path>) -> Result<(), Failure> {
    let request = EncryptRequest::resolve(args, config)?;
    let name = request.input.name();
    let output = Output::claim(request.target);
    let source = request.input.read_plain()?;
    let progress = Progress::start(&format!("encrypting {name}"), source.len());
    let failed = |error| document_failure(&name, Reading::Plain, &error);
    let content = Content::read(request.formats, source).map_err(failed)?;

    let mut rng = randomness()?;
    let key = DataKey::generate(&mut rng);
    let services = identities::services_to_wrap();
    let keyring = selkie_keys::wrap_all(
        &services,
        &request.groups,
        request.threshold,
        &key,
        &mut rng,
    )
    .map_err(|error| wrap_failure(&name, &error))?;
    let header = Header {
        keyring,
        selection: request.selection,
        mac_only_encrypted: request.mac_only_encrypted,
        now: now(),
        layout: request.layout,
        comments: request.comments,
    };
    let warnings = match content {
        Content::Bytes(source) => {
            let sealed = binary::seal(source, &key, header, &mut rng).map_err(failed)?;
            drop(progress);
            output.write_with(&|out| sealed.write(out))?;
            sealed.warnings
        }
        Content::Text(plain, lost) => {
            let sealed = seal(plain, &key, header, &Nonces::none(), &mut rng).map_err(failed)?;
            drop(progress);
            output.write(&sealed.bytes)?;
            lost.into_iter().chain(sealed.warnings).collect()
        }
    };
    for warning in &warnings {
        warn(format_args!("{name}: {warning}"));
    }
    Ok(())
}

/// What is to be sealed: as the bytes that it is, or read and in the output's format.
enum Content {
    Bytes(Secret),
    /// With what was lost on the way.
    Text(Plain, Option<Warning>),
}

impl Content {
    fn read(formats: Formats, source: Secret) -> Result<Self, Error> {
        if formats.are_binary() {
            return Ok(Self::Bytes(source));
        }
        let plain = Plain::read(formats.input, source)?;
        let lost = plain.lost_as(formats.output);
        Ok(Self::Text(plain.convert(formats.output)?, lost))
    }
}
