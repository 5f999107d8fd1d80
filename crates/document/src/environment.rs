//! A file's entries as environment variables: the first document, flat, each value as the text that SOPS prints for it.
//!
//! Never here: which of them a program may get, and what its environment has otherwise.

use selkie_crypto::Secret;

use crate::error::Error;
use crate::format::text;
use crate::open::Opened;
use crate::tree::Shape;
use crate::unseal::is_sealed;

/// One entry.
#[derive(Debug)]
pub struct Variable {
    /// The key; it may be empty.
    pub name: Vec<u8>,
    /// The value's text.
    pub value: Secret,
    /// Whether the value stood encrypted in the file, so that only somebody with the key can have put it there under this
    /// name. A plain value, and an empty one, may come from anybody who can write the file.
    pub encrypted: bool,
}

impl Opened {
    /// The entries of the first document, in order. A name may occur twice.
    ///
    /// # Errors
    /// [`Error::Environment`] for a list or mapping, for a name with an equals sign, and for a zero byte: no environment
    /// can hold these.
    pub fn variables(&self) -> Result<Vec<Variable>, Error> {
        // Those of the sealed text: what stood encrypted there is what counts.
        let (tree, walk) = (&self.origin.tree, &self.origin.walk);
        let Some(document) = tree.documents.first() else {
            return Ok(Vec::new());
        };
        let mut variables = Vec::new();
        for node in tree.children(document.root) {
            let refused = |reason| Error::Environment {
                path: tree.path_text(node),
                reason,
            };
            let name = tree.text(tree.node(node).key);
            let value = match tree.node(node).shape {
                Shape::Mapping | Shape::Sequence => return Err(refused(NESTED)),
                Shape::Leaf(kind) => Secret::from(text::of(kind, tree.value(node)).into_owned()),
                // SOPS's spelling, out of Go's.
                Shape::Null => Secret::from("<nil>".to_owned()),
            };
            if name.contains(&b'=') {
                return Err(refused(EQUALS));
            }
            if name.contains(&0) || value.expose().contains(&0) {
                return Err(refused(ZERO));
            }
            let sealed = walk.leaf_at(node).is_some_and(|leaf| is_sealed(tree, leaf));
            variables.push(Variable {
                name: name.to_vec(),
                value,
                encrypted: sealed,
            });
        }
        Ok(variables)
    }
}

const NESTED: &str = "a mapping or list cannot stand in an environment";
const EQUALS: &str = "a variable's name cannot have an equals sign";
const ZERO: &str = "an environment cannot hold a zero byte";

#[cfg(test)]
mod tests {
    use crate::testing::{key, sealed};
    use crate::{Format, Sealed, open};

    /// The variables of a file that was sealed and opened.
    fn variables(text: &str) -> Result<Vec<(String, String, bool)>, String> {
        let file = Sealed::read(Format::Yaml, sealed(text)).unwrap();
        let opened = open(file, &key()).unwrap();
        let variables = opened.variables().map_err(|error| error.to_string())?;
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(variables
            .into_iter()
            .map(|it| (shown(&it.name), shown(it.value.expose()), it.encrypted))
            .collect())
    }

    /// As printed by `sops exec-env --pristine FILE env`.
    #[test]
    fn values_are_those_of_sops() {
        let rows = [
            ("text", "text"),
            ("\"x\\ny\"", "x\ny"),
            ("5", "5"),
            ("true", "true"),
            ("1.5", "1.5"),
            ("1.0", "1.0"),
            ("123456.0", "123456.0"),
            ("1234567.0", "1.234567E+06"),
            ("1e21", "1E+21"),
            ("0.00001", "1E-05"),
            ("-0.5", "-0.5"),
            (".inf", "+Inf"),
            ("-.inf", "-Inf"),
            (".nan", "NaN"),
            ("2020-01-02T03:04:05.678Z", "2020-01-02T03:04:05Z"),
            ("2020-01-02", "2020-01-02T00:00:00Z"),
            ("!!binary aGVsbG8=", "hello"),
        ];
        for (spelling, printed) in rows {
            let expected = ("a".to_owned(), printed.to_owned(), true);
            assert_eq!(
                variables(&format!("a: {spelling}\n")),
                Ok(vec![expected]),
                "{spelling}"
            );
        }
    }

    #[test]
    fn what_stood_plain_is_told_from_what_was_encrypted() {
        let text = "# comment\na: x\nb_unencrypted: y\nc: \"\"\nd: null\n";
        let rows = [
            ("a", "x", true),
            ("b_unencrypted", "y", false),
            ("c", "", false),
            ("d", "<nil>", false),
        ];
        let expected = rows.map(|(name, value, it)| (name.to_owned(), value.to_owned(), it));
        assert_eq!(variables(text), Ok(expected.to_vec()));
    }

    #[test]
    fn only_the_first_document_counts() {
        assert_eq!(variables("a: x\n---\nb: [y]\n").map(|it| it.len()), Ok(1));
    }

    #[test]
    fn what_no_environment_can_hold_is_refused() {
        let rows = [
            ("a: {b: 1}\n", "[\"a\"]: a mapping or list"),
            ("a: []\n", "[\"a\"]: a mapping or list"),
            ("\"a=b\": 1\n", "[\"a=b\"]: a variable's name"),
            ("a: \"x\\0y\"\n", "[\"a\"]: an environment"),
            ("\"a\\0b\": 1\n", "[\"a\\0b\"]: an environment"),
        ];
        for (text, expected) in rows {
            let error = variables(text).unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
