//! A file's entries as names and texts: the first document, flat, each value a string. What templates are given.

use selkie_crypto::{Kind, Secret};

use crate::error::Error;
use crate::plain::Plain;
use crate::tree::Shape;

impl Plain {
    /// The entries of the first document, in order. A name may occur twice.
    ///
    /// # Errors
    /// [`Error::NotText`] for a value that is no string: a number, a bool, null, a list or a mapping.
    pub fn texts(&self) -> Result<Vec<(String, Secret)>, Error> {
        let tree = &self.tree;
        let Some(document) = tree.documents.first() else {
            return Ok(Vec::new());
        };
        let mut texts = Vec::new();
        for node in tree.children(document.root) {
            let name = String::from_utf8_lossy(tree.text(tree.node(node).key)).into_owned();
            let Shape::Leaf(Kind::Str) = tree.node(node).shape else {
                return Err(Error::NotText {
                    line: tree.line(tree.node(node).start),
                    path: tree.path_text(node),
                });
            };
            texts.push((name, Secret::from(tree.value(node).to_vec())));
        }
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use selkie_crypto::Secret;

    use crate::{Format, Plain};

    fn texts(format: Format, text: &str) -> Result<Vec<(String, String)>, String> {
        let plain = Plain::read(format, Secret::from(text.to_owned())).unwrap();
        let texts = plain.texts().map_err(|error| error.to_string())?;
        let shown = |secret: &Secret| String::from_utf8(secret.expose().to_vec()).unwrap();
        Ok(texts
            .iter()
            .map(|(name, text)| (name.clone(), shown(text)))
            .collect())
    }

    #[test]
    fn strings_come_in_order_and_nothing_else_does() {
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let both = Ok(vec![pair("b", "x\ny"), pair("a", "")]);
        assert_eq!(texts(Format::Yaml, "b: |-\n  x\n  y\na: ''\n"), both);
        assert_eq!(texts(Format::Json, r#"{"b": "x\ny", "a": ""}"#), both);
        for text in [
            "a: 1\n",
            "a: true\n",
            "a: null\n",
            "a: [x]\n",
            "a:\n  b: c\n",
        ] {
            let said = texts(Format::Yaml, text).unwrap_err();
            assert!(said.contains("[\"a\"]"), "{said}");
        }
    }
}
