//! `selkie filestatus`: whether a file is encrypted, as one line of JSON.

use crate::args::FileStatusArgs;
use crate::exit::Status;
use crate::io::{Input, print};
use crate::message::{Failure, Reading, document_failure};
use crate::request::formats;
use crate::session::exists;
use selkie_document::{Error, Sealed};

pub(super) fn run(args: &FileStatusArgs) -> Result<(), Failure> {
    // As in SOPS, further words do not count.
    let Some(path) = args.files.first() else {
        return Err(Failure::new(Status::NoFile, "no file was named"));
    };
    exists(path, Status::Failed)?;
    let name = path.display().to_string();
    let source = Input::File(path.clone())
        .read_sealed()
        .map_err(|failure| Failure {
            status: Status::Failed,
            ..failure
        })?;
    let format = formats(args.input_type.as_deref(), None, Some(path)).input;
    let encrypted = match Sealed::read(format, source) {
        Ok(sealed) => sealed.metadata().mac.is_some(),
        Err(Error::NotEncrypted | Error::Empty) => false,
        Err(error) => return Err(document_failure(&name, Reading::Sealed, &error)),
    };
    print(format!("{{\"encrypted\":{encrypted}}}\n").as_bytes())
}
