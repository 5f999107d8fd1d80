//! Family `hashes`: digests in hexadecimal digits.

use adler2::Adler32;
use aws_lc_rs::digest::{self, Algorithm};

use super::arguments::text;
use super::{Context, Function, texts};
use crate::error::Failure;
use crate::value::{Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "sha1sum",
        takes: &[Type::Text],
        rest: None,
        says: "The SHA-1 digest.",
        example: (
            r#"{{ sha1sum "hello" }}"#,
            "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
        ),
        run: |context, arguments| sum(context, arguments, &digest::SHA1_FOR_LEGACY_USE_ONLY),
    },
    Function {
        name: "sha256sum",
        takes: &[Type::Text],
        rest: None,
        says: "The SHA-256 digest.",
        example: (
            r#"{{ sha256sum "hello" }}"#,
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        ),
        run: |context, arguments| sum(context, arguments, &digest::SHA256),
    },
    Function {
        name: "sha512sum",
        takes: &[Type::Text],
        rest: None,
        says: "The SHA-512 digest.",
        example: (r#"{{ sha512sum "hello" | trunc 16 }}"#, "9b71d224bd62f378"),
        run: |context, arguments| sum(context, arguments, &digest::SHA512),
    },
    Function {
        name: "adler32sum",
        takes: &[Type::Text],
        rest: None,
        says: "The Adler-32 checksum, in decimal digits.",
        example: (r#"{{ adler32sum "hello" }}"#, "103547413"),
        run: adler32sum,
    },
];

fn sum(
    context: &mut Context<'_>,
    arguments: &[Value],
    algorithm: &'static Algorithm,
) -> Result<Value, Failure> {
    let text = text(arguments, 0)?;
    texts::read(context, text.len())?;
    context.budget.text(2 * algorithm.output_len())?;
    let digest = digest::digest(algorithm, text.bytes());
    let digits = digest
        .as_ref()
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15]);
    let digits: String = digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect();
    Ok(Value::from(digits))
}

fn adler32sum(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = text(arguments, 0)?;
    texts::read(context, text.len())?;
    let mut sum = Adler32::new();
    sum.write_slice(text.bytes());
    Ok(Value::from(sum.checksum().to_string()))
}
