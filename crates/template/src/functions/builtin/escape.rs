//! Text that is escaped for HTML, JavaScript and URLs.

use selkie_crypto::Secret;

use crate::budget::Budget;
use crate::error::Failure;
use crate::functions::Context;
use crate::number::is_printable;
use crate::print;
use crate::value::{Text, Value};

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// What stands for a character.
enum Escape {
    Word(&'static str),
    /// Its number in JavaScript's form.
    Code(char),
}

/// What HTML would take for something else than text, as character references.
pub(super) fn html(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    escaped(context, arguments, |character| {
        Some(Escape::Word(match character {
            '\0' => "\u{fffd}",
            '"' => "&#34;",
            '\'' => "&#39;",
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => return None,
        }))
    })
}

/// What would end a text of JavaScript or of the page around it, and what cannot be printed, with backslashes.
pub(super) fn js(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    escaped(context, arguments, |character| match character {
        '\\' => Some(Escape::Word(r"\\")),
        '\'' => Some(Escape::Word(r"\'")),
        '"' => Some(Escape::Word("\\\"")),
        '\0'..' ' | '<' | '>' | '&' | '=' => Some(Escape::Code(character)),
        _ if character.is_ascii() || is_printable(character) => None,
        _ => Some(Escape::Code(character)),
    })
}

/// All bytes but letters, digits and a few signs as percent codes; a space as a plus.
pub(super) fn urlquery(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = joined(context.budget, arguments)?;
    let kept = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~ ".contains(byte);
    let coded = text.bytes().iter().filter(|byte| !kept(byte)).count();
    let length = text.len() + 2 * coded;
    context.budget.text(length)?;
    let mut out = Vec::with_capacity(length);
    for byte in text.bytes() {
        match byte {
            b' ' => out.push(b'+'),
            byte if kept(byte) => out.push(*byte),
            byte => {
                out.push(b'%');
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
            }
        }
    }
    Ok(Value::from(out))
}

/// The arguments as one text. Nil is written as an action writes it.
fn joined(budget: &mut Budget, arguments: &[Value]) -> Result<Text, Failure> {
    if let [Value::Text(text)] = arguments {
        return Ok(text.clone());
    }
    let arguments: Vec<Value> = arguments
        .iter()
        .map(|argument| match argument {
            Value::Nil => Value::from("<no value>"),
            other => other.clone(),
        })
        .collect();
    print::sprint(budget, &arguments)
}

/// The arguments as one text, in which some characters are replaced. Bytes that are no UTF-8 stay as they are.
fn escaped(
    context: &mut Context<'_>,
    arguments: &[Value],
    escape: fn(char) -> Option<Escape>,
) -> Result<Value, Failure> {
    let text = joined(context.budget, arguments)?;
    // What is made is at most six times as long as what was there, so it can be paid in pieces.
    context.budget.text(text.len())?;
    let mut out = Secret::with_capacity(text.len());
    for chunk in text.bytes().utf8_chunks() {
        let valid = chunk.valid();
        let mut done = 0;
        for (at, character) in valid.char_indices() {
            let Some(escape) = escape(character) else {
                continue;
            };
            out.extend_from_slice(&valid.as_bytes()[done..at]);
            done = at + character.len_utf8();
            match escape {
                Escape::Word(word) => out.extend_from_slice(word.as_bytes()),
                Escape::Code(character) => {
                    let code = format!("\\u{:04X}", u32::from(character));
                    out.extend_from_slice(code.as_bytes());
                }
            }
        }
        out.extend_from_slice(&valid.as_bytes()[done..]);
        out.extend_from_slice(chunk.invalid());
    }
    context.budget.text(out.len().saturating_sub(text.len()))?;
    context.budget.length(out.len())?;
    Ok(Value::Text(Text::from(out)))
}
