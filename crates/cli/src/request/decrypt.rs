//! What `decrypt` is asked for.

use std::path::Path;

use selkie_document::path::Path as KeyPath;
use selkie_keys::DecryptionOrder;

use super::{Formats, formats, order, source_and_target};
use crate::args::DecryptArgs;
use crate::config;
use crate::exit::Status;
use crate::io::{Input, Target};
use crate::message::Failure;

/// A decryption, resolved.
#[derive(Debug)]
pub(crate) struct DecryptRequest {
    pub(crate) input: Input,
    pub(crate) target: Target,
    pub(crate) formats: Formats,
    /// The part to print, if not the whole file.
    pub(crate) extract: Option<KeyPath>,
    pub(crate) order: DecryptionOrder,
    pub(crate) ignore_mac: bool,
    pub(crate) exact: bool,
}

impl DecryptRequest {
    /// Resolves the arguments.
    pub(crate) fn resolve(args: DecryptArgs, config: Option<&Path>) -> Result<Self, Failure> {
        let (input, target) = source_and_target(args.file, args.in_place, args.output)?;
        input.check_exists()?;
        config::check(config)?;
        let name = match (&args.filename_override, &input) {
            (Some(name), _) => Some(name.as_path()),
            (None, Input::File(path)) => Some(path.as_path()),
            (None, Input::Stdin) => None,
        };
        Ok(Self {
            formats: formats(
                args.input_type.as_deref(),
                args.output_type.as_deref(),
                name,
            ),
            extract: args.extract.as_deref().map(key_path).transpose()?,
            order: order(args.decryption_order)?,
            ignore_mac: args.ignore_mac,
            exact: args.exact,
            input,
            target,
        })
    }
}

/// The empty path is the whole file, as in SOPS.
fn key_path(text: &str) -> Result<KeyPath, Failure> {
    KeyPath::parse(text).map_err(|error| {
        Failure::new(Status::BadPath, format_args!("--extract: {error}"))
            .hint("a path looks like ['key'][0]['other']; mind the shell's own quotes")
    })
}
