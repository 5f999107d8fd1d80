//! A value as YAML: what becomes of it as JSON, read again by go-yaml and written by it in block style.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use selkie_crypto::Secret;
use zeroize::Zeroizing;

use super::block::Block;
use super::order;
use super::resolve::{Scalar, resolve};
use super::scalar::{Style, is_simple_key, style};
use crate::budget::{Budget, OBJECT};
use crate::error::Failure;
use crate::json;
use crate::number::float;
use crate::value::{Form, Methods, Text, Value};

/// How many characters of JSON a key may have, quotes included, before go-yaml takes it for none.
const LONGEST_KEY: usize = 1024;
/// A text costs one step for so many bytes, besides the memory that it takes.
const BYTES_PER_STEP: usize = 8;
/// Ends a line in YAML 1.1.
const NEXT_LINE: char = '\u{85}';

/// `value` as a YAML document with its last newline; `None` if it has no JSON, or JSON that go-yaml cannot read.
pub(crate) fn write(budget: &mut Budget, value: &Value) -> Result<Option<Secret>, Failure> {
    let mut block = Block::new(budget);
    let place = Place {
        parent: None,
        of_mapping: false,
    };
    if !node(&mut block, value, place, 0)? {
        return Ok(None);
    }
    Ok(Some(block.finish()?))
}

/// Where a node stands.
#[derive(Clone, Copy)]
struct Place {
    /// Indentation of the collection that it is in.
    parent: Option<usize>,
    /// Whether that is a mapping.
    of_mapping: bool,
}

impl Place {
    fn scalar_indent(self) -> usize {
        self.parent.unwrap_or(0) + 2
    }

    fn collection_indent(self) -> usize {
        self.parent.map_or(0, |parent| parent + 2)
    }
}

/// Writes `value`; `false` if the whole has no YAML.
fn node(block: &mut Block<'_>, value: &Value, place: Place, level: usize) -> Result<bool, Failure> {
    block.budget.steps(1)?;
    block.budget.depth(level)?;
    let plain = |block: &mut Block<'_>, text: &str| {
        block.scalar(text, Style::Plain, place.scalar_indent(), false)?;
        Ok(true)
    };
    match value {
        Value::Nil => plain(block, "null"),
        Value::Bool(true) => plain(block, "true"),
        Value::Bool(false) => plain(block, "false"),
        Value::Signed(_, number) => plain(block, &Zeroizing::new(number.to_string())),
        Value::Unsigned(_, number) => plain(block, &Zeroizing::new(number.to_string())),
        Value::Float(value) if value.is_finite() => plain(block, &number(*value)),
        Value::Float(_) | Value::Complex(..) => Ok(false),
        Value::Text(text) => self::text(block, text.bytes(), place),
        Value::List(list) if list.is_nil() => plain(block, "null"),
        Value::List(list) => {
            block.budget.steps(list.len())?;
            if let Some(bytes) = list.bytes() {
                let encoded = Zeroizing::new(STANDARD.encode(&*bytes));
                return self::text(block, encoded.as_bytes(), place);
            }
            self::list(block, &list.items(), place, level)
        }
        Value::Map(map) if map.is_nil() => plain(block, "null"),
        Value::Map(map) => {
            block.budget.steps(map.len())?;
            mapping(block, map.entries(), place, level)
        }
        Value::Object(object) => {
            block.budget.steps(OBJECT)?;
            let fields = match object.form() {
                Form::Printed(_, below) => return node(block, &below, place, level + 1),
                Form::Methods(Methods {
                    json: Some(json), ..
                }) => {
                    return match json(object.as_ref()) {
                        Some(json) => node(block, &json, place, level + 1),
                        None => Ok(false),
                    };
                }
                Form::Struct(fields) => fields,
                Form::Methods(Methods { fields, .. }) => fields(object.as_ref()),
            };
            let entries = json::exported(fields)
                .into_iter()
                .map(|(name, value)| (Text::from(name), value));
            mapping(block, entries.collect(), place, level)
        }
    }
}

/// A float, which is an integer again if its JSON looks like one.
fn number(value: f64) -> Zeroizing<String> {
    let json = json::number(value);
    match resolve(&json) {
        Scalar::Int(number) => Zeroizing::new(number.to_string()),
        Scalar::Large(number) => Zeroizing::new(number.to_string()),
        _ => float(value, 'g', None),
    }
}

fn text(block: &mut Block<'_>, bytes: &[u8], place: Place) -> Result<bool, Failure> {
    block.budget.text(bytes.len())?;
    block.budget.steps(bytes.len() / BYTES_PER_STEP)?;
    let Some(text) = through_json(bytes) else {
        return Ok(false);
    };
    let style = style(&text, false);
    block.scalar(&text, style, place.scalar_indent(), false)?;
    Ok(true)
}

fn list(
    block: &mut Block<'_>,
    items: &[Value],
    place: Place,
    level: usize,
) -> Result<bool, Failure> {
    if items.is_empty() {
        block.scalar("[]", Style::Plain, 0, true)?;
        return Ok(true);
    }
    // A list behind `key:` stands as far left as the key.
    let indent = match place.parent {
        Some(parent) if place.of_mapping && !block.is_fresh() => parent,
        _ => place.collection_indent(),
    };
    let place = Place {
        parent: Some(indent),
        of_mapping: false,
    };
    for item in items {
        block.indent(indent)?;
        block.marker("-")?;
        if !node(block, item, place, level + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn mapping(
    block: &mut Block<'_>,
    entries: Vec<(Text, Value)>,
    place: Place,
    level: usize,
) -> Result<bool, Failure> {
    let mut named: Vec<(Zeroizing<String>, Value)> = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        block.budget.text(key.len() * 4)?;
        let Some(name) = through_json(key.bytes()).filter(|_| is_key(key.bytes())) else {
            return Ok(false);
        };
        named.push((name, value));
    }
    if named.is_empty() {
        block.scalar("{}", Style::Plain, 0, true)?;
        return Ok(true);
    }
    // Keys that differ in broken bytes alone are one key, and the last of them counts.
    named.reverse();
    named.sort_by(|(a, _), (b, _)| a.cmp(b));
    named.dedup_by(|(a, _), (b, _)| a == b);
    order::sort(&mut named, |(name, _)| name.chars().collect());
    let place = Place {
        parent: Some(place.collection_indent()),
        of_mapping: true,
    };
    let indent = place.parent.unwrap_or(0);
    for (name, value) in &named {
        block.indent(indent)?;
        let simple = is_simple_key(name);
        if !simple {
            block.marker("?")?;
        }
        let style = style(name, simple);
        block.scalar(name, style, place.scalar_indent(), simple)?;
        if simple {
            block.colon()?;
        } else {
            block.indent(indent)?;
            block.marker(":")?;
        }
        if !node(block, value, place, level + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether go-yaml takes the JSON text of `key` for a key.
fn is_key(key: &[u8]) -> bool {
    let escaped = |character: char| match character {
        '"' | '\\' | '\u{8}' | '\u{c}' | '\n' | '\r' | '\t' => 2,
        '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => 6,
        _ => 1,
    };
    let chunks = key.utf8_chunks();
    let length = chunks
        .map(|chunk| chunk.valid().chars().map(escaped).sum::<usize>() + 6 * chunk.invalid().len());
    length.sum::<usize>() + 2 <= LONGEST_KEY && !mended(key).contains(NEXT_LINE)
}

/// What is left of a text that is written as JSON and read as YAML; `None` if go-yaml refuses one of its characters.
fn through_json(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = mended(bytes);
    let refused = |character| matches!(character, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(|character| refused(character) && character != NEXT_LINE) {
        return None;
    }
    if text.contains(NEXT_LINE) {
        folded(&text)
    } else {
        Some(text)
    }
}

/// `text` with its lines joined as within quotes; `None` if one of them looks like the end of a document.
fn folded(text: &str) -> Option<Zeroizing<String>> {
    let is_blank = |character| matches!(character, ' ' | NEXT_LINE);
    let mut folded = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(start) = rest.find(NEXT_LINE) {
        let after = rest[start..].trim_start_matches(is_blank);
        let blanks = &rest[start..rest.len() - after.len()];
        folded.push_str(rest[..start].trim_end_matches(' '));
        match blanks.matches(NEXT_LINE).count() {
            1 => folded.push(' '),
            breaks => folded.extend(std::iter::repeat_n('\n', breaks - 1)),
        }
        let document = after.strip_prefix("---").or(after.strip_prefix("..."));
        let ends = document.is_some_and(|behind| behind.starts_with(is_blank));
        if blanks.ends_with(NEXT_LINE) && ends {
            return None;
        }
        rest = after;
    }
    folded.push_str(rest);
    Some(folded)
}

/// `bytes` as text, each byte that is no UTF-8 as U+FFFD.
fn mended(bytes: &[u8]) -> Zeroizing<String> {
    let is_whole = std::str::from_utf8(bytes).is_ok();
    let room = bytes.len() * if is_whole { 1 } else { 3 };
    let mut text = Zeroizing::new(String::with_capacity(room));
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('\u{fffd}', chunk.invalid().len()));
    }
    text
}
