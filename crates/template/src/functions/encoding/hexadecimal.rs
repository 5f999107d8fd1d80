//! Hexadecimal digits, decoded as Go does.

use selkie_crypto::Secret;

use crate::error::Failure;
use crate::functions::arguments::text;
use crate::functions::{Context, texts};
use crate::number;
use crate::value::{Text, Value};

pub(super) fn decode(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let bytes = text(arguments, 0)?.bytes();
    context.budget.text(bytes.len() / 2)?;
    texts::read(context, bytes.len())?;
    let mut made = Secret::with_capacity(bytes.len() / 2);
    for pair in bytes.chunks(2) {
        let mut value = 0;
        for byte in pair {
            match char::from(*byte).to_digit(16) {
                Some(digit) => value = value << 4 | digit as u8,
                None => return Ok(Value::from(invalid(char::from(*byte)))),
            }
        }
        if pair.len() < 2 {
            return Ok(Value::from("encoding/hex: odd length hex string"));
        }
        made.extend_from_slice(&[value]);
    }
    Ok(Value::Text(Text::from(made)))
}

fn invalid(byte: char) -> String {
    let code = u32::from(byte);
    if number::is_printable(byte) {
        format!("encoding/hex: invalid byte: U+{code:04X} '{byte}'")
    } else {
        format!("encoding/hex: invalid byte: U+{code:04X}")
    }
}
