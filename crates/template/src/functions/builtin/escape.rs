//! Text that is escaped for HTML, JavaScript and URLs.

use selkie_crypto::Secret;

use crate::budget::Budget;
use crate::error::Failure;
use crate::functions::Context;
use crate::number::is_printable;
use crate::print;
use crate::value::{Text, Value};

/// What HTML would take for something else than text, as character references.
pub(super) fn html(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    escaped(context, arguments, |byte, _| match byte {
        0 => Some("\u{fffd}".into()),
        b'"' => Some("&#34;".into()),
        b'\'' => Some("&#39;".into()),
        b'&' => Some("&amp;".into()),
        b'<' => Some("&lt;".into()),
        b'>' => Some("&gt;".into()),
        _ => None,
    })
}

/// What would end a text of JavaScript or of the page around it, and what cannot be printed, with backslashes.
pub(super) fn js(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    escaped(context, arguments, |byte, character| match byte {
        b'\\' => Some(r"\\".into()),
        b'\'' => Some(r"\'".into()),
        b'"' => Some("\\\"".into()),
        0..b' ' | b'<' | b'>' | b'&' | b'=' => Some(format!("\\u{byte:04X}")),
        _ => character
            .filter(|character| !character.is_ascii() && !is_printable(*character))
            .map(|character| format!("\\u{:04X}", u32::from(character))),
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
            byte => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
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

/// The arguments as one text, in which characters are replaced. The replacement is asked with the first byte of a character and with the
/// character, unless the byte is no UTF-8.
fn escaped(
    context: &mut Context<'_>,
    arguments: &[Value],
    replacement: fn(u8, Option<char>) -> Option<String>,
) -> Result<Value, Failure> {
    let text = joined(context.budget, arguments)?;
    // A replacement is at most six times as long as what it stands for, so what is made before it is paid stays small.
    context.budget.text(text.len())?;
    let mut out = Secret::with_capacity(text.len());
    for chunk in text.bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let bytes = character.encode_utf8(&mut buffer).as_bytes();
            match replacement(bytes[0], Some(character)) {
                Some(other) => out.extend_from_slice(other.as_bytes()),
                None => out.extend_from_slice(bytes),
            }
        }
        for byte in chunk.invalid() {
            out.extend_from_slice(&[*byte]);
        }
    }
    context.budget.text(out.len() - text.len().min(out.len()))?;
    context.budget.length(out.len())?;
    Ok(Value::Text(Text::from(out)))
}
