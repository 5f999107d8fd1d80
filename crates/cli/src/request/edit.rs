//! What `edit` is asked for: an existing file under its own keys, or a new one as `encrypt` would make it.

use std::path::{Path, PathBuf};

use selkie_document::{Comments, Format};
use selkie_keys::DecryptionOrder;

use super::{EncryptRequest, format, order};
use crate::args::{EditArgs, EncryptArgs};
use crate::exit::Status;
use crate::guard::Guard;
use crate::message::Failure;

/// An edit, resolved.
#[derive(Debug)]
pub(crate) enum EditRequest {
    /// Of a file that is there.
    Existing(Box<ExistingFile>),
    /// Of one that is not.
    New(PathBuf, Box<EncryptRequest>),
}

/// A file that is there.
#[derive(Debug)]
pub(crate) struct ExistingFile {
    pub(crate) path: PathBuf,
    pub(crate) format: Format,
    pub(crate) order: DecryptionOrder,
    pub(crate) guard: Guard,
    pub(crate) ignore_mac: bool,
    pub(crate) show_metadata: bool,
    pub(crate) layout: bool,
    pub(crate) comments: Comments,
}

impl EditRequest {
    /// Resolves the arguments.
    pub(crate) fn resolve(args: EditArgs, config: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = args.file.clone() else {
            return Err(Failure::new(Status::NoFile, "no file was named"));
        };
        // A link that leads nowhere is not a new file: who knows where it would be.
        if path.symlink_metadata().is_err() {
            let request = EncryptRequest::resolve(of_new_file(args, path.clone()), config)?;
            return Ok(Self::New(path, Box::new(request)));
        }
        let guard = Guard::resolve(args.guard, config, &path)?;
        let rule = guard.rule.as_ref();
        let plain_comments =
            args.plain_comments || rule.and_then(|rule| rule.plain_comments).unwrap_or(false);
        let (input_type, output_type) = (args.open.input_type, args.output_type);
        Ok(Self::Existing(Box::new(ExistingFile {
            format: format(input_type.as_deref(), output_type.as_deref(), Some(&path))?,
            order: order(args.open.decryption_order)?,
            ignore_mac: args.ignore_mac,
            show_metadata: args.show_master_keys,
            layout: !args.no_layout && rule.and_then(|rule| rule.layout).unwrap_or(true),
            comments: if plain_comments {
                Comments::Plain
            } else {
                Comments::Encrypted
            },
            guard,
            path,
        })))
    }
}

fn of_new_file(args: EditArgs, path: PathBuf) -> EncryptArgs {
    EncryptArgs {
        file: None,
        in_place: false,
        output: Some(path.clone()),
        input_type: args.open.input_type,
        output_type: args.output_type,
        filename_override: Some(path),
        shamir_secret_sharing_threshold: args.shamir_secret_sharing_threshold,
        mac_only_encrypted: args.mac_only_encrypted,
        no_layout: args.no_layout,
        plain_comments: args.plain_comments,
        reuse: None,
        no_reuse: true,
        keys: args.keys,
        selectors: args.selectors,
    }
}
