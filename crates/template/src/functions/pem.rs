//! `filterPEM`, `filterCertChain` and `certSANs`, and PEM for the other families.

mod block;
mod chain;

use super::arguments::text;
use super::certificates::Parsed;
use super::{Context, Function};
use crate::error::Failure;
use crate::value::{List, Text, Type, Value};

pub(super) use block::{decode, encode, from_base64, text as block_text, to_base64};
pub(super) use chain::{joined, ordered};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "filterPEM",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "The PEM blocks of one kind, in whatever case it is written: from the kind and the text that they stand in.",
        example: (
            "{{ filterPEM \"b\" \"-----BEGIN A-----\\n-----END A-----\\n-----BEGIN B-----\\n-----END B-----\\n\" }}",
            "-----BEGIN B-----\n-----END B-----\n",
        ),
        run: filter_pem,
    },
    Function {
        name: "filterCertChain",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "The `leaf`, `intermediate` or `root` certificates of a chain in PEM, which may stand there in any order.",
        example: (
            r#"{{ filterCertChain "root" (genCAWithKey "test" 1 (genPrivateKey "ecdsa")).Cert | trunc 27 }}"#,
            "-----BEGIN CERTIFICATE-----",
        ),
        run: chain::filter_cert_chain,
    },
    Function {
        name: "certSANs",
        takes: &[Type::Text],
        rest: None,
        says: "The alternative names of the first certificate in PEM: DNS names, addresses, e-mail addresses, URIs.",
        example: (
            r#"{{ (genSelfSignedCertWithKey "test" (list "10.0.0.1") (list "a.test") 1 (genPrivateKey "ecdsa")).Cert | certSANs }}"#,
            "[a.test 10.0.0.1]",
        ),
        run: cert_sans,
    },
];

/// What stands before the first block is cut, so that a block may begin in the middle of a line.
fn from_first_block(text: &[u8]) -> &[u8] {
    let start = text.windows(10).position(|window| window == b"-----BEGIN");
    &text[start.unwrap_or(0)..]
}

fn filter_pem(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (kind, input) = (text(arguments, 0)?, text(arguments, 1)?);
    context.budget.text(input.len())?;
    context.budget.steps(input.len() / 64)?;
    let mut rest = from_first_block(input.bytes());
    let mut found = Vec::new();
    while let Some((block, next)) = decode(rest) {
        rest = next;
        if is_same_kind(&block.kind, kind) {
            found.push(block.encode()?);
        }
    }
    if found.is_empty() && !rest.is_empty() {
        return Err(Failure::new("no such PEM block, but other text"));
    }
    let mut blocks = Vec::with_capacity(found.iter().map(|block| block.len()).sum());
    for block in found {
        blocks.extend_from_slice(&block);
    }
    Ok(blocks.into())
}

/// Whether both are the same but for their case, as Unicode folds single characters.
fn is_same_kind(kind: &[u8], wanted: &Text) -> bool {
    let folded = |text: Text| -> Vec<char> { text.characters().map(fold).collect() };
    folded(Text::from(kind)) == folded(wanted.clone())
}

fn fold(character: char) -> char {
    let mut upper = character.to_uppercase();
    let upper = match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        _ => character,
    };
    let mut lower = upper.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => upper,
    }
}

fn cert_sans(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let input = text(arguments, 0)?;
    context.budget.text(input.len())?;
    context.budget.steps(input.len() / 64)?;
    let (block, _) = decode(from_first_block(input.bytes()))
        .ok_or_else(|| Failure::new("there is no PEM in the certificate"))?;
    let names = Parsed::new(&block.content)?.names()?;
    Ok(List::new(Type::Text, names.into_iter().map(Value::from).collect()).into())
}
