//! An archive of Flux's: a compressed tar file, read in memory. Nothing is written anywhere, links are noted and not followed.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use flate2::read::GzDecoder;
use selkie_api::Cause;
use tar::{Archive, EntryType};

use crate::Failure;
use crate::sops::open;
use crate::sops::place::{Collected, DEEPEST, LONGEST, Place, too_deep, too_long};
use crate::sops::source::Entry;

/// Bytes of an archive once it is inflated.
const LARGEST: u64 = 64 << 20;
/// Entries of an archive, whoever's they are.
const ENTRIES: usize = 200_000;

/// The files of an archive at a place, under their names counted from the folder.
pub(super) fn files(packed: &[u8], place: &Place) -> Result<BTreeMap<String, Entry>, Failure> {
    let mut inflated = GzDecoder::new(packed).take(LARGEST + 1);
    let mut collected = Collected::default();
    let mut is_there = place.folder.is_empty();
    let read = collect(&mut inflated, place, &mut collected, &mut is_there);
    if inflated.limit() == 0 {
        let what = format!("the artifact becomes larger than {} MiB", LARGEST >> 20);
        return Err(Failure::new(Cause::InvalidData, what));
    }
    read?;
    if !is_there {
        let what = format!("{:?} is not in the artifact", place.folder.join("/"));
        return Err(Failure::new(Cause::NotFound, what));
    }
    Ok(collected.files())
}

fn collect(
    inflated: &mut impl Read,
    place: &Place,
    collected: &mut Collected,
    is_there: &mut bool,
) -> Result<(), Failure> {
    let mut archive = Archive::new(inflated);
    for (number, entry) in archive.entries().map_err(|_| malformed())?.enumerate() {
        if number >= ENTRIES {
            let what = format!("the artifact has more than {ENTRIES} entries");
            return Err(Failure::new(Cause::InvalidData, what));
        }
        let mut entry = entry.map_err(|_| malformed())?;
        let path = entry.path_bytes().into_owned();
        // No manifest could name it.
        let Ok(path) = std::str::from_utf8(&path) else {
            continue;
        };
        let names = downwards(path)?;
        let is_below = names.len() >= place.folder.len()
            && names
                .iter()
                .zip(&place.folder)
                .all(|(name, folder)| name == folder);
        *is_there |= is_below;
        let kind = entry.header().entry_type();
        let Some(name) = place.name(&names).filter(|_| kind != EntryType::Directory) else {
            continue;
        };
        let taken = match kind {
            EntryType::Regular | EntryType::Continuous => content(&mut entry)?,
            // What a hole is filled with counts as inflated by nobody, and source-controller packs none.
            EntryType::GNUSparse => {
                let what = "the artifact has a file with holes";
                return Err(Failure::new(Cause::InvalidData, what));
            }
            EntryType::Symlink | EntryType::Link => Entry::Link,
            // Devices, pipes, what is said about the archive itself.
            _ => continue,
        };
        collected.take(name, taken)?;
    }
    Ok(())
}

fn content(entry: &mut impl Read) -> Result<Entry, Failure> {
    let mut bytes = Vec::new();
    let mut within = entry.take(open::LARGEST as u64 + 1);
    within.read_to_end(&mut bytes).map_err(|_| malformed())?;
    Ok(if bytes.len() > open::LARGEST {
        Entry::TooLarge
    } else {
        Entry::File(Arc::from(bytes))
    })
}

/// The names of a path. One that would lead out of the archive is nobody's mistake.
fn downwards(path: &str) -> Result<Vec<&str>, Failure> {
    if path.len() > LONGEST {
        return Err(too_long());
    }
    let names: Vec<&str> = path
        .split('/')
        .filter(|name| !matches!(*name, "" | "."))
        .collect();
    if path.starts_with('/') || names.contains(&"..") {
        let what = "the artifact has a path that leads out of it";
        return Err(Failure::new(Cause::InvalidData, what));
    }
    if names.len() > DEEPEST {
        return Err(too_deep());
    }
    Ok(names)
}

fn malformed() -> Failure {
    Failure::new(Cause::InvalidData, "the artifact is no compressed archive")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    /// An entry: what it is, its path as it stands there, what it holds.
    type Row<'r> = (EntryType, &'r str, &'r [u8]);

    fn archive(rows: &[Row<'_>]) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        for (kind, path, content) in rows {
            let mut header = Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_mode(0o644);
            header.set_size(content.len() as u64);
            // As somebody else's program would write it, who checks nothing.
            header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_cksum();
            builder.append(&header, *content).unwrap();
        }
        packed(&builder.into_inner().unwrap())
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn place(folder: &str, file: Option<&str>) -> Place {
        Place::new(Some(folder), file).unwrap()
    }

    fn file(text: &str) -> Entry {
        Entry::File(text.as_bytes().into())
    }

    const FILE: EntryType = EntryType::Regular;
    const FOLDER: EntryType = EntryType::Directory;

    #[test]
    fn files_are_found_at_their_place_and_links_are_noted() {
        let archive = archive(&[
            (FOLDER, "./", b""),
            (FILE, "./README", b"hello"),
            (FOLDER, "team/", b""),
            (FILE, "team/a.yaml", b"a"),
            (FILE, "team/deep/b.yaml", b"b"),
            (FILE, "teams/c.yaml", b"c"),
            (EntryType::Symlink, "team/link", b""),
            (EntryType::Link, "team/hard", b""),
            (EntryType::Fifo, "team/pipe", b""),
            (FOLDER, "empty/", b""),
        ]);
        let found = |folder, file| files(&archive, &place(folder, file)).map_err(|it| it.cause);
        let team = [
            ("a.yaml".to_owned(), file("a")),
            ("deep/b.yaml".to_owned(), file("b")),
            ("hard".to_owned(), Entry::Link),
            ("link".to_owned(), Entry::Link),
        ];
        assert_eq!(found("team", None), Ok(team.into()));
        assert_eq!(found("./team//deep", None).unwrap().len(), 1);
        assert_eq!(found("", None).unwrap().len(), 6);
        let one = [("a.yaml".to_owned(), file("a"))];
        assert_eq!(found("team", Some("a.yaml")), Ok(one.into()));
        assert_eq!(found("empty", None), Ok(BTreeMap::new()));
        assert_eq!(found("none", None), Err(Cause::NotFound));
    }

    /// An archive whose one path needs an entry of its own.
    fn long(path: &str) -> Vec<u8> {
        let mut header = Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(0);
        let mut builder = Builder::new(Vec::new());
        builder.append_data(&mut header, path, &b""[..]).unwrap();
        packed(&builder.into_inner().unwrap())
    }

    #[test]
    fn what_is_hostile_or_broken_is_refused() {
        let whole = archive(&[(FILE, "a", b"a")]);
        let deep = "d/".repeat(DEEPEST) + "a";
        let rows = [
            archive(&[(FILE, "../a", b"a")]),
            archive(&[(FILE, "x/../../a", b"a")]),
            archive(&[(FILE, "/etc/passwd", b"a")]),
            archive(&[(FILE, &deep, b"a")]),
            long(&"x".repeat(LONGEST + 1)),
            b"".to_vec(),
            b"no archive".to_vec(),
            packed(
                b"no archive, but compressed, and longer than a block is"
                    .repeat(20)
                    .as_slice(),
            ),
            whole[..whole.len() / 2].to_vec(),
        ];
        assert!(files(&long(&"x".repeat(LONGEST)), &place("", None)).is_ok());
        for (at, archive) in rows.iter().enumerate() {
            let failure = files(archive, &place("", None)).unwrap_err();
            assert_eq!(failure.cause, Cause::InvalidData, "row {at}: {failure}");
        }
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let large = vec![b'x'; open::LARGEST + 1];
        let found = files(&archive(&[(FILE, "a", &large)]), &place("", None));
        assert_eq!(found.unwrap()["a"], Entry::TooLarge);
        // A few bytes that become many, and are nobody's.
        let mut header = Header::new_gnu();
        header.set_size(LARGEST + 1);
        header.set_path("film").unwrap();
        header.set_cksum();
        let mut bomb = header.as_bytes().to_vec();
        bomb.resize(bomb.len() + LARGEST as usize + 1024, 0);
        let failure = files(&packed(&bomb), &place("team", None)).unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidData);
        assert!(failure.detail.contains("larger than 64 MiB"), "{failure}");
        let names: Vec<String> = (0..=10_000).map(|it| it.to_string()).collect();
        let many: Vec<Row<'_>> = names.iter().map(|it| (FILE, &**it, &b""[..])).collect();
        let failure = files(&archive(&many), &place("", None)).unwrap_err();
        assert!(failure.detail.contains("smaller folder"), "{failure}");
    }

    /// Five hundred bytes say that they are three million.
    #[test]
    fn holes_are_nobodys() {
        let mut header = Header::new_gnu();
        header.set_path("a").unwrap();
        header.set_entry_type(EntryType::GNUSparse);
        header.set_size(0);
        let gnu = header.as_gnu_mut().unwrap();
        let (none, end) = (*b"00000000000\0", *b"00013000000\0");
        gnu.sparse[0].offset = end;
        gnu.sparse[0].numbytes = none;
        gnu.realsize = end;
        header.set_cksum();
        let mut sparse = header.as_bytes().to_vec();
        sparse.resize(sparse.len() + 1024, 0);
        let failure = files(&packed(&sparse), &place("", None)).unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidData, "{failure}");
        assert!(failure.detail.contains("holes"), "{failure}");
    }
}
