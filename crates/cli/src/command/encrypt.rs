//! `selkie encrypt`: read, make a data key, wrap it for the recipients, seal, write.

use std::path::Path;

use selkie_crypto::DataKey;
use selkie_document::{Header, Nonces, Plain, seal};

use super::entropy::{now, randomness};
use crate::args::EncryptArgs;
use crate::identities;
use crate::io::Output;
use crate::message::{Failure, Reading, document_failure, warn, wrap_failure};
use crate::progress::Progress;
use crate::request::EncryptRequest;

pub(super) fn run(args: EncryptArgs, config: Option<&Path>) -> Result<(), Failure> {
    let request = EncryptRequest::resolve(args, config)?;
    let name = request.input.name();
    let output = Output::claim(request.target);
    let source = request.input.read_plain()?;
    let progress = Progress::start(&format!("encrypting {name}"), source.len());
    let failed = |error| document_failure(&name, Reading::Plain, &error);
    let plain = Plain::read(request.formats.input, source).map_err(failed)?;
    let lost = plain.lost_as(request.formats.output);
    let plain = plain.convert(request.formats.output).map_err(failed)?;

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
    let sealed = seal(plain, &key, header, &Nonces::none(), &mut rng).map_err(failed)?;
    drop(progress);
    output.write(&sealed.bytes)?;
    for warning in lost.iter().chain(&sealed.warnings) {
        warn(format_args!("{name}: {warning}"));
    }
    Ok(())
}
