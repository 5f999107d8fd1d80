//! Between lists and text: joining, sorting and splitting.

use crate::budget::Budget;
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::{at, int, text};
use crate::print;
use crate::value::{List, Map, Text, Type, Value};

/// So many bytes of a text are compared in one step.
const BYTES: usize = 256;
/// Steps for making a text.
const TEXT: usize = 4;

pub(super) fn join(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let between = text(arguments, 0)?;
    let texts = texts(context.budget, at(arguments, 1)?)?.items();
    let gaps = texts.len().saturating_sub(1);
    let length = texts.iter().map(|text| bytes(text).len()).sum::<usize>();
    let length = length.saturating_add(gaps.saturating_mul(between.len()));
    context.budget.text(length)?;
    let mut joined = Vec::with_capacity(length);
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            joined.extend_from_slice(between.bytes());
        }
        joined.extend_from_slice(bytes(text));
    }
    Ok(Value::from(joined))
}

/// Sorted texts. A list of texts is sorted itself, for all who hold it; of any other list a new one is made.
pub(super) fn sort_alpha(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let list = match at(arguments, 0)? {
        value @ Value::List(_) => texts(context.budget, value)?,
        value => text_list(vec![print::strval(context.budget, value)?]),
    };
    let length: usize = list.items().iter().map(|text| bytes(text).len()).sum();
    let rounds = (usize::BITS - list.len().leading_zeros()) as usize;
    context
        .budget
        .steps((list.len() + length / BYTES).saturating_mul(rounds))?;
    list.sort_by(|left, right| bytes(left).cmp(bytes(right)));
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

/// The value as a list of texts, as Sprig makes one of whatever it is given: a list of texts itself, items of any other list without those that are
/// nil, nothing of nil, else one text.
pub(in crate::functions) fn texts(budget: &mut Budget, value: &Value) -> Result<List, Failure> {
    let items = match value {
        Value::Nil => return Ok(text_list(Vec::new())),
        Value::List(list) if list.item() == Type::Text => return Ok(list.clone()),
        Value::List(list) => {
            budget.steps(list.len().saturating_mul(TEXT))?;
            list.items()
        }
        _ => return Ok(text_list(vec![print::strval(budget, value)?])),
    };
    let mut texts = Vec::with_capacity(items.len());
    for item in &items {
        if !matches!(item, Value::Nil) {
            texts.push(Value::Text(print::strval(budget, item)?));
        }
    }
    Ok(List::with_room(Type::Text, texts, items.len()))
}

fn text_list(texts: Vec<Text>) -> List {
    List::new(Type::Text, texts.into_iter().map(Value::Text).collect())
}

fn bytes(value: &Value) -> &[u8] {
    match value {
        Value::Text(text) => text.bytes(),
        _ => &[],
    }
}

/// A map of the parts under `_0`, `_1` and so on.
fn numbered(context: &mut Context<'_>, parts: Vec<Text>) -> Result<Value, Failure> {
    context.budget.steps(parts.len().saturating_mul(TEXT))?;
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
        context.budget.steps(TEXT)?;
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
