//! Modifiers that put values from several places together.

use selkie_crypto::Secret;

use super::{Made, separate};
use crate::path::item::Item;
use crate::path::{Run, Stop, find};

/// One level of nested arrays less; with `{"deep":true}` all of them.
pub(super) fn flatten(json: &[u8], argument: &[u8], run: &mut Run) -> Made {
    let whole = Item::parse(json);
    if !whole.is_array() {
        return super::copy(json, run);
    }
    flat(&whole, option(argument, b"deep")?, run)
}

fn flat(array: &Item<'_>, deep: bool, run: &mut Run) -> Made {
    let mut out = Secret::new();
    out.extend_from_slice(b"[");
    array.each(|_, value| {
        let nested;
        let raw = if !value.is_array() {
            value.raw()
        } else if deep {
            nested = run.deeper(|run| flat(&value, true, run))?;
            inner(nested.expose()).trim_ascii()
        } else {
            inner(value.raw()).trim_ascii()
        };
        if !raw.is_empty() {
            separate(&mut out);
            run.push(&mut out, raw)?;
        }
        Ok(())
    })?;
    out.extend_from_slice(b"]");
    Ok(out)
}

/// Several objects as one; with `{"preserve":true}` repeated names stay.
pub(super) fn join(json: &[u8], argument: &[u8], run: &mut Run) -> Made {
    let whole = Item::parse(json);
    if !whole.is_array() {
        return super::copy(json, run);
    }
    let mut out = Secret::new();
    out.extend_from_slice(b"{");
    if option(argument, b"preserve")? {
        whole.each(|_, value| {
            if value.is_object() {
                separate(&mut out);
                run.push(&mut out, inner(value.raw()))?;
            }
            Ok(())
        })?;
    } else {
        let mut members: Vec<Member> = Vec::new();
        whole.each(|_, value| {
            if !value.is_object() {
                return Ok(());
            }
            value.each(|name, value| {
                run.look(members.len() + name.len() + value.raw().len())?;
                let member = Member::new(name, &value);
                match members.iter_mut().find(|known| known.said == member.said) {
                    // The name keeps the spelling that it was met with first.
                    Some(known) => known.value = member.value,
                    None => members.push(member),
                }
                Ok(())
            })
        })?;
        for member in &members {
            separate(&mut out);
            run.push(&mut out, member.name.expose())?;
            run.push(&mut out, b":")?;
            run.push(&mut out, member.value.expose())?;
        }
    }
    out.extend_from_slice(b"}");
    Ok(out)
}

struct Member {
    said: Secret,
    name: Secret,
    value: Secret,
}

impl Member {
    fn new(name: &[u8], value: &Item<'_>) -> Self {
        Self {
            said: Item::parse(name).text(),
            name: Secret::from(name.to_vec()),
            value: Secret::from(value.raw().to_vec()),
        }
    }
}

/// An object of arrays as an array of objects.
pub(super) fn group(json: &[u8], _: &[u8], run: &mut Run) -> Made {
    let whole = Item::parse(json);
    if !whole.is_object() {
        return Ok(Secret::new());
    }
    let mut groups: Vec<Secret> = Vec::new();
    whole.each(|name, value| {
        if !value.is_array() {
            return Ok(());
        }
        let mut place = 0;
        value.each(|_, item| {
            if place == groups.len() {
                groups.push(Secret::new());
            }
            let group = &mut groups[place];
            run.push(group, if group.is_empty() { b"{" } else { b"," })?;
            run.push(group, name)?;
            run.push(group, b":")?;
            place += 1;
            run.push(group, item.raw())
        })
    })?;
    let mut out = Secret::new();
    out.extend_from_slice(b"[");
    for group in &groups {
        separate(&mut out);
        run.push(&mut out, group.expose())?;
        run.push(&mut out, b"}")?;
    }
    out.extend_from_slice(b"]");
    Ok(out)
}

/// What a path leads to from anywhere in the document.
pub(super) fn dig(json: &[u8], argument: &[u8], run: &mut Run) -> Made {
    let mut out = Secret::new();
    out.extend_from_slice(b"[");
    descend(&Item::parse(json), argument, &mut out, run)?;
    out.extend_from_slice(b"]");
    Ok(out)
}

fn descend(from: &Item<'_>, path: &[u8], out: &mut Secret, run: &mut Run) -> Result<(), Stop> {
    let found = find(from.raw(), path, run)?;
    if found.exists() {
        separate(out);
        run.push(out, found.raw())?;
    }
    if from.is_array() || from.is_object() {
        run.deeper(|run| from.each(|_, value| descend(&value, path, out, run)))?;
    }
    Ok(())
}

/// Whether an option is on in a JSON argument.
fn option(argument: &[u8], wanted: &[u8]) -> Result<bool, Stop> {
    let mut on = false;
    Item::parse(argument).each(|name, value| {
        if Item::parse(name).text().expose() == wanted {
            on = value.is_on();
        }
        Ok(())
    })?;
    Ok(on)
}

/// What stands between the brackets.
fn inner(json: &[u8]) -> &[u8] {
    let json = json.trim_ascii();
    match json.first() {
        Some(b'[' | b'{') if json.len() >= 2 => &json[1..json.len() - 1],
        _ => json,
    }
}
