//! Looking one value up, for `--extract`.

use selkie_crypto::{Kind, Secret};

use crate::error::Error;
use crate::format::Format;
use crate::path::{Path, Step};
use crate::plain::Plain;
use crate::tree::{Shape, Tree};

impl Plain {
    /// The text of one value: a string as its raw bytes, anything else as a document of the file's format. The empty
    /// path is the whole file.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nothing is there, [`Error::Path`] if the path goes through something without entries.
    pub fn extract(&self, path: &Path) -> Result<Secret, Error> {
        self.extract_as(path, self.format)
    }

    /// The same, printed in another format.
    ///
    /// # Errors
    /// As [`Self::extract`], and [`Error::Conversion`] for what that format cannot hold.
    pub fn extract_as(&self, path: &Path, output: Format) -> Result<Secret, Error> {
        if path.is_root() {
            return self.text_as(output);
        }
        let node = find(&self.tree, path)?;
        let value = self.tree.value(node);
        Ok(match self.tree.node(node).shape {
            Shape::Leaf(Kind::Str) => Secret::from(value.to_vec()),
            _ => output.emit_subtree(&self.tree, node)?,
        })
    }
}

/// The node at a path of the first document.
pub(crate) fn find(tree: &Tree, path: &Path) -> Result<u32, Error> {
    let mut at = tree.documents.first().map_or(0, |document| document.root);
    for step in path.steps() {
        at = child(tree, at, step).ok_or_else(|| missing(tree, at, path))?;
    }
    Ok(at)
}

/// The entry that a step leads to.
pub(crate) fn child(tree: &Tree, container: u32, step: &Step) -> Option<u32> {
    let node = tree.node(container);
    match (step, node.shape) {
        (Step::Key(key), Shape::Mapping) => tree
            .children(container)
            .find(|child| tree.text(tree.node(*child).key) == key.as_bytes()),
        (Step::Index(index), Shape::Sequence) => tree.children(container).nth(*index),
        _ => None,
    }
}

fn missing(tree: &Tree, at: u32, path: &Path) -> Error {
    let path = path.to_string();
    match tree.node(at).shape {
        Shape::Mapping | Shape::Sequence => Error::NotFound { path },
        Shape::Leaf(_) => Error::Path {
            path,
            reason: "the path goes through a single value",
        },
        Shape::Null => Error::Path {
            path,
            reason: "the path goes through a null",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_printed_as_sops_prints_it() {
        #[track_caller]
        fn check(text: &str, path: &str, printed: &str) {
            let plain = Plain::read(Format::Yaml, Secret::from(text.as_bytes().to_vec())).unwrap();
            let value = plain.extract(&Path::parse(path).unwrap()).unwrap();
            assert_eq!(value.expose(), printed.as_bytes(), "{text:?} {path}");
        }
        check("a: null\nb: 1\n", r#"["a"]"#, "null\n");
        check("a: {b: }\n", r#"["a"]["b"]"#, "null\n");
        check("a: [~]\n", r#"["a"][0]"#, "null\n");
        check("a: {}\n", r#"["a"]"#, "{}\n");
        check("a: []\n", r#"["a"]"#, "[]\n");
        check("a: 0x10\n", r#"["a"]"#, "16\n");
        check("a: two words\n", r#"["a"]"#, "two words");
        check("a: {b: 1, c: [x]}\n", r#"["a"]"#, "b: 1\nc:\n    - x\n");
    }
}
