//! What a path finds in an answer. A step that leads nowhere ends a path that leads to one place, and drops one place of a path that leads to many.
//!
//! Members are gone through in the order of the document; the peer's order is random.

use std::cmp::Ordering;

use selkie_crypto::Secret;

use super::path::{Expression, JsonPath, Step};
use crate::json::{Node, Shape, float};

/// Places that may be looked at for one path.
const WORK: usize = 1 << 18;

/// A path that asks for more than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stop;

/// What is found, as JSON: a value, or a list of values if the path may lead to any number of places. None if it leads nowhere.
pub(super) fn find(whole: &Node<'_>, path: &JsonPath) -> Result<Option<Secret>, Stop> {
    let mut search = Search { whole, work: WORK };
    let found = search.places(path, whole)?;
    let is_open = path.0.iter().any(Step::is_open);
    let mut out = Secret::new();
    match (is_open, found.as_slice()) {
        (_, []) => return Ok(None),
        (false, [one, ..]) => out.extend_from_slice(one.raw),
        (true, all) => {
            for (place, node) in all.iter().enumerate() {
                out.extend_from_slice(if place == 0 { b"[" } else { b"," });
                out.extend_from_slice(node.raw);
            }
            out.extend_from_slice(b"]");
        }
    }
    Ok(Some(out))
}

struct Search<'d, 'a> {
    whole: &'d Node<'a>,
    work: usize,
}

/// What an expression comes to.
enum Came<'d, 'a> {
    Node(&'d Node<'a>),
    Nodes(Vec<&'d Node<'a>>),
    Text(Secret),
    Number(f64),
    Bool(bool),
}

impl<'d, 'a> Search<'d, 'a> {
    fn spend(&mut self, places: usize) -> Result<(), Stop> {
        self.work = self.work.checked_sub(places).ok_or(Stop)?;
        Ok(())
    }

    /// The places to which a path leads from here.
    fn places(&mut self, path: &JsonPath, from: &'d Node<'a>) -> Result<Vec<&'d Node<'a>>, Stop> {
        let mut places = vec![from];
        for step in &path.0 {
            let mut next = Vec::new();
            for place in places {
                self.spend(1)?;
                self.step(step, place, &mut next)?;
            }
            places = next;
        }
        Ok(places)
    }

    fn step(
        &mut self,
        step: &Step,
        from: &'d Node<'a>,
        to: &mut Vec<&'d Node<'a>>,
    ) -> Result<(), Stop> {
        match step {
            Step::One(key) => to.extend(self.one(key, from)?),
            Step::Each(keys) => {
                for key in keys {
                    to.extend(self.one(key, from)?);
                }
            }
            Step::All => {
                let all = children(from);
                self.spend(all.len())?;
                to.extend(all);
            }
            Step::Range(ends) => self.range(ends, from, to)?,
            Step::Filter(filter) => {
                for child in children(from) {
                    self.spend(1)?;
                    if self.is_true(filter, child)? {
                        to.push(child);
                    }
                }
            }
            Step::Down => self.down(from, to)?,
        }
        Ok(())
    }

    /// A place and everything below it.
    fn down(&mut self, from: &'d Node<'a>, to: &mut Vec<&'d Node<'a>>) -> Result<(), Stop> {
        self.spend(1)?;
        to.push(from);
        for child in children(from) {
            self.down(child, to)?;
        }
        Ok(())
    }

    fn one(&mut self, key: &Expression, from: &'d Node<'a>) -> Result<Option<&'d Node<'a>>, Stop> {
        match &from.shape {
            Shape::Array(items) => {
                let at = self.number(key, from)?;
                let at = at.and_then(|at| usize::try_from(at as i64).ok());
                Ok(at.and_then(|at| items.get(at)))
            }
            Shape::Object(members) => {
                let Some(name) = self.came(key, from)?.and_then(|came| name(&came)) else {
                    return Ok(None);
                };
                self.spend(members.len())?;
                Ok(from.member(name.expose()))
            }
            _ => Ok(None),
        }
    }

    fn range(
        &mut self,
        ends: &[Option<Expression>; 3],
        from: &'d Node<'a>,
        to: &mut Vec<&'d Node<'a>>,
    ) -> Result<(), Stop> {
        let Shape::Array(items) = &from.shape else {
            return Ok(());
        };
        let defaults = [0.0, f64::from(i32::MAX), 1.0];
        let mut numbers = [0; 3];
        for ((number, end), default) in numbers.iter_mut().zip(ends).zip(defaults) {
            let given = match end {
                Some(end) => self.number(end, from)?,
                None => Some(default),
            };
            let Some(given) = given else {
                return Ok(());
            };
            *number = given as i64;
        }
        let [from, until, by] = numbers;
        if from > until {
            return Ok(());
        }
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let place = |end: i64| {
            let end = if end < 0 {
                end.saturating_add(count)
            } else {
                end
            };
            usize::try_from(end.clamp(0, count)).unwrap_or_default()
        };
        let (from, until) = (place(from), place(until));
        let Some(within) = items.get(from..until) else {
            return Ok(());
        };
        self.spend(within.len())?;
        let by_size = usize::try_from(by.unsigned_abs().max(1)).unwrap_or(usize::MAX);
        if by < 0 {
            to.extend(within.iter().rev().step_by(by_size));
        } else {
            to.extend(within.iter().step_by(by_size));
        }
        Ok(())
    }

    /// What an expression comes to at a place; none if it comes to nothing there.
    fn came(
        &mut self,
        expression: &Expression,
        at: &'d Node<'a>,
    ) -> Result<Option<Came<'d, 'a>>, Stop> {
        self.spend(1)?;
        Ok(match expression {
            Expression::Text(text) => Some(Came::Text(Secret::from(text.clone()))),
            Expression::Number(number) => Some(Came::Number(*number)),
            Expression::Bool(value) => Some(Came::Bool(*value)),
            Expression::Root(path) => {
                let found = self.places(path, self.whole)?;
                came_of(path, found)
            }
            Expression::Here(path) => {
                let found = self.places(path, at)?;
                came_of(path, found)
            }
            Expression::Minus(inner) => self.number(inner, at)?.map(|it| Came::Number(-it)),
            Expression::Compare(both, same) => {
                let [left, right] = &**both;
                let left = self.came(left, at)?;
                match (left, self.came(right, at)?) {
                    (Some(left), Some(right)) => Some(Came::Bool(is_same(&left, &right) == *same)),
                    _ => None,
                }
            }
        })
    }

    fn number(&mut self, expression: &Expression, at: &'d Node<'a>) -> Result<Option<f64>, Stop> {
        Ok(self.came(expression, at)?.and_then(|came| match came {
            Came::Number(number) => Some(number),
            Came::Text(text) => str::from_utf8(text.expose()).ok()?.parse().ok(),
            Came::Node(node) => match &node.shape {
                Shape::Number => float(node.raw).ok(),
                Shape::String => {
                    let text = node.text()?.decoded();
                    str::from_utf8(text.expose()).ok()?.parse().ok()
                }
                _ => None,
            },
            Came::Nodes(_) | Came::Bool(_) => None,
        }))
    }

    fn is_true(&mut self, filter: &Expression, at: &'d Node<'a>) -> Result<bool, Stop> {
        Ok(match self.came(filter, at)? {
            Some(Came::Bool(value)) => value,
            Some(Came::Number(number)) => number != 0.0,
            Some(Came::Text(text)) => says_yes(&text),
            Some(Came::Node(node)) => match &node.shape {
                Shape::Bool => node.raw == b"true",
                Shape::Number => float(node.raw).is_ok_and(|number| number != 0.0),
                Shape::String => node.text().is_some_and(|text| says_yes(&text.decoded())),
                Shape::Null | Shape::Array(_) | Shape::Object(_) => false,
            },
            Some(Came::Nodes(_)) | None => false,
        })
    }
}

fn came_of<'d, 'a>(path: &JsonPath, found: Vec<&'d Node<'a>>) -> Option<Came<'d, 'a>> {
    if path.0.iter().any(Step::is_open) {
        return Some(Came::Nodes(found));
    }
    found.into_iter().next().map(Came::Node)
}

fn children<'d, 'a>(node: &'d Node<'a>) -> Vec<&'d Node<'a>> {
    match &node.shape {
        Shape::Array(items) => items.iter().collect(),
        Shape::Object(members) => members.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

/// A text that counts as true: so written, or a number that is not zero.
fn says_yes(text: &Secret) -> bool {
    match text.expose() {
        b"true" | b"TRUE" => true,
        other => {
            let number = str::from_utf8(other)
                .ok()
                .and_then(|it| it.parse::<f64>().ok());
            number.is_some_and(|number| number != 0.0)
        }
    }
}

/// What a value is as the name of a member.
fn name(came: &Came<'_, '_>) -> Option<Secret> {
    Some(match came {
        Came::Text(text) => Secret::from(text.expose().to_vec()),
        Came::Number(number) => Secret::from(number.to_string()),
        Came::Bool(value) => Secret::from(value.to_string()),
        Came::Node(node) => match &node.shape {
            Shape::String => node.text()?.decoded(),
            Shape::Number | Shape::Bool => Secret::from(node.raw.to_vec()),
            _ => return None,
        },
        Came::Nodes(_) => return None,
    })
}

fn is_same(left: &Came<'_, '_>, right: &Came<'_, '_>) -> bool {
    match (left, right) {
        (Came::Nodes(left), Came::Nodes(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| are_same(left, right))
        }
        (Came::Node(left), Came::Node(right)) => are_same(left, right),
        (Came::Node(node), other) | (other, Came::Node(node)) => match (&node.shape, other) {
            (Shape::String, Came::Text(text)) => node.text().is_some_and(|it| it.is(text.expose())),
            (Shape::Number, Came::Number(number)) => {
                float(node.raw).is_ok_and(|it| is_equal(it, *number))
            }
            (Shape::Bool, Came::Bool(value)) => (node.raw == b"true") == *value,
            _ => false,
        },
        (Came::Text(left), Came::Text(right)) => left.expose() == right.expose(),
        (Came::Number(left), Came::Number(right)) => is_equal(*left, *right),
        (Came::Bool(left), Came::Bool(right)) => left == right,
        _ => false,
    }
}

fn are_same(left: &Node<'_>, right: &Node<'_>) -> bool {
    match (&left.shape, &right.shape) {
        (Shape::Null, Shape::Null) => true,
        (Shape::Bool, Shape::Bool) => left.raw == right.raw,
        (Shape::Number, Shape::Number) => float(left.raw) == float(right.raw),
        (Shape::String, Shape::String) => {
            let text = |node: &Node<'_>| node.text().map(crate::json::Text::decoded);
            match (text(left), text(right)) {
                (Some(left), Some(right)) => left.expose() == right.expose(),
                _ => false,
            }
        }
        (Shape::Array(left), Shape::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| are_same(left, right))
        }
        (Shape::Object(_), Shape::Object(_)) => {
            let (left, right) = (left.members(), right.members());
            let (Some(left), Some(right)) = (left, right) else {
                return false;
            };
            left.len() == right.len()
                && left
                    .iter()
                    .zip(&right)
                    .all(|((name, left), (other, right))| {
                        name.expose() == other.expose() && are_same(left, right)
                    })
        }
        _ => false,
    }
}

fn is_equal(left: f64, right: f64) -> bool {
    left.partial_cmp(&right) == Some(Ordering::Equal)
}
