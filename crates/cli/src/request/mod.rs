//! From what the command line says to what is to be done: files chosen, formats named, rules matched, conflicts refused.
//!
//! Nothing is written here, and the input is not read: a request that is refused costs nothing.

mod decrypt;
mod edit;
mod encrypt;
pub(crate) mod exec;
pub(crate) mod existing;
pub(crate) mod keys;
pub(crate) mod publish;

use std::path::{Path, PathBuf};

use selkie_document::Format;
use selkie_keys::DecryptionOrder;

use crate::discover;
use crate::exit::Status;
use crate::io::{Input, Target};
use crate::message::Failure;

pub(crate) use decrypt::DecryptRequest;
pub(crate) use edit::{EditRequest, ExistingFile};
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

/// In which format to read and in which to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Formats {
    pub(crate) input: Format,
    pub(crate) output: Format,
}

impl Formats {
    /// Whether bytes come in and bytes go out: nothing has to be read as a text.
    pub(crate) fn are_binary(self) -> bool {
        self.input == Format::Binary && self.output == Format::Binary
    }
}

/// Each format by its flag, else by the name, `None` only for a nameless input; what neither tells is binary. As in SOPS, a
/// word that is no format counts as not given. Where the name tells nothing, the input's flag speaks for the output too.
pub(crate) fn formats(
    input_type: Option<&str>,
    output_type: Option<&str>,
    name: Option<&Path>,
) -> Formats {
    let by_name = name.and_then(|name| Format::from_path(&name.to_string_lossy()));
    let given = |word: Option<&str>| word.and_then(Format::from_name);
    let input = given(input_type).or(by_name);
    let output = given(output_type).or(by_name).or(input);
    Formats {
        input: input.unwrap_or(Format::Binary),
        output: output.unwrap_or(Format::Binary),
    }
}

/// The format of a file that is rewritten where it stands, token by token: input and output are one.
pub(crate) fn format(
    input_type: Option<&str>,
    output_type: Option<&str>,
    name: Option<&Path>,
) -> Result<Format, Failure> {
    let input = formats(input_type, None, name).input;
    match output_type.and_then(Format::from_name) {
        Some(other) if other != input => Err(Failure::new(
            Status::Failed,
            format_args!(
                "a {} file is not rewritten as {}",
                input.name(),
                other.name()
            ),
        )
        .hint("decrypt it with --output-type, and encrypt the result")),
        _ => Ok(input),
    }
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
    #[test]
    fn formats_are_told_by_flags_and_names() {
        #[track_caller]
        fn check(
            input: Option<&str>,
            output: Option<&str>,
            name: Option<&str>,
            expected: (Format, Format),
        ) {
            let got = formats(input, output, name.map(Path::new));
            assert_eq!(
                (got.input, got.output),
                expected,
                "{input:?} {output:?} {name:?}"
            );
        }
        use Format::{Binary, Json, Yaml};
        check(None, None, Some("a.yml"), (Yaml, Yaml));
        check(None, None, Some("a.json"), (Json, Json));
        check(Some("json"), None, Some("a.yaml"), (Json, Yaml));
        check(None, Some("json"), Some("a.yaml"), (Yaml, Json));
        check(Some("JSON"), Some("tree"), Some("a.yaml"), (Yaml, Yaml));
        check(Some("yaml"), Some("json"), None, (Yaml, Json));
        check(Some("yaml"), None, Some("a.txt"), (Yaml, Yaml));
        check(None, Some("json"), None, (Binary, Json));
        check(Some("tree"), None, Some("a.txt"), (Binary, Binary));
        check(None, None, Some("a.YAML"), (Binary, Binary));
        check(Some("binary"), None, Some("a.yaml"), (Binary, Yaml));
        check(None, Some("yaml"), Some("a.txt"), (Binary, Yaml));
        check(None, None, None, (Binary, Binary));
    }
}
