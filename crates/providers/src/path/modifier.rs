//! Modifiers: `@name` or `@name:argument` makes another document out of the one at hand. GJSON's own, all of them.

mod join;
mod pretty;

use selkie_crypto::Secret;

use super::item::Item;
use super::scan;
use super::{Run, Stop};
use crate::json::{compact, parse, write_string};
use pretty::Style;

type Made = Result<Secret, Stop>;

/// What a modifier does with a document and its argument.
type Modifier = fn(&[u8], &[u8], &mut Run) -> Made;

const TABLE: [(&str, Modifier); 13] = [
    ("dig", join::dig),
    ("flatten", join::flatten),
    ("fromstr", from_string),
    ("group", join::group),
    ("join", join::join),
    ("keys", keys),
    ("pretty", pretty),
    ("reverse", reverse),
    ("this", this),
    ("tostr", to_string),
    ("ugly", ugly),
    ("valid", valid),
    ("values", values),
];

/// Whether there is a modifier of this name.
pub(super) fn exists(name: &[u8]) -> bool {
    by_name(name).is_some()
}

fn by_name(name: &[u8]) -> Option<Modifier> {
    TABLE
        .iter()
        .find(|(known, _)| known.as_bytes() == name)
        .map(|&(_, modifier)| modifier)
}

/// What the modifier at the start of a path makes, and what follows it; `None` if there is no such modifier.
pub(super) fn apply<'p>(
    json: &[u8],
    path: &'p [u8],
    run: &mut Run,
) -> Result<Option<(Secret, &'p [u8])>, Stop> {
    let end = path
        .iter()
        .position(|b| matches!(b, b':' | b'|' | b'.'))
        .unwrap_or(path.len());
    let Some(modifier) = by_name(&path[1..end]) else {
        return Ok(None);
    };
    let (argument, rest) = match path.get(end) {
        Some(b':') => argument(&path[end + 1..]),
        _ => (&path[..0], &path[end..]),
    };
    run.look(json.len() + argument.len())?;
    Ok(Some((modifier(json, argument, run)?, rest)))
}

/// The literal at the start of a path, `!"x"` or `!true`, and what follows it.
pub(super) fn literal(path: &[u8]) -> Option<(Secret, &[u8])> {
    let text = &path[1..];
    let end = match text.first()? {
        b'{' | b'[' | b'"' | b'+' | b'-' | b'0'..=b'9' => scan::squash_end(text, 0),
        _ => {
            let end = text
                .iter()
                .position(|b| matches!(b, b'|' | b'.'))
                .unwrap_or(text.len());
            let word = text[..end].to_ascii_lowercase();
            if !matches!(&word[..], b"true" | b"false" | b"null" | b"nan" | b"inf") {
                return None;
            }
            end
        }
    };
    Some((Secret::from(text[..end].to_vec()), &text[end..]))
}

/// An argument, and what follows it: a JSON value, or everything up to a pipe.
fn argument(path: &[u8]) -> (&[u8], &[u8]) {
    if let Some(b'{' | b'[' | b'"') = path.first() {
        return path.split_at(bracket_end(path, 0));
    }
    let mut at = 0;
    while let Some(&byte) = path.get(at) {
        match byte {
            b'|' => break,
            b'{' | b'[' | b'"' | b'(' => at = bracket_end(path, at),
            _ => at += 1,
        }
    }
    path.split_at(at)
}

/// Behind the bracket or quote that closes the one here.
fn bracket_end(text: &[u8], open: usize) -> usize {
    if text[open] == b'"' {
        scan::string_end(text, open).unwrap_or(text.len())
    } else {
        scan::squash_end(text, open)
    }
}

fn this(json: &[u8], _: &[u8], run: &mut Run) -> Made {
    copy(json, run)
}

fn valid(json: &[u8], _: &[u8], run: &mut Run) -> Made {
    match parse(json) {
        Ok(_) => copy(json, run),
        Err(_) => Ok(Secret::new()),
    }
}

fn pretty(json: &[u8], argument: &[u8], run: &mut Run) -> Made {
    pretty::print(json, &Style::read(argument)?, run)
}

fn ugly(json: &[u8], _: &[u8], run: &mut Run) -> Made {
    run.look(json.len().saturating_mul(8))?;
    Ok(compact(json))
}

fn from_string(json: &[u8], _: &[u8], run: &mut Run) -> Made {
    run.look(json.len())?;
    match parse(json) {
        Ok(_) => Ok(Item::parse(json).text()),
        Err(_) => Ok(Secret::new()),
    }
}

fn to_string(json: &[u8], _: &[u8], run: &mut Run) -> Made {
    run.look(json.len().saturating_mul(8))?;
    let mut out = Secret::new();
    write_string(json, true, &mut out);
    Ok(out)
}

fn keys(json: &[u8], _: &[u8], run: &mut Run) -> Made {
    let whole = Item::parse(json);
    let object = whole.is_object();
    list(&whole, run, |name, _| if object { name } else { b"null" })
}

fn values(json: &[u8], _: &[u8], run: &mut Run) -> Made {
    let whole = Item::parse(json);
    if whole.is_array() {
        return copy(json, run);
    }
    list(&whole, run, |_, raw| raw)
}

/// An array of something of each member.
fn list(
    whole: &Item<'_>,
    run: &mut Run,
    pick: impl for<'t> Fn(&'t [u8], &'t [u8]) -> &'t [u8],
) -> Made {
    let mut out = Secret::new();
    out.extend_from_slice(b"[");
    whole.each(|name, value| {
        separate(&mut out);
        run.push(&mut out, pick(name, value.raw()))
    })?;
    out.extend_from_slice(b"]");
    Ok(out)
}

fn reverse(json: &[u8], _: &[u8], run: &mut Run) -> Made {
    let whole = Item::parse(json);
    let object = whole.is_object();
    if !object && !whole.is_array() {
        return copy(json, run);
    }
    let mut members: Vec<(Secret, Secret)> = Vec::new();
    whole.each(|name, value| {
        run.look(name.len() + value.raw().len())?;
        members.push((
            Secret::from(name.to_vec()),
            Secret::from(value.raw().to_vec()),
        ));
        Ok(())
    })?;
    let mut out = Secret::new();
    out.extend_from_slice(if object { b"{" } else { b"[" });
    for (name, value) in members.iter().rev() {
        separate(&mut out);
        if object {
            run.push(&mut out, name.expose())?;
            run.push(&mut out, b":")?;
        }
        run.push(&mut out, value.expose())?;
    }
    out.extend_from_slice(if object { b"}" } else { b"]" });
    Ok(out)
}

fn copy(json: &[u8], run: &mut Run) -> Made {
    let mut out = Secret::with_capacity(json.len());
    run.push(&mut out, json)?;
    Ok(out)
}

/// A comma, if this is not the first thing behind the bracket.
fn separate(out: &mut Secret) {
    if out.len() > 1 {
        out.extend_from_slice(b",");
    }
}
