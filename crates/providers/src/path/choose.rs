//! Choices: `[a,b]` and `{"x":a,b}` make a new array or object out of what several paths lead to.

use selkie_crypto::Secret;

use super::item::Item;
use super::scan::{self, Kind};
use super::{Run, Stop, find, plain};
use crate::json::{parse, write_string};

/// What a path that begins with a choice leads to.
pub(super) fn apply<'j>(json: &'j [u8], path: &[u8], run: &mut Run) -> Result<Item<'j>, Stop> {
    // A choice that is not closed, or goes on without a dot, is passed over.
    let Some((choices, rest)) = read(path) else {
        return plain(json, b"", run);
    };
    if !matches!(rest.first(), None | Some(b'|' | b'.')) {
        return plain(json, rest, run);
    }
    let object = path[0] == b'{';
    let mut out = Secret::new();
    out.extend_from_slice(&path[..1]);
    let mut first = true;
    for choice in choices {
        let found = find(json, choice.path, run)?;
        if !found.exists() {
            continue;
        }
        if !first {
            run.push(&mut out, b",")?;
        }
        first = false;
        if object {
            choice.write_name(&mut out, run)?;
            run.push(&mut out, b":")?;
        }
        run.push(&mut out, found.raw())?;
    }
    out.extend_from_slice(if object { b"}" } else { b"]" });
    let made = Item::owned(Kind::Json, out);
    match rest.split_first() {
        Some((_, rest)) => made.get(rest, run),
        None => Ok(made),
    }
}

struct Choice<'p> {
    name: &'p [u8],
    path: &'p [u8],
}

impl Choice<'_> {
    fn write_name(&self, out: &mut Secret, run: &mut Run) -> Result<(), Stop> {
        if self.name.first() == Some(&b'"') && parse(self.name).is_ok() {
            return run.push(out, self.name);
        }
        run.look(self.name.len() + self.path.len())?;
        let name = if self.name.is_empty() {
            last_name(self.path)
        } else {
            self.name
        };
        write_string(name, true, out);
        Ok(())
    }
}

/// The name that a member gets from its path: its last part, if that is a plain name.
fn last_name(path: &[u8]) -> &[u8] {
    let cut = (0..path.len())
        .rev()
        .find(|&at| matches!(path[at], b'|' | b'.') && !(at > 0 && path[at - 1] == b'\\'));
    let name = cut.map_or(path, |at| &path[at + 1..]);
    let special = |b: &u8| *b < b' ' || b"[]{}()#|!".contains(b);
    if name.iter().any(special) { b"_" } else { name }
}

/// The choices, and what follows them.
fn read(path: &[u8]) -> Option<(Vec<Choice<'_>>, &[u8])> {
    let mut choices = Vec::new();
    let mut depth = 1_usize;
    let (mut start, mut colon, mut modifier) = (1, None, false);
    let mut at = 1;
    while let Some(&byte) = path.get(at) {
        let mut ends = false;
        match byte {
            b'\\' => at += 1,
            b'@' if matches!(path[at - 1], b'.' | b'|') => modifier = true,
            b':' if !modifier && colon.is_none() && depth == 1 => colon = Some(at),
            b',' if depth == 1 => ends = true,
            b'"' => match scan::string_end(path, at) {
                Some(end) => at = end - 1,
                None => return None,
            },
            b'[' | b'(' | b'{' => depth += 1,
            b']' | b')' | b'}' => {
                depth -= 1;
                ends = depth == 0;
            }
            _ => {}
        }
        if ends {
            let (name, from) = match colon {
                Some(colon) => (&path[start..colon], colon + 1),
                None => (&path[..0], start),
            };
            choices.push(Choice {
                name,
                path: &path[from..at],
            });
            (start, colon, modifier) = (at + 1, None, false);
        }
        at += 1;
        if depth == 0 {
            return Some((choices, &path[at..]));
        }
    }
    None
}
