//! From a commit to the files of a folder in it. Links are noted and not followed, and of other repositories within this one there is nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use selkie_api::Cause;

use super::object::{Is, Item, Kind, Name, items, tree_of};
use super::pack::Objects;
use super::packet::malformed;
use crate::Failure;
use crate::sops::open::LARGEST;
use crate::sops::place::{Collected, DEEPEST, LONGEST, Place, too_deep, too_long};
use crate::sops::source::Entry;

/// The files of a commit at a place, under their names counted from the folder. With `filtered`, those that are not in the pack are too large.
pub(super) fn files(
    objects: &Objects,
    commit: Name,
    place: &Place,
    filtered: bool,
) -> Result<BTreeMap<String, Entry>, Failure> {
    let commit = content(objects, commit, Kind::Commit)?;
    let mut folder = tree_of(commit).ok_or_else(malformed)?;
    for name in &place.folder {
        let Some(item) = item(objects, folder, name)? else {
            return Err(missing(&place.folder, "is not in the repository"));
        };
        folder = match item.is {
            Is::Folder => item.object,
            Is::Link => return Err(missing(&place.folder, "goes through a link")),
            Is::File | Is::Repository => {
                return Err(missing(&place.folder, "is no folder of the repository"));
            }
        };
    }
    let mut taken = Taken {
        objects,
        filtered,
        collected: Collected::default(),
    };
    match &place.file {
        None => taken.all(folder, "", 0)?,
        Some(file) => taken.one(folder, file)?,
    }
    Ok(taken.collected.files())
}

struct Taken<'a> {
    objects: &'a Objects,
    filtered: bool,
    collected: Collected,
}

impl Taken<'_> {
    fn all(&mut self, folder: Name, above: &str, depth: usize) -> Result<(), Failure> {
        if depth > DEEPEST {
            return Err(too_deep());
        }
        let tree = content(self.objects, folder, Kind::Tree)?;
        let items = items(tree).ok_or_else(malformed)?;
        self.collected.look(items.len())?;
        for item in items {
            // No manifest could name it.
            let Ok(name) = std::str::from_utf8(item.name) else {
                continue;
            };
            if above.len() + name.len() > LONGEST {
                return Err(too_long());
            }
            if item.is == Is::Folder {
                self.all(item.object, &format!("{above}{name}/"), depth + 1)?;
            } else {
                self.take(format!("{above}{name}"), &item)?;
            }
        }
        Ok(())
    }

    fn one(&mut self, mut folder: Name, file: &[String]) -> Result<(), Failure> {
        for (at, name) in file.iter().enumerate() {
            let Some(item) = item(self.objects, folder, name)? else {
                return Ok(());
            };
            if at + 1 == file.len() || item.is == Is::Link {
                return self.take(file.join("/"), &item);
            }
            if item.is != Is::Folder {
                return Ok(());
            }
            folder = item.object;
        }
        Ok(())
    }

    fn take(&mut self, name: String, item: &Item<'_>) -> Result<(), Failure> {
        let entry = match item.is {
            Is::Folder | Is::Repository => return Ok(()),
            Is::Link => Entry::Link,
            Is::File if self.filtered && !self.objects.contains_key(&item.object) => {
                Entry::TooLarge
            }
            Is::File => match content(self.objects, item.object, Kind::Blob)? {
                blob if blob.len() > LARGEST => Entry::TooLarge,
                blob => Entry::File(Arc::from(blob)),
            },
        };
        self.collected.take(name, entry)
    }
}

fn item<'a>(objects: &'a Objects, folder: Name, name: &str) -> Result<Option<Item<'a>>, Failure> {
    let tree = content(objects, folder, Kind::Tree)?;
    let items = items(tree).ok_or_else(malformed)?;
    Ok(items.into_iter().find(|item| item.name == name.as_bytes()))
}

fn content(objects: &Objects, name: Name, wanted: Kind) -> Result<&[u8], Failure> {
    match objects.get(&name) {
        Some((kind, content)) if *kind == wanted => Ok(content),
        _ => Err(malformed()),
    }
}

fn missing(folder: &[String], what: &str) -> Failure {
    Failure::new(Cause::NotFound, format!("{:?} {what}", folder.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sops::place::MOST;

    /// A repository of objects that are made from the leaves upwards.
    #[derive(Default)]
    struct Made(Objects);

    impl Made {
        fn object(&mut self, kind: Kind, content: Vec<u8>) -> Name {
            let name = Name::of(kind, &content).unwrap();
            self.0.insert(name, (kind, content));
            name
        }

        fn blob(&mut self, text: &str) -> Name {
            self.object(Kind::Blob, text.as_bytes().to_vec())
        }

        fn tree(&mut self, items: &[(&str, &str, Name)]) -> Name {
            let mut tree = Vec::new();
            for (mode, name, object) in items {
                tree.extend_from_slice(format!("{mode} {name}\0").as_bytes());
                tree.extend_from_slice(&object.0);
            }
            self.object(Kind::Tree, tree)
        }

        fn commit(&mut self, tree: Name) -> Name {
            let text = format!("tree {tree}\n\nmessage\n");
            self.object(Kind::Commit, text.into_bytes())
        }
    }

    fn place(folder: &str, file: Option<&str>) -> Place {
        Place::new(Some(folder), file).unwrap()
    }

    #[test]
    fn paths_lead_downwards() {
        let rows = [
            ("", Some(0)),
            (".", Some(0)),
            ("a", Some(1)),
            ("./a//b/", Some(2)),
            ("/a", None),
            ("..", None),
            ("a/../b", None),
            ("a\0b", None),
        ];
        for (path, expected) in rows {
            let read = Place::new(Some(path), None).ok();
            assert_eq!(read.map(|it| it.folder.len()), expected, "{path:?}");
        }
        assert!(Place::new(None, Some("")).is_err());
        assert!(Place::new(None, Some("../a")).is_err());
    }

    #[test]
    fn a_place_is_found_and_links_are_noted() {
        let mut made = Made::default();
        let (one, two) = (made.blob("1"), made.blob("2"));
        let link = made.blob("../../etc/passwd");
        let deep = made.tree(&[("100644", "two", two), ("120000", "out", link)]);
        let top = made.tree(&[
            ("40000", "deep", deep),
            ("120000", "link", link),
            ("160000", "module", one),
            ("100644", "one", one),
        ]);
        let commit = made.commit(top);
        let rows: [(Place, Result<&[&str], Cause>); 10] = [
            (
                place("", None),
                Ok(&["deep/out@", "deep/two=2", "link@", "one=1"]),
            ),
            (place("deep", None), Ok(&["out@", "two=2"])),
            (place("", Some("deep/two")), Ok(&["deep/two=2"])),
            (place("deep", Some("two")), Ok(&["two=2"])),
            (place("deep", Some("three")), Ok(&[])),
            (place("", Some("deep")), Ok(&[])),
            (place("", Some("link/two")), Ok(&["link/two@"])),
            (place("one", None), Err(Cause::NotFound)),
            (place("link/deep", None), Err(Cause::NotFound)),
            (place("nothing", None), Err(Cause::NotFound)),
        ];
        for (place, expected) in rows {
            let found = files(&made.0, commit, &place, false);
            let found = found.map_err(|failure| failure.cause).map(|found| {
                let said = |(name, entry)| match entry {
                    Entry::File(bytes) => format!("{name}={}", String::from_utf8_lossy(&bytes)),
                    Entry::Link => format!("{name}@"),
                    Entry::TooLarge => format!("{name}!"),
                };
                found.into_iter().map(said).collect::<Vec<_>>()
            });
            let expected =
                expected.map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>());
            assert_eq!(found, expected, "{place:?}");
        }
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let mut made = Made::default();
        let small = made.blob("1");
        let large = made.blob(&"x".repeat(LARGEST + 1));
        let top = made.tree(&[("100644", "large", large), ("100644", "small", small)]);
        let commit = made.commit(top);
        let found = files(&made.0, commit, &place("", None), false).unwrap();
        assert_eq!(found["large"], Entry::TooLarge);
        made.0.remove(&large);
        let found = files(&made.0, commit, &place("", None), true).unwrap();
        assert_eq!(found["large"], Entry::TooLarge);
        let lacking = files(&made.0, commit, &place("", None), false).unwrap_err();
        assert_eq!(lacking.cause, Cause::ProviderError);

        let many: Vec<String> = (0..=MOST).map(|at| at.to_string()).collect();
        let many: Vec<_> = many.iter().map(|it| ("100644", &**it, small)).collect();
        let top = made.tree(&many);
        let commit = made.commit(top);
        let failure = files(&made.0, commit, &place("", None), false).unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidData);
        assert!(files(&made.0, commit, &place("", Some("7")), false).is_ok());

        let mut folder = made.tree(&[("100644", "a", small)]);
        for _ in 0..=DEEPEST {
            folder = made.tree(&[("40000", "d", folder)]);
        }
        let commit = made.commit(folder);
        let failure = files(&made.0, commit, &place("", None), false).unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidData);

        // A long name above as many files as a store may have.
        let many: Vec<String> = (0..MOST).map(|at| at.to_string()).collect();
        let many: Vec<_> = many.iter().map(|it| ("100644", &**it, small)).collect();
        let inner = made.tree(&many);
        let top = made.tree(&[("40000", &"d".repeat(LONGEST - 3), inner)]);
        let commit = made.commit(top);
        let failure = files(&made.0, commit, &place("", None), false).unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidData);
        assert_eq!(failure.to_string(), too_long().to_string());

        // No files, or one again and again, in many places.
        for (mode, name) in [("160000", "module"), ("100644", "a")] {
            let inner = made.tree(&vec![(mode, name, small); 100]);
            let many: Vec<String> = (0..MOST - 1).map(|at| at.to_string()).collect();
            let many: Vec<_> = many.iter().map(|it| ("40000", &**it, inner)).collect();
            let top = made.tree(&many);
            let commit = made.commit(top);
            let failure = files(&made.0, commit, &place("", None), false).unwrap_err();
            assert_eq!(failure.cause, Cause::InvalidData, "{name}");
        }

        // Twenty folders and not one file: a million places.
        let mut folder = made.tree(&[]);
        for _ in 0..20 {
            folder = made.tree(&[("40000", "a", folder), ("40000", "b", folder)]);
        }
        let commit = made.commit(folder);
        let failure = files(&made.0, commit, &place("", None), false).unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidData);
    }
}
