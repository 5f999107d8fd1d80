//! Values of a decrypted file.
//!
//! A property is a name at the file's top, or a path as everywhere else, or a path as `sops decrypt --extract` takes it, so that a manifest can name a
//! value as people know it from the command line.

use selkie_crypto::Secret;

use super::lookup::{at_path, text_of};
use super::{Pairs, Unfit, members};
use crate::File;
use crate::json::{Node, Shape, parse};

pub(super) fn value(
    file: &File,
    place: &[String],
    property: Option<&str>,
) -> Result<Secret, Unfit> {
    let mut steps = place.iter().map(String::as_str).chain(property);
    let Some(first) = steps.next() else {
        return Ok(Secret::from(file.text.expose().to_vec()));
    };
    // A file of no format may still be JSON, as a Docker configuration is.
    let tree = file.tree.as_ref().unwrap_or(&file.text);
    steps.try_fold(at(tree.expose(), first)?, |within, step| {
        at(within.expose(), step)
    })
}

pub(super) fn pairs(file: &File, place: &[String], property: Option<&str>) -> Result<Pairs, Unfit> {
    if let (Some(tree), [], None) = (&file.tree, place, property) {
        return members::as_spelled(tree.expose());
    }
    members::as_spelled(value(file, place, property)?.expose())
}

/// What one step leads to.
fn at(json: &[u8], step: &str) -> Result<Secret, Unfit> {
    if let Ok(whole) = parse(json) {
        if let Some(node) = whole.member(step.as_bytes()) {
            return Ok(text_of(node));
        }
        if let Some(steps) = steps(step) {
            return follow(&whole, &steps).map(text_of).ok_or(Unfit::Missing);
        }
    }
    at_path(json, step)?.ok_or(Unfit::Missing)
}

enum Step {
    Name(String),
    Index(usize),
}

/// The steps of a path such as `["a"]["b"][0]`; `None` for what is none.
fn steps(property: &str) -> Option<Vec<Step>> {
    let mut rest = property;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        rest = rest.strip_prefix('[')?;
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (step, after) = if let Some(quote) = quote {
            let (name, after) = rest[1..].split_once(quote)?;
            (Step::Name(name.to_owned()), after.strip_prefix(']')?)
        } else {
            let (index, after) = rest.split_once(']')?;
            (Step::Index(index.parse().ok()?), after)
        };
        steps.push(step);
        rest = after;
    }
    // A number first is no step into a file, but a choice in the other notation.
    matches!(steps.first(), Some(Step::Name(_))).then_some(steps)
}

fn follow<'n, 'j>(whole: &'n Node<'j>, steps: &[Step]) -> Option<&'n Node<'j>> {
    steps.iter().try_fold(whole, |node, step| match step {
        Step::Name(name) => node.member(name.as_bytes()),
        Step::Index(index) => match &node.shape {
            Shape::Array(items) => items.get(*index),
            _ => None,
        },
    })
}
