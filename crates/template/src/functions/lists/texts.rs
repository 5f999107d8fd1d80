//! Between lists and text: joining, sorting and splitting.

use crate::budget::Budget;
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::{at, int, text};
use crate::print;
use crate::value::{List, Map, Text, Type, Value};

/// So many bytes of a text are compared in one step.
const BYTES: usize = 256;

pub(super) fn join(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let between = text(arguments, 0)?;
    let texts = texts(context.budget, at(arguments, 1)?)?;
    let gaps = texts.len().saturating_sub(1);
    let length = texts.iter().map(Text::len).sum::<usize>();
    let length = length.saturating_add(gaps.saturating_mul(between.len()));
    context.budget.text(length)?;
    let mut joined = Vec::with_capacity(length);
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            joined.extend_from_slice(between.bytes());
        }
        joined.extend_from_slice(text.bytes());
    }
    Ok(Value::from(joined))
}

/// Sorted texts. A list of texts is sorted itself, for all who hold it; of any other list a new one is made.
pub(super) fn sort_alpha(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let value = at(arguments, 0)?;
    let list = match value {
        Value::List(list) if list.item() == Type::Text => list.clone(),
        Value::List(_) => text_list(texts(context.budget, value)?),
        _ => {
            let text = print::strval(context.budget, value)?;
            return Ok(Value::List(text_list(vec![text])));
        }
    };
    let bytes: usize = list.items().iter().map(length).sum();
    let rounds = (usize::BITS - list.len().leading_zeros()) as usize;
    context
        .budget
        .steps((list.len() + bytes / BYTES).saturating_mul(rounds))?;
    list.sort_by(|left, right| match (left, right) {
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        _ => std::cmp::Ordering::Equal,
    });
    Ok(Value::List(list))
}

pub(super) fn split_list(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let parts = pieces(context, text(arguments, 1)?, text(arguments, 0)?, None)?;
    Ok(Value::List(text_list(parts)))
}

pub(super) fn split(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let parts = pieces(context, text(arguments, 1)?, text(arguments, 0)?, None)?;
    numbered(context, parts)
}

pub(super) fn splitn(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let most = usize::try_from(int(arguments, 1)?).ok();
    let parts = pieces(context, text(arguments, 2)?, text(arguments, 0)?, most)?;
    numbered(context, parts)
}

/// The value as texts, as Sprig makes them of whatever it is given: items of a list without those that are nil, nothing of nil, else one text.
pub(in crate::functions) fn texts(
    budget: &mut Budget,
    value: &Value,
) -> Result<Vec<Text>, Failure> {
    let items = match value {
        Value::Nil => return Ok(Vec::new()),
        Value::List(list) => {
            budget.steps(list.len())?;
            list.items()
        }
        _ => return Ok(vec![print::strval(budget, value)?]),
    };
    items
        .iter()
        .filter(|item| !matches!(item, Value::Nil))
        .map(|item| print::strval(budget, item))
        .collect()
}

fn text_list(texts: Vec<Text>) -> List {
    List::new(Type::Text, texts.into_iter().map(Value::Text).collect())
}

fn length(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        _ => 0,
    }
}

/// A map of the parts under `_0`, `_1` and so on.
fn numbered(context: &mut Context<'_>, parts: Vec<Text>) -> Result<Value, Failure> {
    context.budget.steps(parts.len().saturating_mul(4))?;
    let named = parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| (Text::from(format!("_{index}")), part));
    Ok(Value::Map(Map::texts(named)))
}

/// What stands between the places of `separator`, in `most` parts at most; the last one is the rest. Without a separator, each character.
fn pieces(
    context: &mut Context<'_>,
    text: &Text,
    separator: &Text,
    most: Option<usize>,
) -> Result<Vec<Text>, Failure> {
    let most = most.unwrap_or(usize::MAX);
    context.budget.text(text.len())?;
    let mut parts = Vec::new();
    let mut rest = text.bytes();
    while parts.len() + 1 < most {
        let Some((part, skipped)) = cut(rest, separator.bytes()) else {
            break;
        };
        context.budget.steps(1)?;
        parts.push(Text::from(part));
        rest = &rest[part.len() + skipped..];
    }
    // Without a separator nothing is left behind the last character.
    if most > 0 && !(rest.is_empty() && separator.is_empty()) {
        parts.push(Text::from(rest));
    }
    context.budget.length(parts.len())?;
    Ok(parts)
}

/// The part before the next separator, and the separator's length.
fn cut<'a>(rest: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], usize)> {
    if separator.is_empty() {
        let first = rest[..rest.len().min(4)].utf8_chunks().next()?;
        let length = first.valid().chars().next().map_or(1, char::len_utf8);
        return Some((&rest[..length], 0));
    }
    let place = memchr::memmem::find(rest, separator)?;
    Some((&rest[..place], separator.len()))
}
