//! The `sops` block on one level, for the formats that have no other: `age__list_0__map_enc`.
//!
//! Names are split and joined here, and line breaks escaped. How a pair is written in a file is its format's business.

use std::collections::BTreeMap;

use super::{Field, MetadataError};

const MAP: &str = "__map_";
const LIST: &str = "__list_";

/// Gaps that the lists of one block may have together: far more than any file needs, and few enough to be filled up.
const GAPS: usize = 4_096;

/// Pairs of a name and a value on one line, sorted by name. What is null or empty is left out.
pub(crate) fn flatten(fields: &[(String, Field)]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (name, field) in fields {
        put(name.clone(), field, &mut pairs);
    }
    pairs.sort();
    pairs
}

fn put(name: String, field: &Field, into: &mut Vec<(String, String)>) {
    match field {
        Field::Null => {}
        Field::Scalar(text) => into.push((name, text.replace('\n', "\\n"))),
        Field::List(items) => {
            for (position, item) in items.iter().enumerate() {
                put(format!("{name}{LIST}{position}"), item, into);
            }
        }
        Field::Map(entries) => {
            for (key, entry) in entries {
                put(format!("{name}{MAP}{key}"), entry, into);
            }
        }
    }
}

/// The block that the pairs stand for. A name given twice has its last value, a gap in a list is null, and a position
/// that is no number is the first: all that as SOPS 3.11.0 reads it.
///
/// # Errors
/// A name that is a value in one pair and a mapping or list in another, or a list longer than any file needs.
pub(crate) fn unflatten(pairs: &[(String, String)]) -> Result<Vec<(String, Field)>, MetadataError> {
    let mut block = BTreeMap::new();
    for (name, value) in pairs {
        let (first, steps) = steps(name);
        let node = block.entry(first).or_insert(Node::Empty);
        insert(node, &steps, value, name)?;
    }
    let mut gaps = GAPS;
    block
        .into_iter()
        .map(|(name, node)| match node.into_field(&mut gaps) {
            Some(field) => Ok((name.to_owned(), field)),
            None => Err(MetadataError::NotList(name.to_owned())),
        })
        .collect()
}

enum Node<'t> {
    Empty,
    Value(&'t str),
    Map(BTreeMap<&'t str, Node<'t>>),
    List(BTreeMap<usize, Node<'t>>),
}

#[derive(Clone, Copy)]
enum Step<'t> {
    Key(&'t str),
    Position(usize),
}

fn steps(name: &str) -> (&str, Vec<Step<'_>>) {
    let next = |text: &str| match (text.find(MAP), text.find(LIST)) {
        (Some(map), Some(list)) => Some(map.min(list)),
        (one, other) => one.or(other),
    };
    let end = next(name).unwrap_or(name.len());
    let (first, mut rest) = name.split_at(end);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (text, map) = match rest.strip_prefix(MAP) {
            Some(text) => (text, true),
            None => (rest.strip_prefix(LIST).unwrap_or(rest), false),
        };
        let end = next(text).unwrap_or(text.len());
        let (step, after) = text.split_at(end);
        steps.push(if map {
            Step::Key(step)
        } else {
            Step::Position(step.parse().unwrap_or_default())
        });
        rest = after;
    }
    (first, steps)
}

fn insert<'t>(
    mut node: &mut Node<'t>,
    steps: &[Step<'t>],
    value: &'t str,
    name: &str,
) -> Result<(), MetadataError> {
    for step in steps {
        if matches!(node, Node::Empty) {
            *node = match step {
                Step::Key(_) => Node::Map(BTreeMap::new()),
                Step::Position(_) => Node::List(BTreeMap::new()),
            };
        }
        node = match (step, node) {
            (Step::Key(key), Node::Map(entries)) => entries.entry(key).or_insert(Node::Empty),
            (Step::Position(position), Node::List(items)) => {
                items.entry(*position).or_insert(Node::Empty)
            }
            (Step::Key(_), _) => return Err(MetadataError::NotMap(name.to_owned())),
            (Step::Position(_), _) => return Err(MetadataError::NotList(name.to_owned())),
        };
    }
    match node {
        Node::Empty | Node::Value(_) => {
            *node = Node::Value(value);
            Ok(())
        }
        Node::Map(_) | Node::List(_) => Err(MetadataError::NotText(name.to_owned())),
    }
}

impl Node<'_> {
    /// The node as a field; none if `gaps`, the nulls that may be filled in, are used up.
    fn into_field(self, gaps: &mut usize) -> Option<Field> {
        Some(match self {
            Self::Empty => Field::Null,
            Self::Value(text) => Field::Scalar(text.replace("\\n", "\n")),
            Self::Map(entries) => Field::Map(
                entries
                    .into_iter()
                    .map(|(key, node)| Some((key.to_owned(), node.into_field(gaps)?)))
                    .collect::<Option<_>>()?,
            ),
            Self::List(items) => {
                let mut fields = Vec::with_capacity(items.len());
                for (position, node) in items {
                    *gaps = gaps.checked_sub(position - fields.len())?;
                    fields.resize(position, Field::Null);
                    fields.push(node.into_field(gaps)?);
                }
                Field::List(fields)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(rows: &[(&str, &str)]) -> Vec<(String, String)> {
        rows.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn map(entries: &[(&str, Field)]) -> Field {
        Field::Map(fields(entries))
    }

    fn fields(entries: &[(&str, Field)]) -> Vec<(String, Field)> {
        entries
            .iter()
            .map(|(name, field)| ((*name).to_owned(), field.clone()))
            .collect()
    }

    #[test]
    fn a_block_and_its_pairs() {
        #[track_caller]
        fn check(block: &[(&str, Field)], rows: &[(&str, &str)]) {
            assert_eq!(flatten(&fields(block)), pairs(rows));
            assert_eq!(unflatten(&pairs(rows)), Ok(fields(block)));
        }
        check(&[], &[]);
        check(
            &[("mac", "m".into()), ("version", "3.13.3".into())],
            &[("mac", "m"), ("version", "3.13.3")],
        );
        check(
            &[(
                "age",
                Field::List(vec![
                    map(&[("enc", "a\nb\n".into()), ("recipient", "r".into())]),
                    map(&[("enc", "c".into())]),
                ]),
            )],
            &[
                ("age__list_0__map_enc", "a\\nb\\n"),
                ("age__list_0__map_recipient", "r"),
                ("age__list_1__map_enc", "c"),
            ],
        );
        check(
            &[(
                "key_groups",
                Field::List(vec![map(&[(
                    "kms",
                    Field::List(vec![map(&[("context", map(&[("a_b", "c".into())]))])]),
                )])]),
            )],
            &[(
                "key_groups__list_0__map_kms__list_0__map_context__map_a_b",
                "c",
            )],
        );
    }

    #[test]
    fn what_is_empty_is_not_written() {
        let block = fields(&[
            ("age", Field::List(vec![])),
            ("kms", Field::Null),
            ("pgp", Field::List(vec![map(&[])])),
        ]);
        assert_eq!(flatten(&block), []);
    }

    #[test]
    fn odd_names_are_read_as_sops_reads_them() {
        #[track_caller]
        fn check(rows: &[(&str, &str)], block: &[(&str, Field)]) {
            assert_eq!(unflatten(&pairs(rows)), Ok(fields(block)));
        }
        check(
            &[("a__list_2", "x")],
            &[("a", Field::List(vec![Field::Null, Field::Null, "x".into()]))],
        );
        check(&[("a", "x"), ("a", "y")], &[("a", "y".into())]);
        check(
            &[("a__list_x", "x")],
            &[("a", Field::List(vec!["x".into()]))],
        );
        check(&[("__map_a", "x")], &[("", map(&[("a", "x".into())]))]);
        check(&[("a__map_", "x")], &[("a", map(&[("", "x".into())]))]);
        check(&[("a_map_b", "x")], &[("a_map_b", "x".into())]);
    }

    #[test]
    fn contradictions_are_refused() {
        #[track_caller]
        fn check(rows: &[(&str, &str)], error: MetadataError) {
            assert_eq!(unflatten(&pairs(rows)), Err(error));
        }
        let name = |text: &str| text.to_owned();
        check(
            &[("a", "x"), ("a__map_b", "y")],
            MetadataError::NotMap(name("a__map_b")),
        );
        check(
            &[("a__list_0", "x"), ("a__map_b", "y")],
            MetadataError::NotMap(name("a__map_b")),
        );
        check(
            &[("a__map_b", "x"), ("a__list_0", "y")],
            MetadataError::NotList(name("a__list_0")),
        );
        check(
            &[("a__map_b", "x"), ("a", "y")],
            MetadataError::NotText(name("a")),
        );
        check(
            &[("a__list_999999999999", "x")],
            MetadataError::NotList(name("a")),
        );
    }
}
