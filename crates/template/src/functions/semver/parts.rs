//! How a version is spelt: where its parts begin and end. What they mean stands in `version` and in `constraint`.

/// The parts of a version as they were written, without what leads them in; empty where there is none.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) major: &'a str,
    pub(super) minor: &'a str,
    pub(super) patch: &'a str,
    pub(super) prerelease: &'a str,
    pub(super) metadata: &'a str,
    /// All of it, a leading `v` too.
    pub(super) whole: &'a str,
}

impl<'a> Parts<'a> {
    /// The longest version that `text` begins with, if it begins with one. Its numbers consist of the bytes that `is_number` takes.
    pub(super) fn at_start(text: &'a str, is_number: fn(u8) -> bool) -> Option<Self> {
        let numbers = text.strip_prefix('v').unwrap_or(text);
        let (major, rest) = run(numbers, is_number);
        if major.is_empty() {
            return None;
        }
        let (minor, rest) = behind(rest, '.', |text| run(text, is_number));
        let (patch, rest) = match minor {
            "" => ("", rest),
            _ => behind(rest, '.', |text| run(text, is_number)),
        };
        let (prerelease, rest) = behind(rest, '-', identifiers);
        let (metadata, rest) = behind(rest, '+', identifiers);
        Some(Self {
            major,
            minor,
            patch,
            prerelease,
            metadata,
            whole: &text[..text.len() - rest.len()],
        })
    }
}

/// The bytes at the start that `takes` takes, and the rest.
fn run(text: &str, takes: fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|byte| !takes(byte));
    text.split_at(end.unwrap_or(text.len()))
}

/// What `part` finds behind `mark`, and the rest; if it finds nothing, `mark` belongs to the rest.
fn behind<'a>(
    text: &'a str,
    mark: char,
    part: impl Fn(&'a str) -> (&'a str, &'a str),
) -> (&'a str, &'a str) {
    match text.strip_prefix(mark).map(part) {
        Some((found, rest)) if !found.is_empty() => (found, rest),
        _ => ("", text),
    }
}

/// Identifiers with points between them.
fn identifiers(text: &str) -> (&str, &str) {
    let takes = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let (_, mut rest) = run(text, takes);
    loop {
        let (found, after) = behind(rest, '.', |text| run(text, takes));
        if found.is_empty() || rest.len() == text.len() {
            break;
        }
        rest = after;
    }
    text.split_at(text.len() - rest.len())
}
