//! Questions that a path puts to the items of an array: `#(name=="x")` takes the first item for which it holds, `#(…)#` all of them.

use std::borrow::Cow;
use std::cmp::Ordering;

use selkie_crypto::Secret;

use super::glob;
use super::item::{Item, truth, unescape};
use super::scan::Kind;
use crate::json::parse_float;

/// A question.
pub(super) struct Query<'p> {
    /// What in the item is asked about.
    pub(super) path: &'p [u8],
    /// Whether all items are meant.
    pub(super) all: bool,
    operator: Operator,
    value: Cow<'p, [u8]>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    /// No comparison: whether it is there.
    Exists,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    Unlike,
    /// An exclamation mark alone, which holds for nothing.
    Never,
}

impl<'p> Query<'p> {
    /// Reads the question at the start of a path, and tells where it ends.
    pub(super) fn read(path: &'p [u8]) -> Option<(Self, usize)> {
        let mut comparison = None;
        let mut escaped = false;
        let mut depth = 1_usize;
        let mut at = 2;
        loop {
            let byte = *path.get(at)?;
            match byte {
                b'!' | b'=' | b'<' | b'>' | b'%' if depth == 1 && comparison.is_none() => {
                    comparison = Some(at);
                }
                b'\\' => at += 1,
                b'[' | b'(' => depth += 1,
                b']' | b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'"' => {
                    at += 1;
                    loop {
                        match *path.get(at)? {
                            b'"' => break,
                            b'\\' => {
                                escaped = true;
                                at += 2;
                            }
                            _ => at += 1,
                        }
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let (operator, value) = match comparison {
            Some(start) => Operator::read(trim(&path[start..at])),
            None => (Operator::Exists, &path[..0]),
        };
        let query = Self {
            path: trim(&path[2..comparison.unwrap_or(at)]),
            all: false,
            operator,
            value: unquoted(value, escaped),
        };
        Some((query, at + 1))
    }

    /// The question that one stands for which is not closed: whether there is anything.
    pub(super) const fn unclosed() -> Self {
        Self {
            path: b"",
            all: false,
            operator: Operator::Exists,
            value: Cow::Borrowed(b""),
        }
    }

    /// What comparing with a value of this length may cost.
    pub(super) fn cost(&self, length: usize) -> usize {
        match self.operator {
            Operator::Like | Operator::Unlike => length.saturating_mul(self.value.len()) / 8,
            _ => length,
        }
    }

    /// The answer.
    pub(super) fn holds_for(&self, item: &Item<'_>) -> bool {
        if let Some(word) = self.value.strip_prefix(b"~") {
            let is = match word {
                b"*" => item.exists(),
                b"null" => item.kind() == Kind::Null,
                b"true" => truth_of(item) == Some(true),
                b"false" => item.kind() == Kind::Null || truth_of(item) == Some(false),
                _ => return false,
            };
            return match self.operator {
                Operator::Exists => true,
                _ => self.holds_for_truth(is, b"true"),
            };
        }
        if !item.exists() {
            return false;
        }
        if self.operator == Operator::Exists {
            return true;
        }
        match item.kind() {
            Kind::String => self.holds_for_string(item.string().expose()),
            Kind::Number => self.holds_for_number(item.number()),
            Kind::True => self.holds_for_truth(true, &self.value),
            Kind::False => self.holds_for_truth(false, &self.value),
            Kind::Null | Kind::Json => false,
        }
    }

    fn holds_for_string(&self, text: &[u8]) -> bool {
        match self.operator {
            Operator::Like => glob::matches(text, &self.value),
            Operator::Unlike => !glob::matches(text, &self.value),
            _ => self.operator.holds(text.partial_cmp(&*self.value)),
        }
    }

    fn holds_for_number(&self, number: f64) -> bool {
        let order = number.partial_cmp(&parse_float(&self.value));
        self.operator.holds(order)
    }

    fn holds_for_truth(&self, truth: bool, value: &[u8]) -> bool {
        let other = match value {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        };
        match (self.operator, truth) {
            (Operator::Equal, _) => other == Some(truth),
            (Operator::Unequal, _) => other != Some(truth),
            (Operator::Greater, true) => other == Some(false),
            (Operator::Less, false) => other == Some(true),
            (Operator::GreaterOrEqual, true) | (Operator::LessOrEqual, false) => true,
            _ => false,
        }
    }
}

impl Operator {
    /// The operator at the start of a comparison, and what follows it.
    fn read(comparison: &[u8]) -> (Self, &[u8]) {
        let (operator, length) = match comparison {
            [b'!'] => (Self::Never, 1),
            [b'!', b'=', ..] => (Self::Unequal, 2),
            [b'!', b'%', ..] => (Self::Unlike, 2),
            [b'<', b'=', ..] => (Self::LessOrEqual, 2),
            [b'>', b'=', ..] => (Self::GreaterOrEqual, 2),
            [b'=', b'=', ..] => (Self::Equal, 2),
            [b'<', ..] => (Self::Less, 1),
            [b'>', ..] => (Self::Greater, 1),
            [b'=', ..] => (Self::Equal, 1),
            [b'%', ..] => (Self::Like, 1),
            _ => (Self::Exists, 0),
        };
        (operator, trim(&comparison[length..]))
    }

    /// Whether an order is the one that is asked for; numbers that cannot be compared are unequal and nothing else.
    fn holds(self, order: Option<Ordering>) -> bool {
        match self {
            Self::Equal => order == Some(Ordering::Equal),
            Self::Unequal => order != Some(Ordering::Equal),
            Self::Less => order == Some(Ordering::Less),
            Self::LessOrEqual => order.is_some_and(Ordering::is_le),
            Self::Greater => order == Some(Ordering::Greater),
            Self::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
            Self::Exists | Self::Like | Self::Unlike | Self::Never => false,
        }
    }
}

fn truth_of(item: &Item<'_>) -> Option<bool> {
    match item.kind() {
        Kind::True => Some(true),
        Kind::False => Some(false),
        Kind::Number => Some(item.number() != 0.0),
        Kind::String => truth(item.string().expose()),
        Kind::Null | Kind::Json => None,
    }
}

fn unquoted(value: &[u8], escaped: bool) -> Cow<'_, [u8]> {
    let Some(inner) = value
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
    else {
        return Cow::Borrowed(value);
    };
    if !escaped {
        return Cow::Borrowed(inner);
    }
    let mut out = Secret::new();
    unescape(inner, &mut out);
    // The path is no secret; it stands in a manifest.
    Cow::Owned(out.expose().to_vec())
}

fn trim(mut text: &[u8]) -> &[u8] {
    while let Some((0..=b' ', rest)) = text.split_first() {
        text = rest;
    }
    while let Some((0..=b' ', rest)) = text.split_last() {
        text = rest;
    }
    text
}
