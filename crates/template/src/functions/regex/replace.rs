//! Other text in the place of matches, and quoting.

use super::expand::{Part, parts};
use super::search::{Found, Search};
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::text;
use crate::functions::texts::{self, Written};
use crate::value::Value;

pub(super) fn all(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let replacement = text(arguments, 2)?;
    texts::read(context, replacement.len())?;
    let parts = parts(replacement.bytes());
    context.budget.steps(parts.len())?;
    replaced(context, arguments, |context, search, found, written| {
        let whole = search.place(found);
        if parts.iter().any(Part::is_group) {
            search.complete(context, found)?;
        }
        for part in &parts {
            context.budget.steps(1)?;
            let text = match part {
                Part::Text(text) => Some(*text),
                Part::Group(0) => Some(&search.text()[whole.clone()]),
                Part::Group(number) => search.group(found, number - 1),
                Part::Named(name) => search
                    .program
                    .named(name)
                    .find_map(|group| search.group(found, group)),
            };
            written.push(context, text.unwrap_or_default())?;
        }
        Ok(())
    })
}

pub(super) fn all_literal(
    context: &mut Context<'_>,
    arguments: &[Value],
) -> Result<Value, Failure> {
    let replacement = text(arguments, 2)?;
    replaced(context, arguments, |context, _, _, written| {
        written.push(context, replacement.bytes())
    })
}

fn replaced(
    context: &mut Context<'_>,
    arguments: &[Value],
    replace: impl Fn(&mut Context<'_>, &mut Search<'_>, &mut Found, &mut Written) -> Result<(), Failure>,
) -> Result<Value, Failure> {
    let text = text(arguments, 1)?;
    let mut search = Search::begin_right(context, self::text(arguments, 0)?, text)?;
    let mut written = Written::default();
    let mut start = 0;
    while let Some(mut found) = search.next(context)? {
        let place = search.place(&found);
        written.push(context, &text.bytes()[start..place.start])?;
        replace(context, &mut search, &mut found, &mut written)?;
        start = place.end;
    }
    search.end(context);
    written.push(context, &text.bytes()[start..])?;
    Ok(written.finish())
}

pub(super) fn quote_meta(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = text(arguments, 0)?;
    let mut written = Written::default();
    texts::read(context, text.len())?;
    for part in text.bytes().chunk_by(|before, _| !is_meta(*before)) {
        // Only the last byte of a part can be one.
        match part.split_last() {
            Some((meta, before)) if is_meta(*meta) => {
                context.budget.steps(1)?;
                written.push(context, before)?;
                written.push(context, &[b'\\', *meta])?;
            }
            _ => written.push(context, part)?,
        }
    }
    Ok(written.finish())
}

fn is_meta(byte: u8) -> bool {
    br"\.+*?()|[]{}^$".contains(&byte)
}
