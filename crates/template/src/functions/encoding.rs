//! Family `encoding`: base64, base32 and hexadecimal. What cannot be decoded gives Go's words about it as the text, and no error.

mod base32;
mod base64;
mod hexadecimal;

use super::Function;
use crate::value::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "b64enc",
        takes: &[Type::Text],
        rest: None,
        says: "In base64 with padding.",
        example: (r#"{{ b64enc "hello" }}"#, "aGVsbG8="),
        run: base64::encode,
    },
    Function {
        name: "b64dec",
        takes: &[Type::Text],
        rest: None,
        says: "The bytes that base64 with padding stands for; line breaks do not count.",
        example: (r#"{{ b64dec "aGVsbG8=" }}"#, "hello"),
        run: base64::decode,
    },
    Function {
        name: "b32enc",
        takes: &[Type::Text],
        rest: None,
        says: "In base32 with padding.",
        example: (r#"{{ b32enc "hello" }}"#, "NBSWY3DP"),
        run: base32::encode,
    },
    Function {
        name: "b32dec",
        takes: &[Type::Text],
        rest: None,
        says: "The bytes that base32 with padding stands for; line breaks do not count.",
        example: (r#"{{ b32dec "NBSWY3DP" }}"#, "hello"),
        run: base32::decode,
    },
    Function {
        name: "hexdec",
        takes: &[Type::Text],
        rest: None,
        says: "The bytes that hexadecimal digits stand for.",
        example: (r#"{{ hexdec "68656c6c6f" }}"#, "hello"),
        run: hexadecimal::decode,
    },
];
