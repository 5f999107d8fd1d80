//! From what the command line says to what is to be done: files chosen, formats named, rules matched, conflicts refused.
//!
//! Nothing is written here, and the input is not read: a request that is refused costs nothing.

mod decrypt;
mod encrypt;
pub(crate) mod existing;
pub(crate) mod keys;

use std::path::{Path, PathBuf};

use selkie_document::Format;
use selkie_keys::DecryptionOrder;

use crate::discover;
use crate::exit::Status;
use crate::io::{Input, Target};
use crate::message::Failure;

pub(crate) use decrypt::DecryptRequest;
pub(crate) use encrypt::EncryptRequest;

/// Where to read and where to write, out of the three arguments that say so.
fn source_and_target(
    file: Option<PathBuf>,
    in_place: bool,
    output: Option<PathBuf>,
) -> Result<(Input, Target), Failure> {
    let conflict = |fact: &str| Failure::new(Status::Conflict, fact);
    let target = match (in_place, output) {
        (true, Some(_)) => return Err(conflict("--in-place and --output exclude each other")),
        (false, Some(path)) => Some(Target::File(path)),
        (false, None) => Some(Target::Stdout),
        (true, None) => None,
    };
    match (file, target) {
        (None, None) => Err(conflict("--in-place needs a file, but the input is stdin")),
        (None, Some(target)) => Ok((Input::Stdin, target)),
        (Some(path), None) => Ok((Input::File(path.clone()), Target::InPlace(path))),
        (Some(path), Some(target)) => Ok((Input::File(path), target)),
    }
}

/// The one format of input and output: by flag, else by the name, `None` only for a nameless input.
///
/// Other formats than the input's cannot be written yet.
pub(crate) fn format(
    input_type: Option<&str>,
    output_type: Option<&str>,
    name: Option<&Path>,
) -> Result<Format, Failure> {
    let format = match (input_type, name) {
        (Some(given), _) => named(given, "--input-type")?,
        (None, Some(name)) => Format::from_path(&name.to_string_lossy()).ok_or_else(|| {
            Failure::new(
                Status::Failed,
                format_args!(
                    "{}: its name is not that of a YAML file, the only format of this build so far",
                    name.display()
                ),
            )
            .hint("if it holds YAML nevertheless, say --input-type yaml")
        })?,
        (None, None) => {
            return Err(Failure::new(
                Status::Failed,
                "stdin has no name that would tell its format",
            )
            .hint("say --input-type yaml, or give a name with --filename-override"));
        }
    };
    match output_type
        .map(|given| named(given, "--output-type"))
        .transpose()?
    {
        Some(other) if other != format => Err(Failure::new(
            Status::Failed,
            format_args!(
                "a {} file cannot be written as {} yet",
                format.name(),
                other.name()
            ),
        )),
        _ => Ok(format),
    }
}

fn named(given: &str, flag: &str) -> Result<Format, Failure> {
    Format::from_name(given).ok_or_else(|| {
        Failure::new(
            Status::Failed,
            format_args!("{flag} {given}: this build knows the format yaml only, so far"),
        )
    })
}

/// Kinds of keys by preference: by flag, else by variable.
pub(crate) fn order(given: Option<String>) -> Result<DecryptionOrder, Failure> {
    match given.or_else(discover::decryption_order) {
        Some(text) => {
            DecryptionOrder::parse(&text).map_err(|error| Failure::new(Status::RepeatedKind, error))
        }
        None => Ok(DecryptionOrder::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_targets() {
        let file = |name: &str| Some(PathBuf::from(name));
        let rows = [
            (None, false, None, Ok((Input::Stdin, Target::Stdout))),
            (
                file("a"),
                false,
                None,
                Ok((Input::File("a".into()), Target::Stdout)),
            ),
            (
                file("a"),
                true,
                None,
                Ok((Input::File("a".into()), Target::InPlace("a".into()))),
            ),
            (
                file("a"),
                false,
                file("b"),
                Ok((Input::File("a".into()), Target::File("b".into()))),
            ),
            (
                None,
                false,
                file("b"),
                Ok((Input::Stdin, Target::File("b".into()))),
            ),
            (file("a"), true, file("b"), Err(Status::Conflict)),
            (None, true, None, Err(Status::Conflict)),
        ];
        for (input, in_place, output, expected) in rows {
            let shown = format!("{input:?} {in_place} {output:?}");
            let got = source_and_target(input, in_place, output).map_err(|failure| failure.status);
            assert_eq!(got, expected, "{shown}");
        }
    }
}
