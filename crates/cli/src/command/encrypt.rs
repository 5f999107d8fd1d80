//! `selkie encrypt`: read, make a data key, wrap it for the recipients, seal, write. Over an older file of the same
//! secrets, what did not change keeps its tokens.

use std::path::Path;

use rand::CryptoRng;
use selkie_crypto::{DataKey, Keyring, Secret};
use selkie_document::{
    Error, Header, Nonces, Plain, Reseal, SealedText, Warning, binary, reseal, seal,
};

use super::entropy::{now, randomness};
use crate::args::EncryptArgs;
use crate::identities;
use crate::io::Output;
use crate::message::{Failure, Reading, document_failure, warn};
use crate::progress::Progress;
use crate::request::{EncryptRequest, Formats};
use crate::reuse::{self, Reuse};
use crate::wrapping::wrap_all;

pub(super) fn run(args: EncryptArgs, config: Option<&Path>) -> Result<(), Failure> {
    let request = EncryptRequest::resolve(args, config)?;
    let name = request.input.name();
    let output = Output::claim(request.target.clone());
    let source = request.input.clone().read_plain()?;
    let size = source.len();
    let progress = Progress::start(&format!("encrypting {name}"), size);
    let failed = |error| document_failure(&name, Reading::Plain, &error);
    // Taking tokens over needs a tree, hence more memory than bytes have to cost.
    let whole = request.formats.are_binary()
        && !matches!(&request.reuse, Reuse::Asked(_))
        && (size > LARGE || request.reuse == Reuse::Nothing);
    let content = Content::read(request.formats, whole, source).map_err(failed)?;
    drop(progress);

    let mut rng = randomness()?;
    let warnings = match content {
        Content::Bytes(source) => {
            let (key, keyring) = wrapped(&name, &request, &mut rng)?;
            let progress = Progress::start(&format!("encrypting {name}"), size);
            let header = header(keyring, &request);
            let sealed = binary::seal(source, &key, header, &mut rng).map_err(failed)?;
            drop(progress);
            output.write_with(&|out| sealed.write(out))?;
            sealed.warnings
        }
        Content::Text(plain, lost) => {
            let old = reuse::find(&request, &request.order)?;
            let progress = Progress::start(&format!("encrypting {name}"), size);
            let sealed = if let Some((old, key)) = old {
                let how = Reseal {
                    now: now(),
                    layout: request.layout,
                    comments: request.comments,
                    raise_version: false,
                    rule: None,
                };
                reseal(&old, *plain, &key, &how, &mut rng).map_err(failed)?
            } else {
                let (key, keyring) = wrapped(&name, &request, &mut rng)?;
                seal_new(*plain, &key, keyring, &request, &mut rng).map_err(failed)?
            };
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

/// Bytes from which on a binary file takes nothing over from an older one, unless that is asked for.
const LARGE: usize = 4 << 20;

/// What is to be sealed: as the bytes that it is, or read and in the output's format.
enum Content {
    Bytes(Secret),
    /// With what was lost on the way.
    Text(Box<Plain>, Option<Warning>),
}

impl Content {
    fn read(formats: Formats, whole: bool, source: Secret) -> Result<Self, Error> {
        if whole {
            return Ok(Self::Bytes(source));
        }
        let plain = Plain::read(formats.input, source)?;
        let lost = plain.lost_as(formats.output);
        Ok(Self::Text(Box::new(plain.convert(formats.output)?), lost))
    }
}

/// A new data key, wrapped for the recipients.
pub(super) fn wrapped(
    name: &str,
    request: &EncryptRequest,
    rng: &mut impl CryptoRng,
) -> Result<(DataKey, Keyring), Failure> {
    let key = DataKey::generate(rng);
    let services = identities::services_to_wrap();
    let (groups, threshold) = (&request.groups, request.threshold);
    let keyring = wrap_all(name, &services, groups, threshold, &key, rng)?;
    Ok((key, keyring))
}

/// Seals a file that takes over nothing.
pub(super) fn seal_new(
    plain: Plain,
    key: &DataKey,
    keyring: Keyring,
    request: &EncryptRequest,
    rng: &mut impl CryptoRng,
) -> Result<SealedText, Error> {
    seal(plain, key, header(keyring, request), &Nonces::none(), rng)
}

fn header(keyring: Keyring, request: &EncryptRequest) -> Header {
    Header {
        keyring,
        selection: request.selection.clone(),
        mac_only_encrypted: request.mac_only_encrypted,
        now: now(),
        layout: request.layout,
        comments: request.comments,
    }
}
