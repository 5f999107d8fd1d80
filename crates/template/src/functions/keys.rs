//! `genPrivateKey`, and private keys for the other families: how they are read, written, made and used to sign.

pub(super) mod asn1;
pub(super) mod curve;
mod dsa;
pub(super) mod oid;
pub(super) mod private;
pub(super) mod rsa;

use super::arguments::text;
use super::{Context, Function};
use crate::error::Failure;
use crate::value::{Text, Type, Value};

pub(super) use private::PrivateKey;

/// What a new key pair costs.
const KEY_PAIR: u32 = 100;
/// What a signature costs.
const SIGNATURE: u32 = 2;

/// Bits of the RSA keys that `genPrivateKey` makes.
const RSA_BITS: usize = 4096;

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "genPrivateKey",
    takes: &[Type::Text],
    rest: None,
    says: "A new private key as PEM: `rsa` (also the empty text; 4096 bits), `ecdsa` (P-256), `ed25519` or `dsa` (2048 bits).",
    example: (
        r#"{{ genPrivateKey "ed25519" | trunc 27 }}"#,
        "-----BEGIN PRIVATE KEY-----",
    ),
    run: gen_private_key,
}];

fn gen_private_key(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let kind = text(arguments, 0)?;
    let key = match kind.bytes() {
        b"" | b"rsa" => PrivateKey::rsa(context, RSA_BITS)?,
        b"dsa" => PrivateKey::dsa(context)?,
        b"ecdsa" => PrivateKey::p256(context)?,
        b"ed25519" => PrivateKey::ed25519(context)?,
        unknown => {
            context.budget.text(unknown.len() + 13)?;
            return Ok(Value::from([b"Unknown type ", unknown].concat()));
        }
    };
    Ok(Text::from(std::mem::take(&mut *key.to_pem()?)).into())
}

#[cfg(test)]
mod tests;
