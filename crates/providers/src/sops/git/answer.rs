//! What a Git server answers in version 2 of its protocol: what it can do, where its references point, and a pack.
//!
//! Never here: requests, and what a pack holds.

use selkie_api::Cause;

use super::object::Name;
use super::packet::{Packet, Packets, malformed};
use crate::Failure;

/// What a server can do that makes a difference to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Abilities {
    /// Leaves out files that are too large for us.
    pub(super) filter: bool,
}

/// What a server says of itself.
pub(super) fn abilities(body: &[u8]) -> Result<Abilities, Failure> {
    let mut lines = Packets(body).peekable();
    let is_title = |packet: &Packet<'_>| {
        let text = packet.text();
        text.is_some_and(|text| text == "# service=git-upload-pack")
    };
    // Some servers go by the book of the older versions here.
    if matches!(lines.peek(), Some(Ok(packet)) if is_title(packet)) {
        lines.next();
        lines.next_if(|it| *it == Ok(Packet::Flush));
    }
    let first = lines.next().ok_or_else(malformed)??;
    if first.text() != Some("version 2") {
        let what = "the Git server does not speak version 2 of its protocol";
        return Err(Failure::new(Cause::Unsupported, what));
    }
    let mut found = Abilities { filter: false };
    for line in lines {
        let Some(text) = line?.text() else { continue };
        if let Some(format) = text.strip_prefix("object-format=")
            && format != "sha1"
        {
            let what = "the repository names its objects by other hashes than SHA-1";
            return Err(Failure::new(Cause::Unsupported, what));
        }
        if let Some(fetch) = text.strip_prefix("fetch=") {
            found.filter = fetch.split(' ').any(|it| it == "filter");
        }
    }
    Ok(found)
}

/// The commit that a reference points at, through an annotated tag if it is one.
pub(super) fn reference(body: &[u8], wanted: &str) -> Result<Option<Name>, Failure> {
    for line in Packets(body) {
        let line = line?;
        refused(&line)?;
        if line == Packet::Flush {
            return Ok(None);
        }
        let mut words = line.text().ok_or_else(malformed)?.split(' ');
        let (Some(name), Some(reference)) = (words.next(), words.next()) else {
            return Err(malformed());
        };
        if reference != wanted {
            continue;
        }
        let peeled = words.find_map(|word| word.strip_prefix("peeled:"));
        let name = Name::parse(peeled.unwrap_or(name));
        return Ok(Some(name.ok_or_else(malformed)?));
    }
    Err(malformed())
}

/// The pack out of the answer to a fetch.
pub(super) fn pack(body: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut lines = Packets(body);
    loop {
        let line = lines.next().ok_or_else(malformed)??;
        refused(&line)?;
        match line.text() {
            Some("packfile") => break,
            // Where the history was cut off, which is of no use here.
            _ if line != Packet::Flush => {}
            _ => return Err(malformed()),
        }
    }
    let mut pack = Vec::new();
    for line in lines {
        match line? {
            Packet::Line([1, piece @ ..]) => pack.extend_from_slice(piece),
            // How far the server is.
            Packet::Line([2, ..]) => {}
            // It knew the commit and could not go on, so the next attempt may succeed.
            Packet::Line([3, ..]) => {
                let what = "the Git server broke off in the middle of a pack";
                return Err(Failure::new(Cause::ProviderError, what));
            }
            Packet::Flush => return Ok(pack),
            Packet::Line(_) | Packet::Delimiter => return Err(malformed()),
        }
    }
    Err(malformed())
}

/// The server says that something is wrong. Its words may be anything, so they are not said again; it knows no such commit, as a rule.
fn refused(line: &Packet<'_>) -> Result<(), Failure> {
    match line {
        Packet::Line([b'E', b'R', b'R', b' ', ..]) => Err(Failure::new(
            Cause::NotFound,
            "the Git server refuses to give this commit: it may not be there",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "1111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222";

    /// Lines, of which `-` is the end and `|` the mark of a part.
    type Lines<'l> = &'l [&'l [u8]];

    fn body(lines: Lines<'_>) -> Vec<u8> {
        let mut body = Vec::new();
        for line in lines {
            match *line {
                b"-" => body.extend_from_slice(b"0000"),
                b"|" => body.extend_from_slice(b"0001"),
                line => {
                    body.extend_from_slice(format!("{:04x}", line.len() + 4).as_bytes());
                    body.extend_from_slice(line);
                }
            }
        }
        body
    }

    #[test]
    fn what_a_server_can_do() {
        let rows: [(Lines<'_>, Result<bool, Cause>); 8] = [
            (&[b"version 2\n", b"fetch=shallow filter\n", b"-"], Ok(true)),
            (&[b"version 2\n", b"fetch=shallow\n", b"-"], Ok(false)),
            (&[b"version 2\n", b"agent=x\n", b"-"], Ok(false)),
            (
                &[
                    b"# service=git-upload-pack\n",
                    b"-",
                    b"version 2\n",
                    b"fetch=filter\n",
                    b"-",
                ],
                Ok(true),
            ),
            (&[b"version 1\n", b"-"], Err(Cause::Unsupported)),
            (
                &[b"# service=git-upload-pack\n", b"-", ONE.as_bytes()],
                Err(Cause::Unsupported),
            ),
            (
                &[b"version 2\n", b"object-format=sha256\n", b"-"],
                Err(Cause::Unsupported),
            ),
            (&[], Err(Cause::ProviderError)),
        ];
        for (lines, expected) in rows {
            let found = abilities(&body(lines));
            let found = found.map(|it| it.filter).map_err(|failure| failure.cause);
            assert_eq!(found, expected, "{lines:?}");
        }
    }

    #[test]
    fn where_references_point() {
        let main = format!("{ONE} refs/heads/main\n");
        let longer = format!("{TWO} refs/heads/main-2\n");
        let tag = format!("{ONE} refs/heads/main symref-target:x peeled:{TWO}\n");
        let short = "1111 refs/heads/main\n".to_owned();
        let rows: [(Lines<'_>, Result<Option<&str>, Cause>); 7] = [
            (&[main.as_bytes(), b"-"], Ok(Some(ONE))),
            (&[longer.as_bytes(), b"-"], Ok(None)),
            (&[longer.as_bytes(), main.as_bytes(), b"-"], Ok(Some(ONE))),
            (&[tag.as_bytes(), b"-"], Ok(Some(TWO))),
            (&[short.as_bytes(), b"-"], Err(Cause::ProviderError)),
            (&[longer.as_bytes()], Err(Cause::ProviderError)),
            (&[b"ERR go away"], Err(Cause::NotFound)),
        ];
        for (lines, expected) in rows {
            let found = reference(&body(lines), "refs/heads/main");
            let found = found.map_err(|failure| failure.cause);
            let expected = expected.map(|it| it.and_then(Name::parse));
            assert_eq!(found, expected, "{lines:?}");
        }
    }

    #[test]
    fn a_pack_comes_in_pieces() {
        let rows: [(Lines<'_>, Result<&[u8], Cause>); 7] = [
            (
                &[b"packfile\n", b"\x01PA", b"\x02so far", b"\x01CK", b"-"],
                Ok(b"PACK"),
            ),
            (
                &[
                    b"shallow-info\n",
                    b"shallow x\n",
                    b"|",
                    b"packfile\n",
                    b"\x01P",
                    b"-",
                ],
                Ok(b"P"),
            ),
            (&[b"packfile\n", b"\x01P"], Err(Cause::ProviderError)),
            (
                &[b"packfile\n", b"\x01P", b"\x03no", b"-"],
                Err(Cause::ProviderError),
            ),
            (&[b"packfile\n", b"\x04P", b"-"], Err(Cause::ProviderError)),
            (&[b"-"], Err(Cause::ProviderError)),
            (&[b"ERR upload-pack: not our ref"], Err(Cause::NotFound)),
        ];
        for (lines, expected) in rows {
            let found = pack(&body(lines)).map_err(|failure| failure.cause);
            assert_eq!(found, expected.map(<[u8]>::to_vec), "{lines:?}");
        }
    }
}
