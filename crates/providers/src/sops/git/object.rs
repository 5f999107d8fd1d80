//! Objects of a repository: what they are called, and what commits and trees say.

use sha1_checked::{Digest as _, Sha1};

/// The name of an object, which is the hash of what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Name(pub(super) [u8; 20]);

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Commit,
    Tree,
    Blob,
    Tag,
}

/// An entry of a tree.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item<'a> {
    pub(super) is: Is,
    pub(super) name: &'a [u8],
    pub(super) object: Name,
}

/// What an entry of a tree stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    Folder,
    File,
    Link,
    /// Another repository's commit.
    Repository,
}

impl Name {
    /// Reads forty hex digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 40 {
            return None;
        }
        let mut name = [0; 20];
        for (byte, pair) in name.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |at: u8| char::from(at).to_digit(16);
            *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
        }
        Some(Self(name))
    }

    /// The name of an object; none if somebody made it so that another has the same.
    pub(super) fn of(kind: Kind, content: &[u8]) -> Option<Self> {
        let mut hash = Sha1::new();
        hash.update(format!("{} {}\0", kind.word(), content.len()));
        hash.update(content);
        let found = hash.try_finalize();
        (!found.has_collision()).then(|| Self((*found.hash()).into()))
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }
}

/// The tree of a commit.
pub(super) fn tree_of(commit: &[u8]) -> Option<Name> {
    let line = commit.split(|&byte| byte == b'\n').next()?;
    let name = line.strip_prefix(b"tree ")?;
    Name::parse(std::str::from_utf8(name).ok()?)
}

/// The entries of a tree; none if it is no tree.
pub(super) fn items(mut tree: &[u8]) -> Option<Vec<Item<'_>>> {
    let mut items = Vec::new();
    while !tree.is_empty() {
        let space = tree.iter().position(|&byte| byte == b' ')?;
        let (mode, rest) = (&tree[..space], &tree[space + 1..]);
        let end = rest.iter().position(|&byte| byte == 0)?;
        let name = &rest[..end];
        let (object, rest) = rest[end + 1..].split_first_chunk()?;
        let is = match mode {
            b"40000" | b"040000" => Is::Folder,
            b"120000" => Is::Link,
            b"160000" => Is::Repository,
            _ if mode.starts_with(b"100") => Is::File,
            _ => return None,
        };
        // Git writes none of these; a path with one would mean something else.
        if matches!(name, b"" | b"." | b"..") || name.contains(&b'/') {
            return None;
        }
        items.push(Item {
            is,
            name,
            object: Name(*object),
        });
        tree = rest;
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_gits() {
        // `git hash-object` of nothing and of a line, and of the tree of nothing.
        let rows: [(Kind, &[u8], &str); 3] = [
            (Kind::Blob, b"", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
            (
                Kind::Blob,
                b"hello\n",
                "ce013625030ba8dba906f756967f9e9ca394464a",
            ),
            (Kind::Tree, b"", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"),
        ];
        for (kind, content, expected) in rows {
            let name = Name::of(kind, content).unwrap();
            assert_eq!(name.to_string(), expected);
            assert_eq!(Name::parse(expected), Some(name));
        }
        let long = "0".repeat(41);
        let other = "g".repeat(40);
        for text in [
            "",
            "e69de29",
            long.as_str(),
            other.as_str(),
            &"é".repeat(20),
        ] {
            assert_eq!(Name::parse(text), None, "{text}");
        }
    }

    #[test]
    fn commits_and_trees_are_read() {
        let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        let commit = format!("tree {tree}\nauthor a\n\nmessage\n");
        assert_eq!(tree_of(commit.as_bytes()), Name::parse(tree));
        for text in ["", "tree\n", "parent 1\ntree 2\n", "tree 4b825d\n"] {
            assert_eq!(tree_of(text.as_bytes()), None, "{text}");
        }
        let entry = |mode: &str, name: &str| {
            [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &[7; 20]].concat()
        };
        let rows = [
            ("40000", "folder", Some(Is::Folder)),
            ("100644", "file", Some(Is::File)),
            ("100755", "program", Some(Is::File)),
            ("120000", "link", Some(Is::Link)),
            ("160000", "other", Some(Is::Repository)),
            ("777", "file", None),
            ("100644", "", None),
            ("100644", "..", None),
            ("40000", ".", None),
            ("100644", "../../etc/passwd", None),
        ];
        for (mode, name, expected) in rows {
            let tree = entry(mode, name);
            let read = items(&tree).and_then(|all| all.into_iter().next());
            assert_eq!(read.map(|item| item.is), expected, "{mode} {name}");
        }
        let cut = entry("100644", "file");
        for end in 1..cut.len() {
            assert_eq!(items(&cut[..end]), None, "{end}");
        }
    }
}
